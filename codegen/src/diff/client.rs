use super::{
    row::{Change, Subject},
    rows::{At, Claim, Finding, Rows},
};
use crate::{
    document::Pointer,
    model::{Authentication, Envelope, Environment, Model, RateLimit},
};

/// What the document says of the API as a whole.
pub(super) fn compare(rows: &mut Rows, old: &Model, new: &Model) {
    let mut changed = |aspect: &str, at: &str, from: Option<String>, to: Option<String>, cause, claims: &[&str]| {
        if from == to {
            return;
        }
        let at = Pointer::default().join(at);
        rows.add(Finding {
            subject: Subject::Client,
            name: CLIENT.to_owned(),
            change: Change::between(aspect, from, to),
            cause,
            at: At::New(at),
            claims: claims.iter().map(|name| Claim::Item(format!("{CLIENT}::{name}"))).collect(),
        });
    };
    let base_url = |model: &Model| Some(model.base_url.clone());
    changed(
        "base URL",
        "/servers/0/url",
        base_url(old),
        base_url(new),
        "calls go there unless they are told otherwise",
        &[],
    );
    let limit = |model: &Model| model.rate_limit.as_ref().map(RateLimit::in_words);
    changed("rate limit", "/x-rate-limit", limit(old), limit(new), "calls wait for their turn accordingly", &[]);
    let envelope = |model: &Model| model.envelope.as_ref().map(Envelope::in_words);
    changed("envelope", "/x-envelope", envelope(old), envelope(new), "no type mentions the envelope", &[]);
    let authentication = |model: &Model| Some(model.authentication.in_words().to_owned());
    changed(
        "authentication",
        "/components/securitySchemes",
        authentication(old),
        authentication(new),
        "`Client::new` takes the credentials",
        &["new", "from_env"],
    );
    let environment = |model: &Model| model.environment.in_words();
    changed(
        "environment",
        "/servers/0/x-environment",
        environment(old),
        environment(new),
        "`Client::from_env` reads these variables",
        &["from_env"],
    );
    let title = |model: &Model| Some(model.title.clone());
    changed("title", "/info/title", title(old), title(new), "errors and documentation name the API", &[]);
    if old.description != new.description || old.common_errors() != new.common_errors() {
        rows.add(Finding {
            subject: Subject::Client,
            name: CLIENT.to_owned(),
            change: Change::of("documentation"),
            cause: DOCUMENTATION,
            at: At::New(Pointer::default().join("/info/description")),
            claims: Vec::new(),
        });
    }
}

const CLIENT: &str = "Client";

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
    fn in_words(&self) -> Option<String> {
        let names = [&self.base_url, &self.key_id, &self.key_secret, &self.token];
        let names: Vec<_> = names.into_iter().flatten().map(String::as_str).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

impl Authentication {
    fn in_words(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Token => "token",
            Self::None => "none",
        }
    }
}
