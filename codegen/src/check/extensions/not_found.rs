use serde_json::Value;

use super::{check_error_envelope, errors, result::result_schema, waiters::has_several_response_types};
use crate::{
    check::outline::{Node, Outline},
    diagnostic::NodeDiagnostic,
    openapi::extensions::read_not_found,
    source::Pointer,
};

/// Checks that an operation documents the 404 which means that there is none, and otherwise returns one value.
pub(super) fn check(outline: &Outline<'_>, node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut diagnostics = errors(read_not_found(value, at));
    let without = "a gateway responds with 404 as well, and only an error envelope tells which 404 is of the API";
    diagnostics.extend(check_error_envelope(outline, without.to_owned(), at));
    let mut add = |message: &str, help: &str| diagnostics.push(NodeDiagnostic::key(at.clone(), message, help));
    if !node.get("responses").is_some_and(|responses| responses.get("404").is_some()) {
        add("this operation has no response 404 that could mean that there is none", "add the response `'404'`");
    }
    if let Some((message, help)) = problem(outline, node) {
        add(message, help);
    }
    diagnostics
}

/// Returns the error of an operation that does not return one value, as a message and a help.
fn problem(outline: &Outline<'_>, operation: &Node<'_>) -> Option<(&'static str, &'static str)> {
    const LEAVE_OUT: &str = "leave `x-not-found` out";
    if has_several_response_types(outline, operation) {
        return Some(("this operation has several response types", LEAVE_OUT));
    }
    let Some(result) = result_schema(outline, operation) else {
        return Some(("this operation does not return JSON", LEAVE_OUT));
    };
    let parts = outline.parts(result);
    if parts.iter().any(|part| part.text("type") == Some("array")) {
        return Some(("this operation returns a list, which is empty if there are none", LEAVE_OUT));
    }
    parts.iter().any(|part| part.flag("nullable")).then_some((
        "the result may be `null`, so that nothing has two meanings",
        "leave out `x-not-found`, or the `null` in the result",
    ))
}
