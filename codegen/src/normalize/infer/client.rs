use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Inference, config_names::operations};
use crate::{
    diagnostic::NodeDiagnostic,
    json::fields,
    openapi::{
        extensions::{ENVIRONMENT, RATE_LIMIT, WAITERS},
        security::Authentication,
    },
    source::{Pointer, config::Entries},
};

/// Writes the overrides of the base URL, the rate limit, the environment variables and the waiters, and warns if there is
/// no base URL.
pub(super) fn override_client(inference: &mut Inference<'_>, entries: &Entries) {
    let root = Pointer::default();
    if let Some(url) = &entries.base_url {
        inference.write(&root, "servers", json!([{ "url": url }]), &["base-url"]);
    } else if inference.root().pointer("/servers/0/url").is_none() {
        let help = "say `base-url = \"https://…\"` in the config, or say it to each client with `base_url(..)`";
        let message = "the document names no server, so a client does not know where to call";
        inference.warnings.push(NodeDiagnostic::value(root.clone(), message, help).warning());
    }
    if let Some(limit) = &entries.rate_limit {
        inference.write(&root, RATE_LIMIT, json!(limit), &["rate-limit"]);
    }
    write_environment(inference, entries);
    write_waiters(inference, entries);
}

fn write_waiters(inference: &mut Inference<'_>, entries: &Entries) {
    let names: HashSet<_> = operations(inference.root()).map(|(name, _)| name).collect();
    let may_be_ahead = inference.overrides.may_be_ahead();
    let waiters = entries.waiters.iter().filter(|(_, waiter)| !may_be_ahead || names.contains(&waiter.operation));
    for (name, waiter) in waiters {
        if inference.root().get(WAITERS).is_none() {
            inference.write(&Pointer::default(), WAITERS, json!({}), &["waiters"]);
        }
        inference.write(&Pointer::default().key(WAITERS), name, json!(waiter), &["waiters", name]);
    }
}

fn write_environment(inference: &mut Inference<'_>, entries: &Entries) {
    let names = &entries.environment;
    if let Some(variable) = &names.base_url {
        let server = Pointer::default().key("servers").index(0);
        inference.write(&server, ENVIRONMENT, json!(variable), &["environment", "base-url"]);
    }
    let pair = [("username", &names.username), ("password", &names.password)];
    match pair {
        [(_, Some(username)), (_, Some(password))] => {
            let value = json!({ "username": username, "password": password });
            write_variables(inference, Credentials::Basic, value, &["environment"]);
        }
        [(_, None), (_, None)] => {}
        [(given, _), (missing, None)] | [(missing, None), (given, _)] => {
            let message = format!("`{given}` is of no use without `{missing}`");
            inference.report(&["environment", given], message, format!("add `{missing}`"));
        }
    }
    if let Some(token) = &names.token {
        write_variables(inference, Credentials::Token, json!({ "token": token }), &["environment"]);
    }
}

/// The kinds of credentials that can come from the environment.
#[derive(Clone, Copy)]
enum Credentials {
    Basic,
    Token,
}

impl Credentials {
    fn fits(self, authentication: &Authentication) -> bool {
        matches!(
            (self, authentication),
            (Self::Basic, Authentication::Basic) | (Self::Token, Authentication::Bearer | Authentication::ApiKey(..))
        )
    }

    /// Returns the entry that has no effect, and the scheme that the document lacks.
    fn missing(self) -> (&'static str, &'static str) {
        match self {
            Self::Basic => ("username", "of the type `http` that is `basic`"),
            Self::Token => ("token", "that takes a token or a key"),
        }
    }
}

/// Writes the variables into the first security scheme that takes such credentials.
fn write_variables(inference: &mut Inference<'_>, credentials: Credentials, value: Value, entry: &[&str]) {
    let schemes = Pointer::default().key("components").key("securitySchemes");
    let fits =
        |scheme: &Value| scheme.as_object().and_then(Authentication::of).is_some_and(|known| credentials.fits(&known));
    let name = fields(inference.root().pointer(schemes.as_str()))
        .find_map(|(name, scheme)| fits(scheme).then(|| name.clone()));
    match name.map(|name| schemes.key(&name)) {
        Some(at) => inference.write(&at, ENVIRONMENT, value, entry),
        None => {
            let (member, what) = credentials.missing();
            let message = format!("the document has no security scheme {what}");
            inference.report_unused(&["environment", member], message, "leave it out");
        }
    }
}
