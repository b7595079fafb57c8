use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};

use super::{Inference, config_names::operations};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    json::{fields, text},
    openapi::{
        extensions::{ENVIRONMENT, RATE_LIMIT, WAITERS},
        security::Authentication,
        server::{Servers, holders_of_first},
    },
    source::{Pointer, config::Entries},
};

/// Writes the overrides of the base URL, the rate limit, the environment variables and the waiters, and warns if there
/// is no base URL.
pub(super) fn override_client(inference: &mut Inference<'_>, entries: &Entries) {
    let root = Pointer::default();
    if let Some(url) = &entries.base_url {
        for holder in holders_of_first(inference.root()).into_iter().chain([root.clone()]) {
            inference.write(&holder, "servers", json!([{ "url": url }]), &["base-url"]);
        }
    } else if inference.root().pointer("/servers/0/url").is_none() && Servers::read(inference.root()).base_url.is_none()
    {
        let help = "set `base-url = \"https://…\"` in the config, or `base_url(..)` of each client";
        let message = "the document has no server, so a client has no base URL";
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
    write_server_variables(inference, &names.server);
    for (name, variable) in &names.keys {
        let scheme = Pointer::default().key("components").key("securitySchemes").key(name);
        if inference.object(&scheme).is_some() {
            inference.write(&scheme, ENVIRONMENT, json!(variable), &["environment", "keys", name]);
        } else {
            let message = format!("the document has no security scheme {}", quoted(name));
            inference.report_unused(&["environment", "keys", name], message, "leave it out");
        }
    }
    let pair = [("username", &names.username), ("password", &names.password)];
    match pair {
        [(_, Some(username)), (_, Some(password))] => {
            let value = json!({ "username": username, "password": password });
            write_variables(inference, Credentials::Basic, value, &["environment"]);
        }
        [(_, None), (_, None)] => {}
        [(given, _), (missing, None)] | [(missing, None), (given, _)] => {
            let message = format!("`{given}` has no effect without `{missing}`");
            inference.report(&["environment", given], message, format!("add `{missing}`"));
        }
    }
    if let Some(token) = &names.token {
        write_variables(inference, Credentials::Token, json!({ "token": token }), &["environment"]);
    }
}

/// Writes the environment variables of variables in the URL of the first server.
fn write_server_variables(inference: &mut Inference<'_>, names: &BTreeMap<String, String>) {
    let server = Pointer::default().key("servers").index(0);
    for (name, environment) in names {
        let entry = ["environment", "server", name.as_str()];
        let url = inference.root().pointer(server.as_str()).and_then(|server| text(server, "url")).unwrap_or_default();
        if !url.contains(&format!("{{{name}}}")) {
            let message = format!("the URL of the first server has no variable `{{{name}}}`");
            inference.report_unused(&entry, message, "leave it out");
            continue;
        }
        let variables = server.key("variables");
        let variable = variables.key(name);
        if inference.object(&variables).is_none() {
            inference.write(&server, "variables", json!({}), &entry);
        }
        if inference.object(&variable).is_none() {
            inference.write(&variables, name, json!({}), &entry);
        }
        if inference.object(&variable).is_some_and(|variable| !variable.contains_key("default")) {
            // OpenAPI requires a default: this one leaves the URL as it is.
            inference.write(&variable, "default", json!(format!("{{{name}}}")), &entry);
        }
        inference.write(&variable, ENVIRONMENT, json!(environment), &entry);
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
            Self::Basic => ("username", "with `type: http` and `scheme: basic`"),
            Self::Token => ("token", "that takes a token or a key"),
        }
    }
}

/// Writes the variables into the first security scheme that takes such credentials.
fn write_variables(inference: &mut Inference<'_>, credentials: Credentials, value: Value, entry: &[&str]) {
    let (member, what) = credentials.missing();
    if matches!(Authentication::read(inference.root()), Authentication::Combined(_)) {
        let message = "the client sends several credentials together";
        inference.report_unused(
            &["environment", member],
            message,
            "name the variable of each under `environment.keys`",
        );
        return;
    }
    let schemes = Pointer::default().key("components").key("securitySchemes");
    let fits =
        |scheme: &Value| scheme.as_object().and_then(Authentication::of).is_some_and(|known| credentials.fits(&known));
    let name = fields(inference.root().pointer(schemes.as_str()))
        .find_map(|(name, scheme)| fits(scheme).then(|| name.clone()));
    match name.map(|name| schemes.key(&name)) {
        Some(at) => inference.write(&at, ENVIRONMENT, value, entry),
        None => {
            let message = format!("the document has no security scheme {what}");
            inference.report_unused(&["environment", member], message, "leave it out");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::normalize::infer::tests::run;

    #[test]
    fn a_base_url_is_also_that_of_operations_with_the_same_server() {
        let document = "
            paths:
              /a: {servers: [{url: 'https://example.com'}], get: {}}
              /b: {servers: [{url: 'https://other.example.com'}], get: {}}
        ";
        insta::assert_snapshot!(run(document, "base-url = 'https://example.org'"), @"
            #/paths/~1a/servers: [{url:https://example.org}]
            #/servers: [{url:https://example.org}]
        ");
    }

    #[test]
    fn the_variables_of_a_server_and_of_keys_are_written_there() {
        let config = "environment = {server = {region = 'REGION'}, keys = {key = 'KEY', other = 'OTHER'}}";
        insta::assert_snapshot!(run(SCHEMES, config), @"
        #/components/securitySchemes/key/x-environment: KEY
        error 1:26: the URL of the first server has no variable `{region}`
        error 1:67: the document has no security scheme `other`
        ");
    }

    const SCHEMES: &str = "components: {securitySchemes: {key: {type: http, scheme: basic}}}";

    #[test]
    fn the_variables_of_credentials_are_written_into_their_scheme() {
        let config = "environment = {base-url = 'URL', username = 'USER', password = 'PASSWORD'}";
        insta::assert_snapshot!(run(SCHEMES, config), @"
            #/servers/0/x-environment: URL
            #/components/securitySchemes/key/x-environment: {username:USER,password:PASSWORD}
        ");
    }

    #[test]
    fn credentials_that_are_sent_together_have_a_variable_each() {
        let key = |place: &str| format!("{{type: apiKey, in: {place}, name: key}}");
        let schemes = format!("components: {{securitySchemes: {{a: {}, b: {}}}}}", key("header"), key("query"));
        let document = format!("security: [{{a: [], b: []}}]\n{schemes}");
        insta::assert_snapshot!(run(&document, "environment.token = 'TOKEN'"), @"error 1:13: the client sends several credentials together");
    }

    #[test]
    fn credentials_are_complete_and_have_a_scheme() {
        insta::assert_snapshot!(run(SCHEMES, "environment = {username = 'USER', token = 'TOKEN'}"), @"
            error 1:16: `username` has no effect without `password`
            error 1:35: the document has no security scheme that takes a token or a key
        ");
    }

    #[test]
    fn a_base_url_a_rate_limit_and_waiters_are_written_into_the_root() {
        let config = "
            base-url = 'https://example.org'
            rate-limit = {requests = 5, window = '1 s'}
            [waiters.done]
            operation = 'a'
            field = 'state'
            target = ['done']
        ";
        insta::assert_snapshot!(run("paths: {}", config), @"
            #/servers: [{url:https://example.org}]
            #/x-rate-limit: {requests:5,window:1 s}
            #/x-waiters: {done:{operation:a,field:state,target:[done]}}
            #/x-waiters/done: {operation:a,field:state,target:[done]}
        ");
    }
}
