use serde_json::{Map, Value};

use super::{ERRORS, object, operations};

/// Folds the error responses of an operation into a note of what each means: the crate has one error type, so that
/// a caller handles every operation's failures alike.
pub(super) fn fold(root: &mut Value) {
    for (_, operation) in operations(root) {
        let Some(responses) = object(operation, &["responses"]) else { continue };
        let mut errors = Map::new();
        responses.retain(|status, response| {
            let success = status.starts_with('2');
            if !success {
                errors.insert(status.clone(), response.get("description").cloned().unwrap_or_default());
            }
            success
        });
        operation[ERRORS] = Value::Object(errors);
    }
}
