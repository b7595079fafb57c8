use std::collections::HashSet;

use indexmap::IndexMap;

use super::{
    bodies::{is_json, successes},
    outline::{Node, Outline},
    suggestion::nearest,
    wording::quoted,
};
use crate::diagnostic::NodeDiagnostic;

/// The properties of the object that `x-envelope` says every JSON response is.
struct Envelope<'a> {
    result: &'a str,
    error: Option<&'a str>,
    request_id: Option<&'a str>,
}

/// Every JSON success response is an envelope.
pub(super) fn envelope(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let Some(envelope) = outline.document().and_then(Envelope::read) else { return Vec::new() };
    let mut seen = HashSet::new();
    let wrapped = outline.operations().filter(|operation| operation.node.get("x-envelope").is_none());
    let responses = wrapped.flat_map(|operation| successes(outline, operation.node));
    let contents = responses
        .filter(|response| seen.insert(response.number))
        .flat_map(|response| outline.children(response, "content").filter(|content| is_json(content)));
    contents
        .filter_map(|content| {
            let schema = outline.child(content, "schema")?;
            let (message, help) = envelope.problem(outline, schema)?;
            Some(NodeDiagnostic::key(outline.pointer(schema), message, help))
        })
        .collect()
}

impl<'a> Envelope<'a> {
    fn read(document: &Node<'a>) -> Option<Self> {
        let envelope = document.get("x-envelope")?;
        let name = |key: &str| envelope.get(key)?.as_str();
        Some(Self { result: name("result")?, error: name("error"), request_id: name("requestId") })
    }

    fn problem(&self, outline: &Outline<'_>, schema: &Node<'_>) -> Option<(String, String)> {
        // A broken reference has been complained of.
        outline.target(schema)?;
        let result = quoted(self.result);
        let parts = outline.parts(schema);
        let mut properties: IndexMap<_, _> = parts
            .iter()
            .flat_map(|part| outline.children(part, "properties"))
            .filter_map(|property| Some((property.name?, property)))
            .collect();
        if let Some(request_id) = self.request_id.filter(|name| properties.shift_remove(name).is_none()) {
            let request_id = quoted(request_id);
            return Some((
                format!("`x-envelope` says that every response has {request_id}, and this one has not"),
                format!("describe an object with {request_id} and {result}"),
            ));
        }
        self.error.and_then(|error| properties.shift_remove(error));
        if properties.contains_key(self.result) {
            return None;
        }
        let lost = nearest(self.result, properties.keys().copied())
            .or_else(|| properties.iter().find(|(_, property)| holds_more(outline, property)).map(|(name, _)| *name))?;
        Some((
            format!("{} of this response would be lost: `x-envelope` says that it is in {result}", quoted(lost)),
            format!("call it {result}, or describe it as a part of that"),
        ))
    }
}

/// Whether a property is more than one of the values that an envelope has for itself.
fn holds_more(outline: &Outline<'_>, property: &Node<'_>) -> bool {
    let target = outline.target(property);
    target.is_some_and(|schema| !matches!(schema.text("type"), Some("string" | "integer" | "number" | "boolean")))
}
