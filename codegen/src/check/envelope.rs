use std::collections::HashSet;

use indexmap::IndexMap;

use super::{
    bodies::format,
    outline::{Node, Outline},
};
use crate::{
    diagnostic::{NodeDiagnostic, suggestion::nearest, wording::quoted},
    openapi::{
        extensions::{ENVELOPE, Envelope},
        media_type::Format,
    },
};

/// Checks that every JSON response that means success is wrapped in the envelope, unless its operation says otherwise.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let Some(envelope) = Envelope::of(outline.tree()) else { return Vec::new() };
    let (mut seen, mut seen_wrapped) = (HashSet::new(), HashSet::new());
    let mut diagnostics = Vec::new();
    for operation in outline.operations() {
        let is_wrapped = operation.node.get(ENVELOPE).is_none();
        for response in outline.success_responses(operation.node) {
            if seen.insert(response.number) {
                diagnostics.extend(check_response(outline, response));
            }
            if is_wrapped && seen_wrapped.insert(response.number) {
                let json = |content: &&Node<'_>| format(content) == Some(Format::Json);
                let contents = outline.children(response, "content").filter(json);
                diagnostics.extend(contents.filter_map(|content| check_content(&envelope, outline, content)));
            }
        }
    }
    diagnostics
}

fn check_response(outline: &Outline<'_>, response: &Node<'_>) -> Option<NodeDiagnostic> {
    response.get(ENVELOPE).filter(|value| **value == false)?;
    let message = "`x-envelope` has no effect on a response that means success";
    let help = "write it on the operation, if none of its responses is wrapped";
    Some(NodeDiagnostic::key(outline.pointer(response).key(ENVELOPE), message, help))
}

fn check_content(envelope: &Envelope, outline: &Outline<'_>, content: &Node<'_>) -> Option<NodeDiagnostic> {
    let schema = outline.child(content, "schema")?;
    let (message, help) = problem(envelope, outline, schema)?;
    Some(NodeDiagnostic::key(outline.pointer(schema), message, help))
}

/// Returns the error of a response's schema, as a message and a help.
fn problem(envelope: &Envelope, outline: &Outline<'_>, schema: &Node<'_>) -> Option<(String, String)> {
    // A broken reference is reported already.
    outline.target(schema)?;
    let result = quoted(&envelope.result);
    let mut properties: IndexMap<_, _> =
        outline.properties(schema).filter_map(|property| Some((property.name?, property))).collect();
    if let Some(request_id) = envelope.request_id.as_deref().filter(|name| properties.shift_remove(name).is_none()) {
        let request_id = quoted(request_id);
        return Some((
            format!("this response has no {request_id}, which `x-envelope` names"),
            format!("describe an object with {request_id} and {result}"),
        ));
    }
    envelope.error.as_deref().and_then(|error| properties.shift_remove(error));
    if properties.contains_key(&*envelope.result) {
        return None;
    }
    let result_property = nearest(&envelope.result, properties.keys().copied())
        .or_else(|| properties.iter().find(|(_, property)| may_be_result(outline, property)).map(|(name, _)| *name))?;
    Some((
        format!(
            "{} of this response would be lost: `x-envelope` names {result} as the result",
            quoted(result_property)
        ),
        format!("call it {result}, or put it inside that"),
    ))
}

/// Returns whether a property is an object or a list, rather than a plain value that belongs to the envelope.
fn may_be_result(outline: &Outline<'_>, property: &Node<'_>) -> bool {
    let target = outline.target(property);
    target.is_some_and(|schema| !matches!(schema.text("type"), Some("string" | "integer" | "number" | "boolean")))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn a_response_has_the_parts_of_the_envelope() {
        let document = "
            x-envelope: {result: data, requestId: id}
            paths:
              /a:
                get: {responses: {'200': {content: {application/json: {schema: {properties: {data: {}}}}}}}}
                put: {responses: {'200': {content: {application/json: {schema: {properties: {id: {}, result: {}}}}}}}}
                post: {x-envelope: false, responses: {'200': {content: {application/json: {schema: {}}}}}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        6:60 this response has no `id`, which `x-envelope` names
        7:60 `result` of this response would be lost: `x-envelope` names `data` as the result
        ");
    }

    #[test]
    fn a_response_that_means_success_cannot_opt_out_alone() {
        let document = "
            x-envelope: {result: data}
            paths: {/a: {get: {responses: {'200': {x-envelope: false}, '500': {x-envelope: false}}}}}
        ";
        insta::assert_snapshot!(
            run(check, document),
            @"4:40 `x-envelope` has no effect on a response that means success"
        );
    }

    #[test]
    fn a_response_may_have_no_result() {
        let document = "
            x-envelope: {result: data}
            paths:
              /a:
                get: {responses: {'200': {content: {application/json: {schema: {properties: {status: {type: string}}}}}}}}
        ";
        insta::assert_snapshot!(run(check, document), @"");
    }
}
