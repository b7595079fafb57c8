use serde_json::Value;

use super::{object, operations, schemas::beside_components};
use crate::openapi::{
    extensions::{Envelope, is_unwrapped},
    media_type::{Format, is_success},
    schema::reference,
};

/// Takes away the object that `x-envelope` says every JSON answer is wrapped in: the runtime opens it, and no type
/// of the crate mentions it. An envelope without a result is an answer without content.
pub(super) fn unwrap(root: &mut Value) {
    let Some(envelope) = Envelope::of(root) else { return };
    beside_components(root, |root, components| unwrap_with(root, &envelope.result, components));
}

fn unwrap_with(root: &mut Value, result: &str, components: &Value) {
    for (_, operation) in operations(root).filter(|(_, operation)| !is_unwrapped(operation)) {
        let Some(responses) = object(operation, &["responses"]) else { continue };
        let successes: Vec<_> = responses.keys().filter(|status| is_success(status, responses)).cloned().collect();
        for (_, response) in responses.iter_mut().filter(|(status, _)| successes.contains(status)) {
            let contents = object(response, &["content"]).into_iter().flat_map(|contents| contents.iter_mut());
            let json = contents.filter(|(name, content)| Format::of(name, content) == Format::Json);
            let Some((name, content)) = json.last() else { continue };
            match content.get("schema").and_then(|schema| property(schema, result, components)) {
                Some(schema) => content["schema"] = schema,
                None => {
                    let name = name.clone();
                    object(response, &["content"]).map(|contents| contents.shift_remove(&name));
                }
            }
        }
    }
}

fn property(schema: &Value, name: &str, components: &Value) -> Option<Value> {
    let schema = reference(schema).and_then(|name| components.get(name)).unwrap_or(schema);
    schema.get("properties")?.get(name).cloned()
}
