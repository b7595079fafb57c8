use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        wording::{listed, quoted},
    },
    openapi::{grammar::Kind, security::Authentication},
    source::Pointer,
};

/// A client knows one way to say who calls.
pub(super) fn security(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics: Vec<_> =
        outline.all(Kind::SecurityScheme).filter_map(|scheme| unknown(outline, scheme)).collect();
    let operations: Vec<_> = outline.operations().map(|operation| operation.node).collect();
    for holder in outline.document().into_iter().chain(operations.iter().copied()) {
        diagnostics.extend(together(outline, holder));
    }
    let Some(root) = outline.value(&Pointer::default()) else { return diagnostics };
    let client = Authentication::read(root);
    diagnostics.extend(operations.into_iter().filter_map(|operation| other(outline, operation, root, &client)));
    diagnostics
}

fn unknown(outline: &Outline<'_>, scheme: &Node<'_>) -> Option<NodeDiagnostic> {
    // What is not written as it should be is reported already.
    let name = scheme.text("scheme").filter(|_| scheme.text("type") == Some("http"))?;
    Authentication::of(scheme.object()).is_none().then(|| {
        let message =
            format!("a client does not know the scheme {}, so it calls without such credentials", quoted(name));
        let help =
            "give it an `http_client` that does; known are `basic`, `bearer`, API keys, OAuth 2 and OpenID Connect";
        NodeDiagnostic::key(outline.pointer(scheme), message, help).warning()
    })
}

/// The ways to call that take several credentials, where none is enough with one.
fn together(outline: &Outline<'_>, holder: &Node<'_>) -> Vec<NodeDiagnostic> {
    let asked = holder.list("security");
    if asked.iter().any(|asked| is_enough(outline, asked)) {
        return Vec::new();
    }
    let several = asked.iter().enumerate().filter(|(_, asked)| asked.as_object().is_some_and(|asked| asked.len() > 1));
    let places = several.map(|(index, _)| outline.pointer(holder).key("security").index(index));
    let diagnostics = places.map(|at| {
        let message = "a client sends one of these credentials, and not all of them together";
        NodeDiagnostic::value(at, message, "give it an `http_client` whose default headers hold the others").warning()
    });
    diagnostics.collect()
}

/// Whether a client can send all of what one way to call takes.
fn is_enough(outline: &Outline<'_>, asked: &Value) -> bool {
    let schemes = outline.value(&Pointer::default().key("components").key("securitySchemes"));
    let Some(asked) = asked.as_object().filter(|asked| asked.len() == 1) else { return false };
    asked.keys().any(|name| schemes.and_then(|schemes| Authentication::of(schemes.get(name)?.as_object()?)).is_some())
}

/// An operation that takes other credentials than a client has.
fn other(outline: &Outline<'_>, operation: &Node<'_>, root: &Value, client: &Authentication) -> Option<NodeDiagnostic> {
    let schemes = root.pointer("/components/securitySchemes");
    let ways: Vec<_> = operation.list("security").iter().map(Value::as_object).collect::<Option<_>>()?;
    let is_client = |name: &String| {
        schemes.and_then(|all| Authentication::of(all.get(name)?.as_object()?)).as_ref() == Some(client)
    };
    if ways.is_empty() || ways.iter().any(|way| way.is_empty() || way.keys().any(is_client)) {
        return None;
    }
    let names = listed(ways.iter().flat_map(|way| way.keys().map(String::as_str)));
    let message = format!("this operation is called with {names}, and a client has no such credentials");
    let help = "give it an `http_client` whose default headers hold them";
    Some(NodeDiagnostic::key(outline.pointer(operation).key("security"), message, help).warning())
}
