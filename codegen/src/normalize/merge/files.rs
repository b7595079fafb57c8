use serde_json::{Map, Value};

use super::{marks::FILE_FORMAT, schemas};
use crate::{
    json::{fields_mut, text},
    openapi::{
        media_type::Format,
        operation::{Operation, operations_mut},
        reference::reference,
        schema::is_description,
    },
};

/// Marks the binary strings of multipart forms, and values without a type that have a binary media type: each is a file,
/// with a name and a media type of its own.
pub(super) fn mark(root: &mut Value) {
    schemas::with_components(root, |root, components| {
        for Operation { value: operation, .. } in operations_mut(root) {
            for (name, content) in fields_mut(operation, &["requestBody", "content"]) {
                if Format::of(name, content.get("schema")) != Format::Multipart {
                    continue;
                }
                let encodings = content.get("encoding").cloned().unwrap_or_default();
                let Some(schema) = content.get_mut("schema") else { continue };
                match reference(schema).map(ToOwned::to_owned) {
                    Some(name) => {
                        components.get_mut(&name).into_iter().for_each(|form| mark_properties(form, &encodings));
                    }
                    None => mark_properties(schema, &encodings),
                }
            }
        }
    });
}

fn mark_properties(form: &mut Value, encodings: &Value) {
    for (name, property) in fields_mut(form, &["properties"]) {
        replace_format(property, "binary", FILE_FORMAT);
        let media_types = encodings.get(name).and_then(|encoding| text(encoding, "contentType"));
        let first = media_types.and_then(|media_types| media_types.split(',').next());
        if first.is_some_and(|media_type| Format::of(media_type, None) == Format::Bytes) {
            mark_any(property);
        }
    }
}

/// Marks a schema without a type, or that of the elements of a list.
fn mark_any(schema: &mut Value) {
    if let Some(items) = schema.get_mut("items") {
        mark_any(items);
    } else if schema.as_object().is_some_and(|schema| schema.keys().all(|key| is_description(key) || key == "nullable"))
    {
        schema["type"] = Value::from("string");
        schema["format"] = Value::from(FILE_FORMAT);
    }
}

/// Removes the marks from properties of a response type, which has no files.
pub(super) fn unmark(properties: &mut Map<String, Value>) {
    for property in properties.values_mut() {
        replace_format(property, FILE_FORMAT, "binary");
    }
}

/// Returns whether a property is a file, or a list of files.
pub(super) fn is_file(property: &Value) -> bool {
    text(property, "format") == Some(FILE_FORMAT) || property.get("items").is_some_and(is_file)
}

fn replace_format(property: &mut Value, from: &str, to: &str) {
    schemas::for_each_within(property, &mut |schema| {
        if text(schema, "format") == Some(from) {
            schema["format"] = Value::from(to);
        }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{json::fields, normalize::merge::tests::run};

    #[test]
    fn binary_strings_are_files_only_in_a_multipart_form() {
        let text = "
            paths:
              /a:
                post: {requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}}}}
                put: {requestBody: {content: {application/json: {schema: {properties: {a: {format: binary}}}}}}}
            components:
              schemas:
                Form: {properties: {a: {type: array, items: {format: binary}}, b: {format: uuid}}}
        ";
        insta::assert_snapshot!(run(mark, text), @"
            post /a: {requestBody:{content:{multipart/form-data:{schema:{$ref:#/components/schemas/Form}}}}}
            put /a: {requestBody:{content:{application/json:{schema:{properties:{a:{format:binary}}}}}}}
            Form: {properties:{a:{type:array,items:{format:x-merged-file}},b:{format:uuid}}}
        ");
    }

    #[test]
    fn a_value_without_a_type_is_a_file_if_its_media_type_is_binary() {
        let media_type = |media_type: &str| json!({ "contentType": media_type });
        let encodings = json!({
            "a": media_type("image/png, image/jpeg"),
            "b": media_type("application/octet-stream"),
            "c": media_type("application/octet-stream"),
            "d": media_type("application/json"),
        });
        let properties =
            json!({ "a": { "description": "A." }, "b": { "items": {} }, "c": { "type": "integer" }, "d": {} });
        let mut form = json!({ "properties": properties });
        mark_properties(&mut form, &encodings);
        let files: Vec<_> =
            fields(form.get("properties")).filter(|(_, property)| is_file(property)).map(|(name, _)| name).collect();
        assert_eq!(files, ["a", "b"]);
    }

    #[test]
    fn a_list_of_files_is_one_until_it_is_unmarked() {
        let mut schema = json!({ "properties": { "a": { "items": { "format": "binary" } } } });
        mark_properties(&mut schema, &Value::Null);
        assert!(is_file(&schema["properties"]["a"]));
        unmark(schema["properties"].as_object_mut().unwrap());
        assert!(!is_file(&schema["properties"]["a"]));
    }
}
