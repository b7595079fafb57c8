use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::listed},
    openapi::grammar::Kind,
};

/// What bounds a value.
const BOUNDS: [&str; 9] =
    ["maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "multipleOf", "pattern", "uniqueItems"];

/// A choice, and alternatives that are no objects, have no bounds: an enum holds their values as they are.
pub(super) fn alternatives(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for union in outline.all(Kind::Schema) {
        let alternatives: Vec<_> = ["oneOf", "anyOf"].iter().flat_map(|field| outline.children(union, field)).collect();
        // A choice of one is none.
        if alternatives.len() > 1 {
            diagnostics.extend(unchecked(outline, union, &[union]));
            diagnostics.extend(alternatives.iter().filter_map(|one| unchecked(outline, one, &outline.parts(one))));
        }
    }
    diagnostics
}

/// The bounds of a schema, which is made of these.
fn unchecked(outline: &Outline<'_>, schema: &Node<'_>, parts: &[&Node<'_>]) -> Option<NodeDiagnostic> {
    let bounds: Vec<_> =
        BOUNDS.into_iter().filter(|bound| parts.iter().any(|part| part.get(bound).is_some())).collect();
    (!bounds.is_empty()).then(|| {
        let message = format!("the crate does not check {} in this choice", listed(bounds));
        NodeDiagnostic::key(outline.pointer(schema), message, "nothing has to be done: the service checks it").warning()
    })
}
