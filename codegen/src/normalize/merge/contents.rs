use serde_json::{Map, Value, json};

use super::{object, operations, schemas};
use crate::openapi::{
    media_type::{self, Format},
    schema::reference,
};

/// The `format` of text that is a file in a form.
pub(crate) const FILE: &str = "x-lowered-file";

/// The `style` of a parameter that is JSON.
pub(crate) const JSON: &str = "x-lowered-json";

/// Leaves the media types that a call sends and reads, so that no type is made for the others.
pub(super) fn choose(root: &mut Value) {
    for (_, operation) in operations(root) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(describe_by_schema);
        if let Some(content) = object(operation, &["requestBody", "content"]) {
            let sent = media_type::sent(content).cloned();
            content.retain(|name, _| Some(name) == sent.as_ref());
        }
        let responses = object(operation, &["responses"]).into_iter().flat_map(|responses| responses.values_mut());
        for content in responses.filter_map(|response| object(response, &["content"])) {
            let received: Vec<_> = media_type::received(content).into_iter().cloned().collect();
            content.retain(|name, _| received.contains(name));
        }
    }
}

/// A parameter with a media type becomes one with a schema.
fn describe_by_schema(parameter: &mut Value) {
    let Some(parameter) = parameter.as_object_mut() else { return };
    let Some(Value::Object(content)) = parameter.shift_remove("content") else { return };
    let Some((media_type, content)) = content.into_iter().next() else { return };
    if Format::of(&media_type, &content) == Format::Json {
        parameter.insert("style".to_owned(), Value::from(JSON));
    }
    parameter.insert("schema".to_owned(), content.get("schema").cloned().unwrap_or_else(|| json!({})));
}

/// Tells files from text: where a form has a binary string, that is a file with a name and a type of its own.
pub(super) fn mark_files(root: &mut Value) {
    let mut components = object(root, &["components", "schemas"]).map(std::mem::take).unwrap_or_default();
    for (_, operation) in operations(root) {
        let content = object(operation, &["requestBody", "content"]).into_iter().flatten();
        for (_, content) in content.filter(|(name, content)| Format::of(name, content) == Format::Multipart) {
            let Some(schema) = content.get_mut("schema") else { continue };
            match reference(schema).map(ToOwned::to_owned) {
                Some(name) => components.get_mut(&name).into_iter().for_each(mark_properties),
                None => mark_properties(schema),
            }
        }
    }
    if let Some(schemas) = object(root, &["components", "schemas"]) {
        *schemas = components;
    }
}

fn mark_properties(schema: &mut Value) {
    for (_, property) in object(schema, &["properties"]).into_iter().flatten() {
        replace_format(property, "binary", FILE);
    }
}

/// Makes text again of what would be files, in what is received.
pub(super) fn unmark_files(properties: &mut Map<String, Value>) {
    for property in properties.values_mut() {
        replace_format(property, FILE, "binary");
    }
}

/// Whether a property is a file, or a list of them.
pub(crate) fn is_file(property: &Value) -> bool {
    property.get("format").is_some_and(|format| format == FILE) || property.get("items").is_some_and(is_file)
}

fn replace_format(property: &mut Value, from: &str, to: &str) {
    schemas::for_each_within(property, &mut |schema| {
        if schema.get("format").is_some_and(|format| format == from) {
            schema["format"] = Value::from(to);
        }
    });
}
