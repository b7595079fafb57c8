use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Agreement, places::operations};
use crate::{
    config::Entries,
    document::{Finding, Pointer},
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
    let names: HashSet<_> = operations(agreement.root()).map(|operation| operation.name).collect();
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
            of_scheme(agreement, "basic", value, &["environment"]);
        }
        [(_, None), (_, None)] => {}
        [(given, _), (missing, None)] | [(missing, None), (given, _)] => {
            let message = format!("`{given}` is of no use without `{missing}`");
            agreement.complain(&["environment", given], message, format!("add `{missing}`"));
        }
    }
    if let Some(token) = &names.token {
        of_scheme(agreement, "bearer", json!({ "token": token }), &["environment"]);
    }
}

/// Writes the variables of the first security scheme of this kind.
fn of_scheme(agreement: &mut Agreement<'_>, kind: &str, value: Value, entry: &[&str]) {
    let schemes = agreement.root().pointer("/components/securitySchemes").and_then(Value::as_object);
    let found = schemes.into_iter().flatten().find(|(_, scheme)| {
        let is = |key: &str, value: &str| scheme.get(key).is_some_and(|found| found == value);
        is("type", "http") && is("scheme", kind)
    });
    match found.map(|(name, _)| Pointer::default().key("components").key("securitySchemes").key(name)) {
        Some(at) => agreement.write(&at, "x-environment", value, entry),
        None => {
            let member = if kind == "basic" { "username" } else { "token" };
            let message = format!("the document has no security scheme of the type `http` that is `{kind}`");
            agreement.complain_unused(&["environment", member], message, "leave it out");
        }
    }
}
