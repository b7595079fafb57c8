use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Agreed, places::operations};
use crate::{
    config::Entries,
    document::{Finding, Pointer},
};

/// What a client knows of the API as a whole: where it is, who calls, and how often.
pub(super) fn agree(agreed: &mut Agreed<'_>, entries: &Entries) {
    let root = Pointer::default();
    if let Some(url) = &entries.base_url {
        agreed.write(&root, "servers", json!([{ "url": url }]), &["base-url"]);
    } else if agreed.root.pointer("/servers/0/url").is_none() {
        let help = "say `base-url = \"https://…\"` in the config, or say it to each client with `base_url(..)`";
        let message = "the document names no server, so a client does not know where to call";
        agreed.notes.push(Finding::value(root.clone(), message, help));
    }
    if let Some(limit) = &entries.rate_limit {
        agreed.write(&root, "x-rate-limit", json!(limit), &["rate-limit"]);
    }
    environment(agreed, entries);
    waiters(agreed, entries);
}

fn waiters(agreed: &mut Agreed<'_>, entries: &Entries) {
    let names: HashSet<_> = operations(&agreed.root).map(|operation| operation.name).collect();
    let may_be_ahead = agreed.may_be_ahead();
    let waiters = entries.waiters.iter().filter(|(_, waiter)| !may_be_ahead || names.contains(&waiter.operation));
    for (name, waiter) in waiters {
        if agreed.root.get("x-waiters").is_none() {
            agreed.write(&Pointer::default(), "x-waiters", json!({}), &["waiters"]);
        }
        agreed.write(&Pointer::default().key("x-waiters"), name, json!(waiter), &["waiters", name]);
    }
}

fn environment(agreed: &mut Agreed<'_>, entries: &Entries) {
    let names = &entries.environment;
    if let Some(variable) = &names.base_url {
        let server = Pointer::default().key("servers").index(0);
        agreed.write(&server, "x-environment", json!(variable), &["environment", "base-url"]);
    }
    let key = [("username", &names.username), ("password", &names.password)];
    match key {
        [(_, Some(username)), (_, Some(password))] => {
            let value = json!({ "username": username, "password": password });
            of_scheme(agreed, "basic", value, &["environment"]);
        }
        [(_, None), (_, None)] => {}
        [(given, _), (missing, None)] | [(missing, None), (given, _)] => {
            let message = format!("`{given}` is of no use without `{missing}`");
            agreed.complain(&["environment", given], message, format!("add `{missing}`"));
        }
    }
    if let Some(token) = &names.token {
        of_scheme(agreed, "bearer", json!({ "token": token }), &["environment"]);
    }
}

/// Writes the variables of the first security scheme of this kind.
fn of_scheme(agreed: &mut Agreed<'_>, kind: &str, value: Value, entry: &[&str]) {
    let schemes = agreed.root.pointer("/components/securitySchemes").and_then(Value::as_object);
    let found = schemes.into_iter().flatten().find(|(_, scheme)| {
        let is = |key: &str, value: &str| scheme.get(key).is_some_and(|found| found == value);
        is("type", "http") && is("scheme", kind)
    });
    match found.map(|(name, _)| Pointer::default().key("components").key("securitySchemes").key(name)) {
        Some(at) => agreed.write(&at, "x-environment", value, entry),
        None => {
            let member = if kind == "basic" { "username" } else { "token" };
            let message = format!("the document has no security scheme of the type `http` that is `{kind}`");
            agreed.complain_unused(&["environment", member], message, "leave it out");
        }
    }
}
