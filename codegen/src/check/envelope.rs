use std::collections::HashSet;

use indexmap::IndexMap;

use super::{
    outline::{Node, Outline},
    suggestion::nearest,
    supported::{JSON, successes},
    wording::quoted,
};
use crate::document::Finding;

/// Every JSON success response is the object that `x-envelope` says it is.
pub(super) fn envelope(outline: &Outline<'_>) -> Vec<Finding> {
    let envelope = outline.document().and_then(|document| document.get("x-envelope"));
    let name = |key: &str| envelope?.get(key)?.as_str();
    let (Some(result), Some(request_id)) = (name("result"), name("requestId")) else { return Vec::new() };

    let mut seen = HashSet::new();
    let responses = outline.operations().flat_map(|operation| successes(outline, operation.node));
    let contents = responses
        .filter(|response| seen.insert(response.number))
        .flat_map(|response| outline.children(response, "content").filter(|content| content.name == Some(JSON)));
    contents
        .filter_map(|content| {
            let schema = outline.child(content, "schema")?;
            let (message, help) = problem(outline, schema, result, request_id)?;
            Some(Finding::key(outline.pointer(schema), message, help))
        })
        .collect()
}

fn problem(outline: &Outline<'_>, schema: &Node<'_>, result: &str, request_id: &str) -> Option<(String, String)> {
    // A broken reference has been complained of.
    outline.target(schema)?;
    let parts = outline.parts(schema);
    let properties: IndexMap<_, _> = parts
        .iter()
        .flat_map(|part| outline.children(part, "properties"))
        .filter_map(|property| Some((property.name?, property)))
        .collect();
    if !properties.contains_key(request_id) {
        return Some((
            format!("`x-envelope` says that every response has {}, and this one has not", quoted(request_id)),
            format!("describe an object with {} and {}", quoted(request_id), quoted(result)),
        ));
    }
    if properties.contains_key(result) {
        return None;
    }
    let lost = nearest(result, properties.keys().copied())
        .or_else(|| properties.iter().find(|(_, property)| holds_more(outline, property)).map(|(name, _)| *name))?;
    Some((
        format!("{} of this response would be lost: `x-envelope` says that it is in {}", quoted(lost), quoted(result)),
        format!("call it {}, or describe it as a part of that", quoted(result)),
    ))
}

/// Whether a property is more than one of the values that an envelope has for itself.
fn holds_more(outline: &Outline<'_>, property: &Node<'_>) -> bool {
    let target = outline.target(property);
    target.is_some_and(|schema| !matches!(schema.text("type"), Some("string" | "integer" | "number" | "boolean")))
}
