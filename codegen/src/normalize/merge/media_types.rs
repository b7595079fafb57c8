use serde_json::{Value, json};

use super::marks;
use crate::{
    json::{fields_mut, object_mut},
    openapi::{
        media_type::{Format, is_redirect, request_media_types, response_media_types},
        operation::{Operation, operations, operations_mut},
    },
};

/// Leaves each body with the media types that a call sends and reads, and each parameter with a schema.
pub(super) fn choose(root: &mut Value) {
    choose_of_requests(root);
    for Operation { value: operation, .. } in operations_mut(root) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(replace_content_by_schema);
        remove_bodies_of_redirects(operation);
        let responses = fields_mut(operation, &["responses"]);
        for content in responses.filter_map(|(_, response)| object_mut(response, &["content"])) {
            let chosen: Vec<_> = response_media_types(content).into_iter().cloned().collect();
            content.retain(|name, _| chosen.contains(name));
        }
    }
}

fn remove_bodies_of_redirects(operation: &mut Value) {
    let Some(responses) = object_mut(operation, &["responses"]) else { return };
    let redirects: Vec<_> = responses.keys().filter(|status| is_redirect(status, responses)).cloned().collect();
    for (_, response) in responses.iter_mut().filter(|(status, _)| redirects.contains(status)) {
        response.as_object_mut().and_then(|response| response.shift_remove("content"));
    }
}

/// Leaves the media types that are sent, the preferred one first.
fn choose_of_requests(root: &mut Value) {
    let mut chosen = Vec::new();
    for Operation { value: operation, at, .. } in operations(root) {
        let Some(content) = operation.pointer("/requestBody/content").and_then(Value::as_object) else { continue };
        if content.len() == 1 {
            continue;
        }
        let sent = request_media_types(content, root).into_iter();
        let sent = sent.filter_map(|name| content.get_key_value(name));
        chosen.push((at, sent.map(|(name, content)| (name.clone(), content.clone())).collect()));
    }
    for (at, content) in chosen {
        if let Some(body) = root.pointer_mut(at.key("requestBody").as_str()) {
            body["content"] = Value::Object(content);
        }
    }
}

fn replace_content_by_schema(parameter: &mut Value) {
    let Some(parameter) = parameter.as_object_mut() else { return };
    let Some(Value::Object(content)) = parameter.shift_remove("content") else { return };
    let Some((media_type, content)) = content.into_iter().next() else { return };
    if Format::of(&media_type, content.get("schema")) == Format::Json {
        marks::set_json(parameter);
    }
    parameter.insert("schema".to_owned(), content.get("schema").cloned().unwrap_or_else(|| json!({})));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run;

    #[test]
    fn a_request_has_one_media_type_and_a_response_no_xml_beside_json() {
        let text = "
            paths:
              /a:
                post:
                  requestBody: {content: {text/plain: {}, application/json: {}}}
                  responses: {'200': {content: {application/xml: {}, application/json: {}}}}
        ";
        insta::assert_snapshot!(run(choose, text), @"post /a: {requestBody:{content:{application/json:{}}},responses:{200:{content:{application/json:{}}}}}");
    }

    #[test]
    fn a_redirect_has_no_body() {
        let text = "
            paths:
              /a:
                get: {responses: {'302': {content: {text/html: {}}}, '404': {content: {text/html: {}}}}}
        ";
        insta::assert_snapshot!(run(choose, text), @"get /a: {responses:{302:{},404:{content:{text/html:{}}}}}");
    }

    #[test]
    fn a_parameter_with_json_as_content_has_a_schema() {
        let text = "
            paths:
              /a:
                get: {parameters: [{name: a, in: query, content: {application/json: {schema: {type: object}}}}]}
        ";
        insta::assert_snapshot!(run(choose, text), @"get /a: {parameters:[{name:a,in:query,style:x-merged-json,schema:{type:object}}]}");
    }
}
