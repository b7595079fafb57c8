use indexmap::IndexSet;
use serde_json::{Map, Value};

use super::marks;
use crate::{
    json::{fields, object_mut},
    openapi::{
        extensions::{ENVELOPE, is_unwrapped},
        media_type::{Format, is_redirect, is_success},
        operation::{Operation, operations_mut},
    },
};

/// Moves the error responses of each operation into a [mark](marks::errors): the crate has one error type for all
/// operations. It can be decoded as each schema of a response, if that is not the envelope, which the error type knows,
/// or has more in it.
pub(super) fn extract(root: &mut Value) {
    let has_envelope = root.get(ENVELOPE).is_some();
    for Operation { value: operation, .. } in operations_mut(root) {
        let Some(responses) = object_mut(operation, &["responses"]) else { continue };
        let is_error = |status: &str| !is_success(status, responses) && !is_redirect(status, responses);
        let errors = responses.iter().filter(|(status, _)| is_error(status));
        let errors: Map<_, _> =
            errors.map(|(status, response)| (status.clone(), error(response, has_envelope))).collect();
        responses.retain(|status, _| !errors.contains_key(status));
        marks::set_errors(operation, errors);
    }
}

fn error(response: &Value, has_envelope: bool) -> Value {
    let description = response.get("description").cloned();
    let content = fields(response.get("content")).filter(|_| !has_envelope || is_unwrapped(response));
    let json = content.filter(|(name, content)| Format::of(name, content.get("schema")) == Format::Json);
    let schemas: IndexSet<_> = json.filter_map(|(_, content)| content.get("schema")).cloned().collect();
    let schemas = (!schemas.is_empty()).then(|| schemas.into_iter().collect());
    let entries = [("description", description), ("schemas", schemas)];
    Value::Object(entries.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run;

    const OPERATION: &str = "
        paths:
          /a:
            get:
              responses:
                '200': {description: Found.}
                '404': {description: Unknown., content: {application/json: {schema: {type: string}}}}
    ";

    #[test]
    fn error_responses_become_a_mark() {
        insta::assert_snapshot!(run(extract, OPERATION), @"get /a: {responses:{200:{description:Found.}},x-merged-errors:{404:{description:Unknown.,schemas:[{type:string}]}}}");
    }

    #[test]
    fn an_error_may_have_several_schemas() {
        let more =
            ", application/problem+json: {schema: {type: object}}, application/scim+json: {schema: {type: string}}}}";
        let text = OPERATION.replace("}}}\n", &format!("}}{more}\n"));
        assert!(run(extract, &text).contains("schemas:[{type:string},{type:object}]"), "{}", run(extract, &text));
    }

    #[test]
    fn the_schema_of_an_error_is_left_out_if_there_is_an_envelope_with_nothing_more_in_it() {
        let text = format!("{OPERATION}    x-envelope: {{result: data}}\n");
        let more = text.replace("description: Unknown.", "description: Unknown., x-envelope: false");
        assert!(run(extract, &more).contains("schemas:[{type:string}]"));
        insta::assert_snapshot!(run(extract, &text), @"get /a: {responses:{200:{description:Found.}},x-merged-errors:{404:{description:Unknown.}}}");
    }
}
