use serde_json::Value;

use super::operations;
use crate::source::Pointer;

/// Puts what operations refer to in their place, and the parameters of a path into each of its operations, so that
/// later passes find an operation whole. References to schemas stay: they name types.
pub(super) fn resolve(root: &mut Value) {
    let components = root.get_mut("components").map(Value::take).unwrap_or_default();
    share_path_parameters(root, &components);
    for (_, operation) in operations(root) {
        if let Some(body) = operation.get_mut("requestBody") {
            replace(body, &components);
            resolve_examples(body, &components);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(|responses| responses.values_mut()) {
            replace(response, &components);
            resolve_examples(response, &components);
        }
    }
    if let Some(place) = root.get_mut("components") {
        *place = components;
    }
    keep_only_schemas(root);
}

fn share_path_parameters(root: &mut Value, components: &Value) {
    let items = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in items.into_iter().flat_map(|items| items.values_mut()).filter_map(Value::as_object_mut) {
        let shared = parameters(item.shift_remove("parameters"), components);
        for operation in item.values_mut().filter_map(Value::as_object_mut) {
            let own = parameters(operation.shift_remove("parameters"), components);
            let is_replaced = |shared: &&Value| own.iter().any(|own| is_same_parameter(own, shared));
            let all: Vec<_> = shared.iter().filter(|shared| !is_replaced(shared)).chain(&own).cloned().collect();
            operation.insert("parameters".to_owned(), Value::Array(all));
        }
    }
}

fn parameters(written: Option<Value>, components: &Value) -> Vec<Value> {
    let Some(Value::Array(mut parameters)) = written else { return Vec::new() };
    for parameter in &mut parameters {
        replace(parameter, components);
    }
    parameters
}

fn is_same_parameter(one: &Value, other: &Value) -> bool {
    ["name", "in"].iter().all(|key| one.get(key) == other.get(key))
}

fn resolve_examples(value: &mut Value, components: &Value) {
    let content = value.get_mut("content").and_then(Value::as_object_mut);
    for media_type in content.into_iter().flat_map(|content| content.values_mut()) {
        let examples = media_type.get_mut("examples").and_then(Value::as_object_mut);
        examples.into_iter().flat_map(|examples| examples.values_mut()).for_each(|example| {
            replace(example, components);
        });
    }
}

/// `check` has seen that every reference leads somewhere, and none in a circle.
fn replace(value: &mut Value, components: &Value) {
    while let Some(target) = value.get("$ref").and_then(Value::as_str).and_then(Pointer::of_reference) {
        let target = target.as_str().strip_prefix("/components").and_then(|pointer| components.pointer(pointer));
        *value = target.cloned().unwrap_or_default();
    }
}

fn keep_only_schemas(root: &mut Value) {
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|name, _| matches!(name.as_str(), "schemas" | "securitySchemes"));
    }
}
