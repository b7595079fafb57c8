use indexmap::IndexMap;
use serde_json::Map;

use super::{DriftError, comparison::Comparison, node::Node, schema::Schema};
use crate::{
    compare::paired,
    openapi::{
        extensions::{Envelope, is_unwrapped},
        media_type::{Format, essence, is_success},
    },
};

impl Comparison<'_> {
    pub(super) fn requests(&mut self, operations: [&Node; 2]) -> Result<(), DriftError> {
        let bodies = operations.map(|operation| operation.get("requestBody").map(Node::resolved));
        if let [Some(ours), Some(theirs)] = &bodies {
            self.required(&ours.at, "request", [ours, theirs].map(|body| body.flag("required")));
        }
        let schemas = bodies.map(|body| {
            body.iter().flat_map(contents).map(|(media_type, content)| (media_type, content.get("schema"))).collect()
        });
        self.bodies("request", operations[0], schemas)
    }

    pub(super) fn answers(&mut self, operations: [&Node; 2], envelope: Option<&Envelope>) -> Result<(), DriftError> {
        let envelope = envelope.filter(|_| !is_unwrapped(operations[0].value));
        self.bodies("answer", operations[0], operations.map(|operation| answers(operation, envelope)))
    }

    fn bodies(&mut self, side: &str, operation: &Node, bodies: [Bodies; 2]) -> Result<(), DriftError> {
        for (key, pair) in paired(bodies) {
            match pair {
                [Some(Some(ours)), Some(Some(theirs))] => self.schemas(side, [ours, theirs])?,
                [Some(_), Some(_)] => {}
                pair => {
                    let schema = pair[0].as_ref().and_then(Option::as_ref);
                    let pointer = schema.unwrap_or(operation).at.clone();
                    self.lacks(side, &pointer, side, pair.map(|body| body.map(|_| key.clone())));
                }
            }
        }
        Ok(())
    }
}

/// Schemas by the status or the type of what is sent; none where nothing is.
type Bodies<'d> = IndexMap<String, Option<Node<'d>>>;

fn answers<'d>(operation: &Node<'d>, envelope: Option<&Envelope>) -> Bodies<'d> {
    let (none, responses) = (Map::new(), operation.value.get("responses").and_then(|responses| responses.as_object()));
    let mut bodies = Bodies::new();
    for (status, response) in operation.entries("responses") {
        if !is_success(status, responses.unwrap_or(&none)) {
            continue;
        }
        let before = bodies.len();
        for (media_type, content) in contents(&response.resolved()) {
            let envelope = envelope.filter(|_| Format::of(&media_type, content.value) == Format::Json);
            let schema = content.get("schema").and_then(|schema| match envelope {
                Some(envelope) => opened(schema, envelope),
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

/// What an answer holds: nothing, if it is an envelope without a result.
fn opened<'d>(answer: Node<'d>, envelope: &Envelope) -> Option<Node<'d>> {
    let properties = Schema::read(&answer).fields;
    let property = |name: &String| properties.get(&format!(".{name}")).cloned();
    let is_envelope = envelope.request_id.as_ref().is_some_and(|name| property(name).is_some());
    property(&envelope.result).or_else(|| (!is_envelope).then_some(answer))
}

/// What a body may be, by its media type.
pub(super) fn contents<'d>(body: &Node<'d>) -> impl Iterator<Item = (String, Node<'d>)> + use<'d> {
    body.entries("content").map(|(media_type, content)| (essence(media_type), content))
}
