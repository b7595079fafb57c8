//! The events of a response: what each of them holds.

use serde_json::Value;

use super::{Reader, Schema};
use crate::{
    json::{elements, fields, text},
    openapi::{
        media_type::{is_event_stream, is_success},
        reference::resolve,
    },
    source::Pointer,
};

/// The fields of an event on the wire.
const EVENT_FIELDS: [&str; 4] = ["data", "event", "id", "retry"];

/// What is read from each event of a response.
#[derive(Debug, PartialEq)]
pub(crate) enum Events {
    /// Its data, as text.
    Text,
    /// Its data, as JSON of this schema.
    Data(Schema),
    /// All of its fields, as an object of this schema.
    Whole(Schema),
}

impl Events {
    /// Reads the responses of an operation. Events that differ between its statuses are texts.
    pub(super) fn read(responses: Option<&Value>, at: &Pointer, reader: &Reader<'_>) -> Option<Self> {
        let all = responses?.as_object()?;
        let successes = all.iter().filter(|(status, _)| is_success(status, all));
        let mut events = successes.flat_map(|(status, response)| {
            let contents = fields(response.get("content")).filter(|(media_type, _)| is_event_stream(media_type));
            contents.map(move |(media_type, content)| {
                Self::of(content, &at.key(status).key("content").key(media_type), reader)
            })
        });
        let first = events.next()?;
        Some(if events.all(|other| other == first) { first } else { Self::Text })
    }

    fn of(content: &Value, at: &Pointer, reader: &Reader<'_>) -> Self {
        let Some(schema) = content.get("schema") else { return Self::Text };
        let data = data_of_event(schema, reader.root);
        let is_text = |schema: &Value| matches!(text(resolve(schema, reader.root), "type"), Some("string"));
        match data.as_slice() {
            [] if is_text(schema) => Self::Text,
            [] => Self::Data(reader.schema_of(content, at)),
            data if data.iter().all(|data| is_text(data)) => Self::Text,
            _ => Self::Whole(reader.schema_of(content, at)),
        }
    }

    /// Returns the schema of its JSON.
    pub(crate) fn schema(&self) -> Option<&Schema> {
        match self {
            Self::Text => None,
            Self::Data(schema) | Self::Whole(schema) => Some(schema),
        }
    }
}

/// Returns the schemas of the property `data`, if a schema or each of its variants describes the fields of an event,
/// and not its data.
fn data_of_event<'a>(schema: &'a Value, root: &'a Value) -> Vec<&'a Value> {
    let schema = resolve(schema, root);
    let data = |schema: &'a Value| {
        let properties = resolve(schema, root).get("properties");
        let is_event = fields(properties).all(|(name, _)| EVENT_FIELDS.contains(&name.as_str()));
        properties?.get("data").filter(|_| is_event)
    };
    let variants: Vec<_> = elements(schema.get("oneOf")).collect();
    let variants = if variants.is_empty() { vec![schema] } else { variants };
    variants.into_iter().map(data).collect::<Option<_>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Events;
    use crate::api::tests::api;

    /// Returns what is read from the events of a response with this schema.
    fn events(content: &str) -> Option<Events> {
        let response = format!("'200': {{description: It., content: {{text/event-stream: {content}}}}}");
        let operation = format!("{{operationId: watchThing, responses: {{{response}}}}}");
        api(&format!("paths: {{/thing: {{get: {operation}}}}}")).operations.remove(0).events
    }

    #[test]
    fn a_schema_describes_the_data_or_all_fields() {
        assert_eq!(events("{}"), Some(Events::Text));
        assert_eq!(events("{schema: {type: string}}"), Some(Events::Text));
        let data = events("{schema: {type: object, properties: {size: {type: integer}, data: {type: integer}}}}");
        assert!(matches!(data, Some(Events::Data(_))), "{data:?}");
        let whole = events("{schema: {type: object, properties: {event: {type: string}, data: {type: integer}}}}");
        assert!(matches!(whole, Some(Events::Whole(_))), "{whole:?}");
        let text = events("{schema: {type: object, properties: {event: {type: string}, data: {type: string}}}}");
        assert_eq!(text, Some(Events::Text));
    }
}
