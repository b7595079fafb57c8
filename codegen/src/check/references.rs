use serde_json::{Value, json};

use super::{
    outline::{Node, Outline, show_cycle},
    resolution::{MAX_PARTS, Resolution},
};
use crate::{
    diagnostic::{NodeDiagnostic, suggestion::nearest, wording::quoted},
    openapi::{grammar::Kind, reference::ELSEWHERE_HELP},
    source::Pointer,
};

/// How many diagnostics may have a suggestion: each compares a name with all names of its kind.
const MAX_SUGGESTIONS: usize = 100;

/// Checks that every `$ref` leads to an object of the right kind under `components`, and not back to itself.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for node in outline.nodes() {
        if let Some(reference) = node.reference() {
            diagnostics.extend(check_target(outline, node, reference, diagnostics.len() < MAX_SUGGESTIONS));
            diagnostics.extend(check_siblings(outline, node));
        }
    }
    diagnostics
}

fn check_target(outline: &Outline<'_>, node: &Node<'_>, reference: &str, suggest: bool) -> Option<NodeDiagnostic> {
    let diagnostic = target_error(outline, node, reference, suggest)?;
    let is_elsewhere =
        matches!(outline.resolution(node), Some(Resolution::OtherDocument)) && !reference.starts_with('#');
    Some(if is_elsewhere { diagnostic } else { without_target(outline, node, diagnostic) })
}

/// Adds the fix for a reference to nothing that its kind could be.
fn without_target(outline: &Outline<'_>, node: &Node<'_>, diagnostic: NodeDiagnostic) -> NodeDiagnostic {
    let at = outline.pointer(node);
    match node.kind {
        Kind::Schema => diagnostic.fixed_by_replacing(at, json!({}), "the crate takes any value"),
        Kind::RequestBody => {
            let any = json!({ "content": { "application/json": { "schema": {} } } });
            diagnostic.fixed_by_replacing(at, any, "the crate takes any JSON")
        }
        Kind::Response => match content_of_request_body(outline, node) {
            Some(content) => {
                let response = json!({ "description": "", "content": content });
                diagnostic.fixed_by_replacing(at, response, "the response has its content")
            }
            None => {
                let empty = json!({ "description": "" });
                diagnostic.fixed_by_replacing(at, empty, "the crate ignores the body of this response")
            }
        },
        _ => diagnostic.fixed_by_removing(at),
    }
}

/// Returns the content of the request body that a reference leads to in place of a response.
fn content_of_request_body<'a>(outline: &Outline<'a>, node: &Node<'_>) -> Option<&'a Value> {
    let target = outline.tree().pointer(Pointer::of_reference(node.reference()?)?.as_str())?;
    outline.node_of(target).filter(|target| target.kind == Kind::RequestBody)?.get("content")
}

fn target_error(outline: &Outline<'_>, node: &Node<'_>, reference: &str, suggest: bool) -> Option<NodeDiagnostic> {
    let (kind, at) = (node.kind.name(), outline.pointer(node).key("$ref"));
    let section = node.kind.section().map_or_else(String::new, |section| format!("#/components/{section}/"));
    let (message, mut help) = match outline.resolution(node)? {
        Resolution::Target(_) => return None,
        Resolution::OtherDocument if reference.starts_with('#') => {
            (format!("{} is no JSON pointer", quoted(reference)), format!("refer to {kind} with `{section}Name`"))
        }
        Resolution::OtherDocument => {
            let message = format!("{} is not in this document", quoted(reference));
            return Some(NodeDiagnostic::value(at, message, ELSEWHERE_HELP));
        }
        Resolution::Cycle(cycle) => {
            let cycle = show_cycle(cycle.iter().filter_map(|number| outline.node(*number)));
            let message = format!("{} leads only back to itself: {cycle}", quoted(reference));
            let help = format!("write one of them out, as {kind} that does not refer to the others");
            return Some(NodeDiagnostic::value(at, message, help));
        }
        Resolution::TooManyParts => {
            let message = format!("{} consists of more than {MAX_PARTS} schemas", quoted(reference));
            return Some(NodeDiagnostic::value(at, message, "use fewer in its `allOf`, `oneOf` and `anyOf`"));
        }
        Resolution::Missing => (
            format!("there is no {}", quoted(reference)),
            match suggest.then(|| nearest_component(outline, node, reference)).flatten() {
                Some(name) => format!("did you mean `{section}{name}`?"),
                None => format!("add {kind} with this name, or refer to an existing one with `{section}Name`"),
            },
        ),
        Resolution::WrongKind(found) => (
            match found {
                Some(found) => format!("{} is {}, not {kind}", quoted(reference), found.name()),
                None => format!("{} is not {kind}", quoted(reference)),
            },
            format!("refer to {kind}, with `{section}Name`"),
        ),
        Resolution::Unnamed => (
            format!("{} has no name under `components`", quoted(reference)),
            format!("move it to `{section}Name`, and refer to it from both places"),
        ),
    };
    if node.kind.section().is_none() {
        help = format!("write it out here: `components` cannot hold {kind}");
    }
    Some(NodeDiagnostic::value(at, message, help))
}

/// Checks that nothing stands beside a `$ref` that would change its meaning: OpenAPI 3.0 ignores it, and its author
/// hardly wants that.
fn check_siblings(outline: &Outline<'_>, node: &Node<'_>) -> Vec<NodeDiagnostic> {
    let ignored = node.object().keys().filter(|key| !matches!(key.as_str(), "$ref" | "summary" | "description"));
    let diagnostics = ignored.map(|key| {
        let at = outline.pointer(node).key(key);
        let message = format!("{} has no effect beside a `$ref`", quoted(key));
        let help = if node.kind.section() == Some("schemas") {
            "put the `$ref` into `allOf: [{$ref: ...}]`, and this beside the `allOf`"
        } else {
            "leave it out, or write the object out instead of referring to it"
        };
        NodeDiagnostic::key(at.clone(), message, help).fixed_by_removing(at)
    });
    diagnostics.collect()
}

fn nearest_component<'a>(outline: &Outline<'a>, node: &Node<'_>, reference: &str) -> Option<&'a str> {
    let written = reference.rsplit('/').next().unwrap_or(reference);
    nearest(written, outline.components(node.kind).filter_map(|target| target.name))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::{run, run_on_schemas};

    #[test]
    fn a_reference_leads_to_a_component_of_its_kind() {
        let schemas = "
            A: {$ref: '#/components/schemas/Nothing'}
            B: {$ref: '#/info'}
            C: {$ref: 'other.yaml#/C'}
            D: {$ref: '#anchor'}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:15 there is no `#/components/schemas/Nothing`: the crate takes any value
        6:15 `#/info` is the info, not a schema: the crate takes any value
        7:15 `other.yaml#/C` is not in this document
        8:15 `#anchor` is no JSON pointer: the crate takes any value
        ");
    }

    #[test]
    fn a_reference_leads_to_a_name() {
        let schemas = "
            A: {properties: {a: {}}}
            B: {$ref: '#/components/schemas/A/properties/a'}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"6:15 `#/components/schemas/A/properties/a` has no name under `components`: the crate takes any value"
        );
    }

    #[test]
    fn a_path_does_not_lead_back_to_itself() {
        let paths = "
            paths:
              /a: {$ref: '#/paths/~1a'}
              /b: {$ref: '#/paths/~1c'}
              /c: {$ref: '#/paths/~1b'}
              /d: {$ref: '#/paths/~1a'}
        ";
        insta::assert_snapshot!(run(check, paths), @r"
        4:14 `#/paths/~1a` leads only back to itself: `/a` -> `/a`: it is left out
        5:14 `#/paths/~1c` leads only back to itself: `/b` -> `/c` -> `/b`: it is left out
        6:14 `#/paths/~1b` leads only back to itself: `/c` -> `/b` -> `/c`: it is left out
        7:14 `#/paths/~1a` has no name under `components`: it is left out
        ");
    }

    #[test]
    fn a_reference_does_not_lead_back_to_itself() {
        let schemas = "
            A: {$ref: '#/components/schemas/B'}
            B: {allOf: [{$ref: '#/components/schemas/A'}]}
            C: {properties: {c: {$ref: '#/components/schemas/C'}}}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"6:24 `#/components/schemas/A` leads only back to itself: `A` -> `B` -> `A`: the crate takes any value"
        );
    }

    #[test]
    fn nothing_but_prose_stands_beside_a_reference() {
        let schemas = "
            A: {}
            B: {$ref: '#/components/schemas/A', nullable: true, description: Like A.}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"6:41 `nullable` has no effect beside a `$ref`: it is left out"
        );
    }
}
