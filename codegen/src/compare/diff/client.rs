//! Changes of the API as a whole, which the client shows.

use std::collections::BTreeMap;

use super::{
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer, RustItems},
};
use crate::{
    api::Api,
    openapi::{
        extensions::{Envelope, Environment, RateLimit, WAKE},
        security::Authentication,
        server::Variable,
    },
    source::Pointer,
};

/// Compares the base URL, the envelope, the authentication and the like.
pub(super) fn compare(changes: &mut Changes, old: &Api, new: &Api) {
    let mut compare = |aspect: &str, at: &str, cause, items: &[&str], in_words: &dyn Fn(&Api) -> Option<String>| {
        let (from, to) = (in_words(old), in_words(new));
        if from == to {
            return;
        }
        let at = Pointer::default().join(at);
        changes.add(DocumentChange {
            subject: Subject::Client,
            name: CLIENT.to_owned(),
            at: if to.is_some() { DocumentPointer::New(at) } else { DocumentPointer::Old(at) },
            kind: ChangeKind::between(aspect, from, to),
            cause,
            items: items.iter().map(|name| RustItems::Named(format!("{CLIENT}::{name}"))).collect(),
        });
    };
    let cause = "calls go there by default";
    compare("base URL", "/servers/0/url", cause, &[], &|api| Some(api.base_url.clone()));
    let (aspect, cause) = ("servers of operations", "their calls go there");
    compare(aspect, "/paths", cause, &[], &|api| Some(api.other_servers.join(", ")).filter(|urls| !urls.is_empty()));
    let cause = "`server_variable` of the builder sets it, and `Client::new` if it has no default";
    compare("server variables", "/servers/0/variables", cause, &["new"], &|api| {
        let variables: Vec<_> = api.server_variables.iter().map(|(name, variable)| variable.in_words(name)).collect();
        (!variables.is_empty()).then(|| variables.join(", "))
    });
    let cause = "the rate limiter goes by it";
    compare("rate limit", "/x-rate-limit", cause, &[], &|api| api.rate_limit.as_ref().map(RateLimit::in_words));
    let cause = "no type mentions the envelope";
    compare("envelope", "/x-envelope", cause, &[], &|api| api.envelope.as_ref().map(Envelope::in_words));
    let (schemes, cause) = ("/components/securitySchemes", "`Client::new` takes the credentials");
    compare("authentication", schemes, cause, &["new", "from_env"], &|api| Some(api.authentication.in_words()));
    let cause = "access tokens come from there";
    compare("token URL", schemes, cause, &[], &|api| api.token_url.clone());
    let (aspect, at) = ("environment variable of the base URL", "/servers/0/x-environment");
    compare(aspect, at, FROM_ENVIRONMENT, &["from_env"], &|api| api.environment.base_url.clone());
    let aspect = "environment variables of the credentials";
    compare(aspect, schemes, FROM_ENVIRONMENT, &["from_env"], &|api| api.environment.credentials_in_words());
    let cause = "errors and documentation name the API";
    compare("title", "/info/title", cause, &[], &|api| Some(api.title.clone()));
    if old.wake != new.wake {
        let at = Pointer::default().key(WAKE);
        changes.add(DocumentChange {
            subject: Subject::Client,
            name: CLIENT.to_owned(),
            at: if new.wake.is_some() { DocumentPointer::New(at) } else { DocumentPointer::Old(at) },
            kind: ChangeKind::of(WAKE),
            cause: "calls wake what they need by it",
            items: Vec::new(),
        });
    }
    if old.description != new.description || old.common_errors != new.common_errors {
        add(changes, CLIENT, "documentation", DOCUMENTATION, "/info/description");
    }
    let old_tags = tags(old);
    for (name, url) in tags(new) {
        if old_tags.get(name).is_some_and(|old| *old != url) {
            add(changes, name, "documentation", DOCUMENTATION, "/tags");
        }
    }
}

/// Adds the change of a list that is in another order.
pub(super) fn add_reordered(changes: &mut Changes, what: &str, at: &str) {
    add(changes, CLIENT, &format!("order of {what}"), "only readers of the crate's source see it", at);
}

fn add(changes: &mut Changes, name: &str, aspect: &str, cause: &'static str, at: &str) {
    changes.add(DocumentChange {
        subject: Subject::Client,
        name: name.to_owned(),
        kind: ChangeKind::of(aspect),
        cause,
        at: DocumentPointer::New(Pointer::default().join(at)),
        items: Vec::new(),
    });
}

/// Returns the pages of tags.
fn tags(api: &Api) -> BTreeMap<&str, Option<&str>> {
    let tags = api.operations.iter().filter_map(|operation| operation.tag.as_ref());
    tags.map(|tag| (tag.name.as_str(), tag.url.as_deref())).collect()
}

const CLIENT: &str = "Client";

const FROM_ENVIRONMENT: &str = "`Client::from_env` reads it";

/// The cause of changes of descriptions.
pub(super) const DOCUMENTATION: &str = "only the crate's documentation says it";

impl RateLimit {
    fn in_words(&self) -> String {
        format!("{} in {} s", self.requests, self.window.as_secs_f64())
    }
}

impl Envelope {
    fn in_words(&self) -> String {
        let names = [Some(&self.result), self.error.as_ref(), self.request_id.as_ref()];
        format!("{{{}}}", names.into_iter().flatten().cloned().collect::<Vec<_>>().join(", "))
    }
}

impl Environment {
    fn credentials_in_words(&self) -> Option<String> {
        let names = [&self.key_id, &self.key_secret, &self.token];
        let names: Vec<_> = names.into_iter().flatten().map(String::as_str).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

impl Variable {
    fn in_words(&self, name: &str) -> String {
        self.default.as_ref().map_or_else(|| name.to_owned(), |default| format!("{name} = {default}"))
    }
}

impl Authentication {
    fn in_words(&self) -> String {
        match self {
            Self::Basic => "key".to_owned(),
            Self::Bearer => "token".to_owned(),
            Self::ApiKey(location, name) => format!("API key in {} `{name}`", location.name()),
            Self::Combined(schemes) => {
                let schemes: Vec<_> = schemes.iter().map(|scheme| scheme.authentication.in_words()).collect();
                schemes.join(" and ")
            }
            Self::None => "none".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn facts_of_the_api_are_said_in_a_word() {
        let limit = RateLimit { requests: 10, window: Duration::from_millis(2500) };
        assert_eq!(limit.in_words(), "10 in 2.5 s");
        let environment = Environment { key_id: Some("ID".to_owned()), ..Environment::default() };
        assert_eq!(environment.credentials_in_words().as_deref(), Some("ID"));
        assert_eq!(Environment::default().credentials_in_words(), None);
    }
}
