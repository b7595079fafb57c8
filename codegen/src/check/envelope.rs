use std::collections::HashSet;

use indexmap::IndexMap;

use super::{
    bodies::{is_json, successes},
    outline::{Node, Outline},
};
use crate::{
    diagnostic::{NodeDiagnostic, suggestion::nearest, wording::quoted},
    openapi::extensions::{ENVELOPE, Envelope},
    source::Pointer,
};

/// Every JSON success response is an envelope.
pub(super) fn envelope(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let Some(envelope) = outline.value(&Pointer::default()).and_then(Envelope::of) else { return Vec::new() };
    let mut seen = HashSet::new();
    let wrapped = outline.operations().filter(|operation| operation.node.get(ENVELOPE).is_none());
    let responses = wrapped.flat_map(|operation| successes(outline, operation.node));
    let contents = responses
        .filter(|response| seen.insert(response.number))
        .flat_map(|response| outline.children(response, "content").filter(|content| is_json(content)));
    contents
        .filter_map(|content| {
            let schema = outline.child(content, "schema")?;
            let (message, help) = problem(&envelope, outline, schema)?;
            Some(NodeDiagnostic::key(outline.pointer(schema), message, help))
        })
        .collect()
}

/// Returns what is wrong with the schema of a response, and the help.
fn problem(envelope: &Envelope, outline: &Outline<'_>, schema: &Node<'_>) -> Option<(String, String)> {
    // A broken reference is reported already.
    outline.target(schema)?;
    let result = quoted(&envelope.result);
    let parts = outline.parts(schema);
    let mut properties: IndexMap<_, _> = parts
        .iter()
        .flat_map(|part| outline.children(part, "properties"))
        .filter_map(|property| Some((property.name?, property)))
        .collect();
    if let Some(request_id) = envelope.request_id.as_deref().filter(|name| properties.shift_remove(name).is_none()) {
        let request_id = quoted(request_id);
        return Some((
            format!("`x-envelope` says that every response has {request_id}, and this one has not"),
            format!("describe an object with {request_id} and {result}"),
        ));
    }
    envelope.error.as_deref().and_then(|error| properties.shift_remove(error));
    if properties.contains_key(&*envelope.result) {
        return None;
    }
    let lost = nearest(&envelope.result, properties.keys().copied())
        .or_else(|| properties.iter().find(|(_, property)| holds_more(outline, property)).map(|(name, _)| *name))?;
    Some((
        format!("{} of this response would be lost: `x-envelope` says that it is in {result}", quoted(lost)),
        format!("call it {result}, or describe it as a part of that"),
    ))
}

/// Whether a property is more than one of the values that an envelope has for itself.
fn holds_more(outline: &Outline<'_>, property: &Node<'_>) -> bool {
    let target = outline.target(property);
    target.is_some_and(|schema| !matches!(schema.text("type"), Some("string" | "integer" | "number" | "boolean")))
}
