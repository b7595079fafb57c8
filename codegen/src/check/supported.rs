use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{diagnostic::NodeDiagnostic, openapi::grammar::Kind};

/// The document has nothing that no code is made for.
pub(super) fn supported(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let schemas = outline.nodes().filter(|node| node.reference().is_none() && node.kind == Kind::Schema);
    schemas.flat_map(|schema| negation(outline, schema).into_iter().chain(other_keys(outline, schema))).collect()
}

fn negation(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    schema.get("not").map(|_| {
        let at = outline.pointer(schema).key("not");
        let help = "describe what is possible, instead of what is not";
        NodeDiagnostic::key(at.clone(), "`not` is not supported", help).fixed_by_removing(at)
    })
}

/// What has properties becomes a struct, which has a field for each of them and for nothing else.
fn other_keys(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    let has_properties = schema.get("properties")?.as_object().is_some_and(|properties| !properties.is_empty());
    let takes_others = *schema.get("additionalProperties")? != Value::Bool(false);
    (has_properties && takes_others).then(|| {
        let at = outline.pointer(schema).key("additionalProperties");
        let help = "list what is needed, or leave `properties` out: then it is a map";
        NodeDiagnostic::key(at, "beside `properties`, other keys are neither sent nor kept", help).warning()
    })
}
