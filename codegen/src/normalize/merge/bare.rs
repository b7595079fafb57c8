use std::collections::HashSet;

use serde_json::Value;

use super::{errors, media_types, references, schemas};
use crate::{
    json::{object_mut, text},
    names::type_name,
    openapi::operation::{Operation, operations_mut},
};

/// Removes the parts of a document on which bare progenitor panics, and nothing else: all responses of an operation but
/// one, values of an enum that would have the same name, and formats of objects.
pub(crate) fn reduce(root: &mut Value) {
    references::resolve(root);
    media_types::choose(root);
    errors::extract(root);
    for Operation { value: operation, .. } in operations_mut(root) {
        operation.get_mut("requestBody").into_iter().for_each(keep_first_content);
        if let Some(responses) = object_mut(operation, &["responses"]) {
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
        if text(schema, "type") == Some("object") {
            schema.as_object_mut().map(|schema| schema.shift_remove("format"));
        }
    });
}

fn keep_first_content(holder: &mut Value) {
    let Some(content) = object_mut(holder, &["content"]) else { return };
    let first = content.keys().next().cloned();
    content.retain(|media_type, _| Some(media_type) == first.as_ref());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run;

    #[test]
    fn one_response_and_distinct_values_are_left_and_no_format_of_an_object() {
        let text = "
            paths:
              /a:
                get: {responses: {'200': {description: A}, '202': {description: B}, '404': {description: C}}}
            components:
              schemas:
                A: {enum: [a-b, a_b, c]}
                B: {type: object, format: password}
        ";
        insta::assert_snapshot!(run(reduce, text), @"
            get /a: {responses:{200:{description:A}},parameters:[],x-merged-errors:{404:{description:C}}}
            A: {enum:[a-b,c]}
            B: {type:object}
        ");
    }
}
