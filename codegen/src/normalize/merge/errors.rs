use serde_json::{Map, Value};

use super::{ERRORS, object, operations};
use crate::openapi::{
    extensions::ENVELOPE,
    media_type::{Format, is_success},
};

/// Folds the error responses of an operation into a note of what each means: the crate has one error type, so that
/// a caller handles every operation's failures alike. What such a response holds is a type that the error can be decoded
/// as, unless it is the envelope, which the error type knows.
pub(super) fn fold(root: &mut Value) {
    let has_envelope = root.get(ENVELOPE).is_some();
    for (_, operation) in operations(root) {
        let Some(responses) = object(operation, &["responses"]) else { continue };
        let mut errors = Map::new();
        for (status, response) in &*responses {
            if !is_success(status, responses) {
                errors.insert(status.clone(), error(response, has_envelope));
            }
        }
        let successes: Vec<_> = responses.keys().filter(|status| is_success(status, responses)).cloned().collect();
        responses.retain(|status, _| successes.contains(status));
        operation[ERRORS] = Value::Object(errors);
    }
}

fn error(response: &Value, has_envelope: bool) -> Value {
    let description = response.get("description").cloned();
    let contents = response.get("content").and_then(Value::as_object);
    let json = contents.into_iter().flatten().find(|(name, content)| Format::of(name, content) == Format::Json);
    let schema = json.filter(|_| !has_envelope).and_then(|(_, content)| content.get("schema")).cloned();
    let entries = [("description", description), ("schema", schema)];
    Value::Object(entries.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}
