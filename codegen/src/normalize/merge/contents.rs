use serde_json::{Map, Value, json};

use super::{marks, schemas};
use crate::{
    json::{fields_mut, object_mut, text},
    openapi::{
        media_type::{self, Format},
        operation::{Operation, operations_mut},
        reference::reference,
    },
};

/// Leaves the media types that a call sends and reads, so that no type is made for the others.
pub(super) fn choose(root: &mut Value) {
    for Operation { value: operation, .. } in operations_mut(root) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(describe_by_schema);
        if let Some(content) = object_mut(operation, &["requestBody", "content"]) {
            let sent = media_type::sent(content).cloned();
            content.retain(|name, _| Some(name) == sent.as_ref());
        }
        let responses = fields_mut(operation, &["responses"]);
        for content in responses.filter_map(|(_, response)| object_mut(response, &["content"])) {
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
        marks::set_json(parameter);
    }
    parameter.insert("schema".to_owned(), content.get("schema").cloned().unwrap_or_else(|| json!({})));
}

/// Tells files from text: where a form has a binary string, that is a file with a name and a type of its own.
pub(super) fn mark_files(root: &mut Value) {
    schemas::beside_components(root, |root, components| {
        for Operation { value: operation, .. } in operations_mut(root) {
            let content = fields_mut(operation, &["requestBody", "content"]);
            for (_, content) in content.filter(|(name, content)| Format::of(name, content) == Format::Multipart) {
                let Some(schema) = content.get_mut("schema") else { continue };
                match reference(schema).map(ToOwned::to_owned) {
                    Some(name) => components.get_mut(&name).into_iter().for_each(mark_properties),
                    None => mark_properties(schema),
                }
            }
        }
    });
}

fn mark_properties(schema: &mut Value) {
    for (_, property) in fields_mut(schema, &["properties"]) {
        replace_format(property, "binary", marks::FILE_FORMAT);
    }
}

/// Makes text again of what would be files, in what is received.
pub(super) fn unmark_files(properties: &mut Map<String, Value>) {
    for property in properties.values_mut() {
        replace_format(property, marks::FILE_FORMAT, "binary");
    }
}

/// Whether a property is a file, or a list of them.
pub(crate) fn is_file(property: &Value) -> bool {
    text(property, "format") == Some(marks::FILE_FORMAT) || property.get("items").is_some_and(is_file)
}

fn replace_format(property: &mut Value, from: &str, to: &str) {
    schemas::for_each_within(property, &mut |schema| {
        if schema.get("format").is_some_and(|format| format == from) {
            schema["format"] = Value::from(to);
        }
    });
}
