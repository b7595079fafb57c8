use serde_json::Value;

use crate::{
    json::{fields_mut, object_mut},
    openapi::{
        operation::{Operation, operations_mut},
        reference,
    },
};

/// Puts what operations refer to in their place, and the parameters of a path into each of its operations, so that
/// later passes find an operation whole. References to schemas stay: they name types.
pub(super) fn resolve(root: &mut Value) {
    let components = root.get_mut("components").map(Value::take).unwrap_or_default();
    share_path_parameters(root, &components);
    for Operation { value: operation, .. } in operations_mut(root) {
        if let Some(body) = operation.get_mut("requestBody") {
            replace(body, &components);
            resolve_examples(body, &components);
        }
        for (_, response) in fields_mut(operation, &["responses"]) {
            replace(response, &components);
            resolve_examples(response, &components);
        }
    }
    if let Some(place) = root.get_mut("components") {
        *place = components;
    }
    if let Some(components) = object_mut(root, &["components"]) {
        components.retain(|name, _| matches!(name.as_str(), "schemas" | "securitySchemes"));
    }
}

fn share_path_parameters(root: &mut Value, components: &Value) {
    for item in fields_mut(root, &["paths"]).filter_map(|(_, item)| item.as_object_mut()) {
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
    for (_, media_type) in fields_mut(value, &["content"]) {
        fields_mut(media_type, &["examples"]).for_each(|(_, example)| replace(example, components));
    }
}

/// `check` has seen that every reference leads somewhere, and none in a circle.
fn replace(value: &mut Value, components: &Value) {
    while let Some(target) = reference::pointer(value) {
        let target = target.as_str().strip_prefix("/components").and_then(|pointer| components.pointer(pointer));
        *value = target.cloned().unwrap_or_default();
    }
}
