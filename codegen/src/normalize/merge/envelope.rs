use serde_json::Value;

use super::schemas::with_components;
use crate::{
    json::{fields_mut, object_mut},
    openapi::{
        extensions::{Envelope, is_unwrapped},
        media_type::{Format, is_success},
        operation::operations_mut,
        reference::resolve_schema,
    },
};

/// Replaces the schema of each JSON response by that of the result in its envelope, which the runtime reads. A response
/// whose envelope has no result has no content.
pub(super) fn unwrap(root: &mut Value) {
    let Some(envelope) = Envelope::of(root) else { return };
    with_components(root, |root, components| unwrap_with(root, &envelope.result, components));
}

fn unwrap_with(root: &mut Value, result: &str, components: &Value) {
    let operations = operations_mut(root).map(|operation| operation.value);
    for operation in operations.filter(|operation| !is_unwrapped(operation)) {
        let Some(responses) = object_mut(operation, &["responses"]) else { continue };
        let successes: Vec<_> = responses.keys().filter(|status| is_success(status, responses)).cloned().collect();
        for (_, response) in responses.iter_mut().filter(|(status, _)| successes.contains(status)) {
            let contents = fields_mut(response, &["content"]);
            let json = contents.filter(|(name, content)| Format::of(name, content.get("schema")) == Format::Json);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run;

    #[test]
    fn a_response_is_the_result_of_its_envelope() {
        let text = "
            x-envelope: {result: data}
            paths:
              /a:
                get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}
                put: {x-envelope: false, responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}
            components:
              schemas:
                A: {properties: {data: {type: string}}}
        ";
        insta::assert_snapshot!(run(unwrap, text), @"
            get /a: {responses:{200:{content:{application/json:{schema:{type:string}}}}}}
            put /a: {x-envelope:false,responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/A}}}}}}
            A: {properties:{data:{type:string}}}
        ");
    }

    #[test]
    fn an_envelope_without_a_result_is_no_content() {
        let text = "
            x-envelope: {result: data}
            paths:
              /a:
                delete: {responses: {'200': {content: {application/json: {schema: {properties: {id: {type: string}}}}}}}}
        ";
        insta::assert_snapshot!(run(unwrap, text), @"delete /a: {responses:{200:{content:{}}}}");
    }
}
