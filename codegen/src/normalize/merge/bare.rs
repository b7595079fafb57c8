use std::collections::HashSet;

use serde_json::Value;

use super::{contents, errors, object, operations, references, schemas};
use crate::names::type_name;

/// Takes from a document what progenitor by itself asserts that there is not, and nothing else: more than one answer of
/// an operation, and values of an enum that would be called alike.
pub(crate) fn reduce(root: &mut Value) {
    references::resolve(root);
    contents::choose(root);
    errors::fold(root);
    for (_, operation) in operations(root) {
        operation.get_mut("requestBody").into_iter().for_each(keep_first_content);
        if let Some(responses) = object(operation, &["responses"]) {
            let first = responses.keys().next().cloned();
            responses.retain(|status, _| Some(status) == first.as_ref());
            responses.values_mut().for_each(keep_first_content);
        }
    }
    schemas::for_each(root, &mut |schema| {
        let mut seen = HashSet::new();
        if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            values.retain(|value| value.as_str().is_none_or(|value| seen.insert(type_name(value))));
        }
    });
}

fn keep_first_content(holder: &mut Value) {
    let Some(content) = object(holder, &["content"]) else { return };
    let first = content.keys().next().cloned();
    content.retain(|media_type, _| Some(media_type) == first.as_ref());
}
