//! Differences between request bodies, and between responses.

use indexmap::IndexMap;
use serde_json::Map;

use super::{DriftError, comparison::Comparison, document_node::DocumentNode, resolved_schema::ResolvedSchema};
use crate::{
    compare::paired,
    openapi::{
        extensions::{Envelope, is_unwrapped},
        media_type::{Format, essence, is_success},
    },
};

impl Comparison {
    pub(super) fn compare_requests(&mut self, operations: [&DocumentNode; 2]) -> Result<(), DriftError> {
        let bodies = operations.map(|operation| operation.get("requestBody").map(DocumentNode::resolved));
        if let [Some(ours), Some(theirs)] = &bodies {
            self.compare_required(&ours.at, "request", [ours, theirs].map(|body| body.flag("required")));
        }
        let schemas = bodies.map(|body| {
            body.iter().flat_map(contents).map(|(media_type, content)| (media_type, content.get("schema"))).collect()
        });
        self.compare_bodies("request", operations[0], schemas)
    }

    pub(super) fn compare_responses(
        &mut self,
        operations: [&DocumentNode; 2],
        envelope: Option<&Envelope>,
    ) -> Result<(), DriftError> {
        let envelope = envelope.filter(|_| !is_unwrapped(operations[0].value));
        self.compare_bodies("response", operations[0], operations.map(|operation| responses(operation, envelope)))
    }

    fn compare_bodies(&mut self, side: &str, operation: &DocumentNode, bodies: [Bodies; 2]) -> Result<(), DriftError> {
        for (key, pair) in paired(bodies) {
            match pair {
                [Some(Some(ours)), Some(Some(theirs))] => self.compare_schemas(side, [ours, theirs])?,
                [Some(_), Some(_)] => {}
                pair => {
                    let schema = pair[0].as_ref().and_then(Option::as_ref);
                    let pointer = schema.unwrap_or(operation).at.clone();
                    self.add_missing(side, &pointer, side, pair.map(|body| body.map(|_| key.clone())));
                }
            }
        }
        Ok(())
    }
}

/// The schemas of bodies by status and media type; none for a status without a body.
type Bodies<'d> = IndexMap<String, Option<DocumentNode<'d>>>;

fn responses<'d>(operation: &DocumentNode<'d>, envelope: Option<&Envelope>) -> Bodies<'d> {
    let (none, responses) = (Map::new(), operation.value.get("responses").and_then(|responses| responses.as_object()));
    let mut bodies = Bodies::new();
    for (status, response) in operation.entries("responses") {
        if !is_success(status, responses.unwrap_or(&none)) {
            continue;
        }
        let before = bodies.len();
        for (media_type, content) in contents(&response.resolved()) {
            let envelope = envelope.filter(|_| Format::of(&media_type, content.value.get("schema")) == Format::Json);
            let schema = content.get("schema").and_then(|schema| match envelope {
                Some(envelope) => unwrap(schema, envelope),
                None => Some(schema),
            });
            if schema.is_some() {
                bodies.insert(format!("{status} {media_type}"), schema);
            }
        }
        if bodies.len() == before {
            bodies.insert(status.to_owned(), None);
        }
    }
    bodies
}

/// Returns the result in an envelope, if it has one. A response without an envelope is the result itself.
fn unwrap<'d>(response: DocumentNode<'d>, envelope: &Envelope) -> Option<DocumentNode<'d>> {
    let properties = ResolvedSchema::read(&response).fields;
    let property = |name: &String| properties.get(&format!(".{name}")).and_then(|schemas| schemas.first()).cloned();
    let is_envelope = envelope.request_id.as_ref().is_some_and(|name| property(name).is_some());
    property(&envelope.result).or_else(|| (!is_envelope).then_some(response))
}

/// Returns the contents of a body by media type.
pub(super) fn contents<'d>(body: &DocumentNode<'d>) -> impl Iterator<Item = (String, DocumentNode<'d>)> + use<'d> {
    body.entries("content").map(|(media_type, content)| (essence(media_type), content))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_result_of_an_envelope_is_compared_and_an_empty_envelope_is_no_body() {
        let envelope = Envelope { result: "data".to_owned(), error: None, request_id: Some("id".to_owned()) };
        let unwrapped = |schema| {
            let node = DocumentNode::root(&schema);
            unwrap(node, &envelope).map(|node| node.at.as_str().to_owned())
        };
        let properties = json!({"id": {"type": "string"}, "data": {"type": "integer"}});
        assert_eq!(unwrapped(json!({"properties": properties})).as_deref(), Some("/properties/data"));
        assert_eq!(unwrapped(json!({"properties": {"id": {"type": "string"}}})), None);
        assert_eq!(unwrapped(json!({"type": "string"})).as_deref(), Some(""));
    }
}
