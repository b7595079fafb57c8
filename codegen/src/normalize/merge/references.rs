use serde_json::Value;

use super::marks;
use crate::{
    json::{fields_mut, object_mut},
    openapi::{
        grammar::Kind,
        operation::{Operation, operations_mut},
        reference,
        walk::for_each_schema_of_mut,
    },
};

/// Replaces the references of operations by their targets, and copies the parameters of a path to its operations. Only
/// schemas keep their references, which name types.
pub(super) fn resolve(root: &mut Value) {
    let components = root.get_mut("components").map(Value::take).unwrap_or_default();
    share_path_parameters(root, &components);
    for Operation { value: operation, .. } in operations_mut(root) {
        if let Some(body) = operation.get_mut("requestBody") {
            replace_by_component(Kind::RequestBody, body, &components);
            resolve_examples(body, &components);
        }
        for (_, response) in fields_mut(operation, &["responses"]) {
            replace_by_component(Kind::Response, response, &components);
            resolve_examples(response, &components);
        }
    }
    if let Some(slot) = root.get_mut("components") {
        *slot = components;
    }
    if let Some(components) = object_mut(root, &["components"]) {
        components.retain(|name, _| matches!(name.as_str(), "schemas" | "securitySchemes"));
    }
}

fn share_path_parameters(root: &mut Value, components: &Value) {
    for item in fields_mut(root, &["paths"]).filter_map(|(_, item)| item.as_object_mut()) {
        let shared = resolve_parameters(item.shift_remove("parameters"), components);
        for operation in item.values_mut().filter_map(Value::as_object_mut) {
            let own = resolve_parameters(operation.shift_remove("parameters"), components);
            let is_replaced = |shared: &&Value| own.iter().any(|own| is_same_parameter(own, shared));
            let all: Vec<_> = shared.iter().filter(|shared| !is_replaced(shared)).chain(&own).cloned().collect();
            operation.insert("parameters".to_owned(), Value::Array(all));
        }
    }
}

fn resolve_parameters(parameters: Option<Value>, components: &Value) -> Vec<Value> {
    let Some(Value::Array(mut parameters)) = parameters else { return Vec::new() };
    for parameter in &mut parameters {
        replace_by_component(Kind::Parameter, parameter, components);
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

/// Replaces a reference by its target, and marks the schemas of that.
fn replace_by_component(kind: Kind, value: &mut Value, components: &Value) {
    let Some(at) = reference::pointer(value) else { return };
    replace(value, components);
    for_each_schema_of_mut(kind, value, &mut |schema| {
        if let Some(schema) = schema.as_object_mut().filter(|schema| !schema.contains_key("$ref")) {
            marks::set_component(schema, &at);
        }
    });
}

/// Replaces a reference by its target. There is one, and no cycle: the check sees to that.
fn replace(value: &mut Value, components: &Value) {
    while let Some(target) = reference::pointer(value) {
        let target = target.as_str().strip_prefix("/components").and_then(|pointer| components.pointer(pointer));
        *value = target.cloned().unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run;

    #[test]
    fn parameters_of_a_path_are_copied_to_its_operations() {
        let text = "
            paths:
              /a:
                parameters: [{$ref: '#/components/parameters/Id'}, {name: page, in: query}]
                get: {parameters: [{name: page, in: query, required: true}]}
            components:
              parameters:
                Id: {name: id, in: query}
        ";
        insta::assert_snapshot!(run(resolve, text), @"get /a: {parameters:[{name:id,in:query},{name:page,in:query,required:true}]}");
    }

    #[test]
    fn references_of_responses_are_replaced_and_those_to_schemas_stay() {
        let text = "
            paths:
              /a:
                get: {responses: {'200': {$ref: '#/components/responses/Thing'}}}
            components:
              responses:
                Thing: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
              schemas:
                Thing: {type: string}
        ";
        insta::assert_snapshot!(run(resolve, text), @"
            get /a: {responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/Thing}}}}},parameters:[]}
            Thing: {type:string}
        ");
    }
}
