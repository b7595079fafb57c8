use serde_json::Value;

use super::schemas::beside_components;
use crate::{
    json::{fields_mut, object_mut},
    openapi::{
        extensions::{Envelope, is_unwrapped},
        media_type::{Format, is_success},
        operation::operations_mut,
        reference::resolve_schema,
    },
};

/// Takes away the object that `x-envelope` says every JSON answer is wrapped in: the runtime opens it, and no type
/// of the crate mentions it. An envelope without a result is an answer without content.
pub(super) fn unwrap(root: &mut Value) {
    let Some(envelope) = Envelope::of(root) else { return };
    beside_components(root, |root, components| unwrap_with(root, &envelope.result, components));
}

fn unwrap_with(root: &mut Value, result: &str, components: &Value) {
    let operations = operations_mut(root).map(|operation| operation.value);
    for operation in operations.filter(|operation| !is_unwrapped(operation)) {
        let Some(responses) = object_mut(operation, &["responses"]) else { continue };
        let successes: Vec<_> = responses.keys().filter(|status| is_success(status, responses)).cloned().collect();
        for (_, response) in responses.iter_mut().filter(|(status, _)| successes.contains(status)) {
            let contents = fields_mut(response, &["content"]);
            let json = contents.filter(|(name, content)| Format::of(name, content) == Format::Json);
            let Some((name, content)) = json.last() else { continue };
            match content.get("schema").and_then(|schema| property(schema, result, components)) {
                Some(schema) => content["schema"] = schema,
                None => {
                    let name = name.clone();
                    object_mut(response, &["content"]).map(|contents| contents.shift_remove(&name));
                }
            }
        }
    }
}

fn property(schema: &Value, name: &str, components: &Value) -> Option<Value> {
    resolve_schema(schema, components).get("properties")?.get(name).cloned()
}
