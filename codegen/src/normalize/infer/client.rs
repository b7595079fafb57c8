use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Agreement, places::operations};
use crate::{
    diagnostic::NodeDiagnostic,
    json::fields,
    openapi::{
        extensions::{ENVIRONMENT, RATE_LIMIT, WAITERS},
        security::Authentication,
    },
    source::{Pointer, config::Entries},
};

/// What a client knows of the API as a whole: where it is, who calls, and how often.
pub(super) fn agree(agreement: &mut Agreement<'_>, entries: &Entries) {
    let root = Pointer::default();
    if let Some(url) = &entries.base_url {
        agreement.write(&root, "servers", json!([{ "url": url }]), &["base-url"]);
    } else if agreement.root().pointer("/servers/0/url").is_none() {
        let help = "say `base-url = \"https://…\"` in the config, or say it to each client with `base_url(..)`";
        let message = "the document names no server, so a client does not know where to call";
        agreement.warnings.push(NodeDiagnostic::value(root.clone(), message, help).warning());
    }
    if let Some(limit) = &entries.rate_limit {
        agreement.write(&root, RATE_LIMIT, json!(limit), &["rate-limit"]);
    }
    environment(agreement, entries);
    waiters(agreement, entries);
}

fn waiters(agreement: &mut Agreement<'_>, entries: &Entries) {
    let names: HashSet<_> = operations(agreement.root()).map(|(name, _)| name).collect();
    let may_be_ahead = agreement.overrides.may_be_ahead();
    let waiters = entries.waiters.iter().filter(|(_, waiter)| !may_be_ahead || names.contains(&waiter.operation));
    for (name, waiter) in waiters {
        if agreement.root().get(WAITERS).is_none() {
            agreement.write(&Pointer::default(), WAITERS, json!({}), &["waiters"]);
        }
        agreement.write(&Pointer::default().key(WAITERS), name, json!(waiter), &["waiters", name]);
    }
}

fn environment(agreement: &mut Agreement<'_>, entries: &Entries) {
    let names = &entries.environment;
    if let Some(variable) = &names.base_url {
        let server = Pointer::default().key("servers").index(0);
        agreement.write(&server, ENVIRONMENT, json!(variable), &["environment", "base-url"]);
    }
    let key = [("username", &names.username), ("password", &names.password)];
    match key {
        [(_, Some(username)), (_, Some(password))] => {
            let value = json!({ "username": username, "password": password });
            of_scheme(agreement, Credentials::Key, value, &["environment"]);
        }
        [(_, None), (_, None)] => {}
        [(given, _), (missing, None)] | [(missing, None), (given, _)] => {
            let message = format!("`{given}` is of no use without `{missing}`");
            agreement.report(&["environment", given], message, format!("add `{missing}`"));
        }
    }
    if let Some(token) = &names.token {
        of_scheme(agreement, Credentials::Token, json!({ "token": token }), &["environment"]);
    }
}

/// The kinds of credentials that can come from the environment.
#[derive(Clone, Copy)]
enum Credentials {
    Key,
    Token,
}

impl Credentials {
    fn fit(self, authentication: &Authentication) -> bool {
        matches!(
            (self, authentication),
            (Self::Key, Authentication::Key) | (Self::Token, Authentication::Token | Authentication::ApiKey(..))
        )
    }

    /// Returns the entry that makes no sense without them, and the scheme that the document lacks.
    fn missing(self) -> (&'static str, &'static str) {
        match self {
            Self::Key => ("username", "of the type `http` that is `basic`"),
            Self::Token => ("token", "that takes a token or a key"),
        }
    }
}

/// Writes the variables of the first security scheme that takes such credentials.
fn of_scheme(agreement: &mut Agreement<'_>, credentials: Credentials, value: Value, entry: &[&str]) {
    let schemes = Pointer::default().key("components").key("securitySchemes");
    let fits =
        |scheme: &Value| scheme.as_object().and_then(Authentication::of).is_some_and(|known| credentials.fit(&known));
    let name = fields(agreement.root().pointer(schemes.as_str()))
        .find_map(|(name, scheme)| fits(scheme).then(|| name.clone()));
    match name.map(|name| schemes.key(&name)) {
        Some(at) => agreement.write(&at, ENVIRONMENT, value, entry),
        None => {
            let (member, what) = credentials.missing();
            let message = format!("the document has no security scheme {what}");
            agreement.report_unused(&["environment", member], message, "leave it out");
        }
    }
}
