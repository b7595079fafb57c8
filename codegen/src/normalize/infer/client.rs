use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Agreement, places::operations};
use crate::{
    json::{fields, text},
    source::{Finding, Pointer, config::Entries},
};

/// What a client knows of the API as a whole: where it is, who calls, and how often.
pub(super) fn agree(agreement: &mut Agreement<'_>, entries: &Entries) {
    let root = Pointer::default();
    if let Some(url) = &entries.base_url {
        agreement.write(&root, "servers", json!([{ "url": url }]), &["base-url"]);
    } else if agreement.root().pointer("/servers/0/url").is_none() {
        let help = "say `base-url = \"https://…\"` in the config, or say it to each client with `base_url(..)`";
        let message = "the document names no server, so a client does not know where to call";
        agreement.notes.push(Finding::value(root.clone(), message, help));
    }
    if let Some(limit) = &entries.rate_limit {
        agreement.write(&root, "x-rate-limit", json!(limit), &["rate-limit"]);
    }
    environment(agreement, entries);
    waiters(agreement, entries);
}

fn waiters(agreement: &mut Agreement<'_>, entries: &Entries) {
    let names: HashSet<_> = operations(agreement.root()).map(|(name, _)| name).collect();
    let may_be_ahead = agreement.said.may_be_ahead();
    let waiters = entries.waiters.iter().filter(|(_, waiter)| !may_be_ahead || names.contains(&waiter.operation));
    for (name, waiter) in waiters {
        if agreement.root().get("x-waiters").is_none() {
            agreement.write(&Pointer::default(), "x-waiters", json!({}), &["waiters"]);
        }
        agreement.write(&Pointer::default().key("x-waiters"), name, json!(waiter), &["waiters", name]);
    }
}

fn environment(agreement: &mut Agreement<'_>, entries: &Entries) {
    let names = &entries.environment;
    if let Some(variable) = &names.base_url {
        let server = Pointer::default().key("servers").index(0);
        agreement.write(&server, "x-environment", json!(variable), &["environment", "base-url"]);
    }
    let key = [("username", &names.username), ("password", &names.password)];
    match key {
        [(_, Some(username)), (_, Some(password))] => {
            let value = json!({ "username": username, "password": password });
            of_scheme(agreement, Scheme::Basic, value, &["environment"]);
        }
        [(_, None), (_, None)] => {}
        [(given, _), (missing, None)] | [(missing, None), (given, _)] => {
            let message = format!("`{given}` is of no use without `{missing}`");
            agreement.complain(&["environment", given], message, format!("add `{missing}`"));
        }
    }
    if let Some(token) = &names.token {
        of_scheme(agreement, Scheme::Token, json!({ "token": token }), &["environment"]);
    }
}

/// The ways to say who calls that can come from the environment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Basic,
    Token,
}

impl Scheme {
    fn of(scheme: &Value) -> Option<Self> {
        match (text(scheme, "type")?, text(scheme, "scheme")) {
            ("http", Some("basic")) => Some(Self::Basic),
            ("http", Some("bearer")) | ("apiKey" | "oauth2" | "openIdConnect", _) => Some(Self::Token),
            _ => None,
        }
    }

    /// The entry that makes no sense without it, and what the document would have to have.
    fn missing(self) -> (&'static str, &'static str) {
        match self {
            Self::Basic => ("username", "of the type `http` that is `basic`"),
            Self::Token => ("token", "that takes a token or a key"),
        }
    }
}

/// Writes the variables of the first security scheme of this kind.
fn of_scheme(agreement: &mut Agreement<'_>, kind: Scheme, value: Value, entry: &[&str]) {
    let schemes = Pointer::default().key("components").key("securitySchemes");
    let name = fields(agreement.root().pointer(schemes.as_str()))
        .find_map(|(name, scheme)| (Scheme::of(scheme) == Some(kind)).then(|| name.clone()));
    match name.map(|name| schemes.key(&name)) {
        Some(at) => agreement.write(&at, "x-environment", value, entry),
        None => {
            let (member, what) = kind.missing();
            let message = format!("the document has no security scheme {what}");
            agreement.complain_unused(&["environment", member], message, "leave it out");
        }
    }
}
