use std::collections::BTreeMap;

use super::{
    row::{Change, Subject},
    rows::{At, Claim, Finding, Rows},
};
use crate::{
    api::Api,
    openapi::extensions::{Envelope, Environment, RateLimit},
    openapi::security::Authentication,
    source::Pointer,
};

/// What the document says of the API as a whole.
pub(super) fn compare(rows: &mut Rows, old: &Api, new: &Api) {
    let mut changed = |aspect: &str, at: &str, from: Option<String>, to: Option<String>, cause, claims: &[&str]| {
        if from == to {
            return;
        }
        let at = Pointer::default().join(at);
        rows.add(Finding {
            subject: Subject::Client,
            name: CLIENT.to_owned(),
            at: if to.is_some() { At::New(at) } else { At::Old(at) },
            change: Change::between(aspect, from, to),
            cause,
            claims: claims.iter().map(|name| Claim::Item(format!("{CLIENT}::{name}"))).collect(),
        });
    };
    let base_url = |model: &Api| Some(model.base_url.clone());
    changed(
        "base URL",
        "/servers/0/url",
        base_url(old),
        base_url(new),
        "calls go there unless they are told otherwise",
        &[],
    );
    let limit = |model: &Api| model.rate_limit.as_ref().map(RateLimit::in_words);
    changed("rate limit", "/x-rate-limit", limit(old), limit(new), "calls wait for their turn accordingly", &[]);
    let envelope = |model: &Api| model.envelope.as_ref().map(Envelope::in_words);
    changed("envelope", "/x-envelope", envelope(old), envelope(new), "no type mentions the envelope", &[]);
    let authentication = |model: &Api| Some(model.authentication.in_words());
    changed(
        "authentication",
        "/components/securitySchemes",
        authentication(old),
        authentication(new),
        "`Client::new` takes the credentials",
        &["new", "from_env"],
    );
    let environment = |model: &Api| model.environment.base_url.clone();
    changed(
        "environment variable of the base URL",
        "/servers/0/x-environment",
        environment(old),
        environment(new),
        FROM_ENVIRONMENT,
        &["from_env"],
    );
    let environment = |model: &Api| model.environment.credentials_in_words();
    changed(
        "environment variables of the credentials",
        "/components/securitySchemes",
        environment(old),
        environment(new),
        FROM_ENVIRONMENT,
        &["from_env"],
    );
    let title = |model: &Api| Some(model.title.clone());
    changed("title", "/info/title", title(old), title(new), "errors and documentation name the API", &[]);
    if old.description != new.description || old.common_errors != new.common_errors {
        add(rows, CLIENT, "documentation", DOCUMENTATION, "/info/description");
    }
    let old_tags = tags(old);
    for (name, url) in tags(new) {
        if old_tags.get(name).is_some_and(|old| *old != url) {
            add(rows, name, "documentation", DOCUMENTATION, "/tags");
        }
    }
}

/// That a list of the document is in another order.
pub(super) fn reordered(rows: &mut Rows, what: &str, at: &str) {
    add(rows, CLIENT, &format!("order of {what}"), "only readers of the crate's source see it", at);
}

fn add(rows: &mut Rows, name: &str, aspect: &str, cause: &'static str, at: &str) {
    rows.add(Finding {
        subject: Subject::Client,
        name: name.to_owned(),
        change: Change::of(aspect),
        cause,
        at: At::New(Pointer::default().join(at)),
        claims: Vec::new(),
    });
}

/// The page that each tag leads to.
fn tags(model: &Api) -> BTreeMap<&str, Option<&str>> {
    let tags = model.operations.iter().filter_map(|operation| operation.tag.as_ref());
    tags.map(|tag| (tag.name.as_str(), tag.url.as_deref())).collect()
}

const CLIENT: &str = "Client";

const FROM_ENVIRONMENT: &str = "`Client::from_env` reads it";

/// Why a changed description is seen by nobody but readers.
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

impl Authentication {
    fn in_words(&self) -> String {
        match self {
            Self::Key => "key".to_owned(),
            Self::Token => "token".to_owned(),
            Self::ApiKey(location, name) => format!("API key in {} `{name}`", location.name()),
            Self::None => "none".to_owned(),
        }
    }
}
