use serde_json::Value;

use super::{object, operations};

/// Takes away the object that `x-envelope` says every JSON answer is wrapped in: the runtime opens it, and no type
/// of the crate mentions it. An envelope without a result is an answer without content.
pub(super) fn unwrap(root: &mut Value) {
    let Some(envelope) = root.get("x-envelope") else { return };
    let result = envelope.get("result").and_then(Value::as_str).unwrap_or_default().to_owned();
    let components = root.pointer("/components/schemas").cloned().unwrap_or_default();

    for (_, operation) in operations(root).filter(|(_, operation)| !is_whole(operation)) {
        let Some(responses) = object(operation, &["responses"]) else { continue };
        for response in responses.iter_mut().filter(|(status, _)| status.starts_with('2')).map(|(_, response)| response)
        {
            let Some(media_type) = response.pointer_mut("/content/application~1json") else { continue };
            match media_type.get("schema").and_then(|schema| property(schema, &result, &components)) {
                Some(schema) => media_type["schema"] = schema,
                None => response["content"] = Value::Object(serde_json::Map::new()),
            }
        }
    }
}

/// Whether the answers of an operation are not wrapped.
pub(crate) fn is_whole(operation: &Value) -> bool {
    operation.get("x-envelope").is_some_and(|envelope| envelope == false)
}

fn property(schema: &Value, name: &str, components: &Value) -> Option<Value> {
    let schema = super::schemas::reference(schema).and_then(|name| components.get(name)).unwrap_or(schema);
    schema.get("properties")?.get(name).cloned()
}
