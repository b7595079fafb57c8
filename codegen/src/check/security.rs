use serde_json::{Map, Value};

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        wording::{listed, quoted},
    },
    openapi::{grammar::Kind, security::Authentication},
};

/// Checks that a client can authenticate every call with the credentials that it sends.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics: Vec<_> =
        outline.all(Kind::SecurityScheme).filter_map(|scheme| check_scheme(outline, scheme)).collect();
    let client = Authentication::read(outline.tree());
    let operations: Vec<_> = outline.operations().map(|operation| operation.node).collect();
    for holder in outline.root().into_iter().chain(operations.iter().copied()) {
        diagnostics.extend(check_combined(outline, holder, &client));
    }
    diagnostics.extend(operations.into_iter().filter_map(|operation| check_operation(outline, operation, &client)));
    diagnostics
}

fn check_scheme(outline: &Outline<'_>, scheme: &Node<'_>) -> Option<NodeDiagnostic> {
    // Fields that are missing or malformed are reported already.
    let name = scheme.text("scheme").filter(|_| scheme.text("type") == Some("http"))?;
    Authentication::of(scheme.object()).is_none().then(|| {
        let message =
            format!("the client does not support the scheme {}, so it sends no such credentials", quoted(name));
        let help =
            "give it an `http_client` that does; `basic`, `bearer`, API keys, OAuth 2 and OpenID Connect are supported";
        NodeDiagnostic::key(outline.pointer(scheme), message, help).warning()
    })
}

/// Warns of requirements that combine several schemes, where no requirement is a single scheme that a client follows.
fn check_combined(outline: &Outline<'_>, holder: &Node<'_>, client: &Authentication) -> Vec<NodeDiagnostic> {
    let requirements = holder.list("security");
    let is_followed = |requirement: &Map<String, Value>| {
        let mut schemes = requirement.keys().map(|name| authentication(outline, name));
        match schemes.len() {
            1 => schemes.any(|scheme| scheme.is_some()),
            _ => schemes.all(|scheme| scheme.is_some_and(|scheme| client.includes(&scheme))),
        }
    };
    if requirements.iter().filter_map(Value::as_object).any(is_followed) {
        return Vec::new();
    }
    let is_combined = |requirement: &Value| requirement.as_object().is_some_and(|schemes| schemes.len() > 1);
    let combined = requirements.iter().enumerate().filter(|(_, requirement)| is_combined(requirement));
    let diagnostics = combined.map(|(index, _)| {
        let at = outline.pointer(holder).key("security").index(index);
        let message = "the client sends one of these credentials, not all of them";
        NodeDiagnostic::value(at, message, "give it an `http_client` whose default headers hold the others").warning()
    });
    diagnostics.collect()
}

/// Warns of an operation that requires other credentials than those of a client.
fn check_operation(outline: &Outline<'_>, operation: &Node<'_>, client: &Authentication) -> Option<NodeDiagnostic> {
    let requirements = operation.list("security").iter().map(Value::as_object).collect::<Option<Vec<_>>>()?;
    let has_token = Authentication::token_url(outline.tree()).is_some();
    let is_sent = |scheme: Authentication| client.includes(&scheme) || has_token && scheme == Authentication::Bearer;
    let is_of_client = |name: &String| authentication(outline, name).is_some_and(is_sent);
    if requirements.is_empty()
        || requirements.iter().any(|schemes| schemes.is_empty() || schemes.keys().any(is_of_client))
    {
        return None;
    }
    let names = listed(requirements.iter().flat_map(|schemes| schemes.keys().map(String::as_str)));
    let message = format!("this operation requires {names}, which the client does not send");
    let help = "give it an `http_client` whose default headers hold them";
    Some(NodeDiagnostic::key(outline.pointer(operation).key("security"), message, help).warning())
}

/// Returns the authentication of the security scheme with this name, if a client follows it.
fn authentication(outline: &Outline<'_>, name: &str) -> Option<Authentication> {
    Authentication::of(outline.tree().pointer("/components/securitySchemes")?.get(name)?.as_object()?)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn a_client_follows_basic_bearer_and_keys() {
        let document = "
            components: {securitySchemes: {a: {type: http, scheme: digest}, b: {type: http, scheme: Bearer}}}
        ";
        insta::assert_snapshot!(
            run(check, document),
            @"3:32 the client does not support the scheme `digest`, so it sends no such credentials"
        );
    }

    #[test]
    fn a_client_sends_schemes_together_unless_they_are_in_one_header() {
        let document = "
            security: [{a: [], b: []}]
            components: {securitySchemes: {a: {type: http, scheme: basic}, b: {type: http, scheme: bearer}}}
        ";
        let with_key = document.replace("http, scheme: bearer", "apiKey, in: query, name: key");
        assert_eq!(run(check, &with_key), "");
        insta::assert_snapshot!(
            run(check, document),
            @"3:12 the client sends one of these credentials, not all of them"
        );
    }

    #[test]
    fn a_client_may_have_an_access_token_beside_its_key() {
        let document = "
            security: [{a: []}]
            paths: {/a: {get: {security: [{b: []}]}}}
            components: {securitySchemes: {a: {type: http, scheme: basic}, b: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}}}
        ";
        assert_eq!(run(check, document), "");
    }

    #[test]
    fn an_operation_accepts_what_a_client_sends() {
        let document = "
            security: [{a: []}]
            paths: {/a: {get: {security: [{b: []}]}, put: {security: [{b: []}, {}]}, post: {security: [{b: []}, {a: []}]}}}
            components: {securitySchemes: {a: {type: http, scheme: basic}, b: {type: http, scheme: bearer}}}
        ";
        insta::assert_snapshot!(
            run(check, document),
            @"4:20 this operation requires `b`, which the client does not send"
        );
    }
}
