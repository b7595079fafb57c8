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
    let without =
        "`x-not-found` needs an error envelope: without one, a 404 of a gateway would mean that there is none";
    diagnostics.extend(check_error_envelope(outline, without.to_owned(), at));
    let mut add = |message: &str, help: &str| diagnostics.push(NodeDiagnostic::key(at.clone(), message, help));
    if node.get("responses").and_then(|responses| responses.get("404")).is_none() {
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
        "the result may be `null`, which would be `None`, too",
        "leave out `x-not-found`, or the `null` in the result",
    ))
}

#[cfg(test)]
mod tests {
    use crate::check::{extensions::check, tests::run};

    /// Returns the diagnostics of a GET with `x-not-found: none` and these responses.
    fn run_on(responses: &str, envelope: &str) -> String {
        run(check, &format!("{envelope}paths: {{/a: {{get: {{x-not-found: none, responses: {{{responses}}}}}}}}}"))
    }

    /// Returns a response with this result.
    fn result(schema: &str) -> String {
        format!("'200': {{content: {{application/json: {{schema: {{properties: {{result: {schema}}}}}}}}}}}")
    }

    const ENVELOPE: &str = "x-envelope: {result: result, error: error}\n";

    #[test]
    fn it_needs_a_404_in_an_error_envelope() {
        let thing = result("{type: object, properties: {a: {}}}");
        assert_eq!(run_on(&format!("{thing}, '404': {{}}"), ENVELOPE), "");
        insta::assert_snapshot!(run_on(&format!("{thing}, 4XX: {{}}"), "x-envelope: {result: result}\n"), @"
        4:20 `x-not-found` needs an error envelope: without one, a 404 of a gateway would mean that there is none
        4:20 this operation has no response 404 that could mean that there is none
        ");
    }

    #[test]
    fn it_needs_one_result_that_is_always_there() {
        let several = format!("{}, '202': {{}}", result("{type: string}"));
        let text = "'200': {content: {text/plain: {schema: {type: string}}}}".to_owned();
        let results = ["{type: array, items: {}}", "{allOf: [{type: string}], nullable: true}"].map(result);
        let on_each = results.into_iter().chain([several, text, "'204': {}".to_owned()]);
        let on_each: Vec<_> = on_each.map(|response| run_on(&format!("{response}, '404': {{}}"), ENVELOPE)).collect();
        insta::assert_snapshot!(on_each.join("\n"), @"
        4:20 this operation returns a list, which is empty if there are none
        4:20 the result may be `null`, which would be `None`, too
        4:20 this operation has several response types
        4:20 this operation does not return JSON
        4:20 this operation does not return JSON
        ");
    }

    #[test]
    fn it_belongs_on_a_get_with_one_value() {
        let document = "
            x-envelope: {result: result, error: error}
            paths:
              /a:
                put: {x-not-found: none}
                get: {x-not-found: null, responses: {'200': {content: {application/json: {schema: {properties: {result: {}}}}}}, '404': {}}}
        ";
        insta::assert_snapshot!(run(check, document), @"
        6:11 `x-not-found` has no meaning on this PUT
        7:24 `x-not-found` must be `none`, but is empty (`null`)
        ");
    }
}
