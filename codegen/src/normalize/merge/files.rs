use serde_json::{Map, Value};

use super::{marks::FILE_FORMAT, schemas};
use crate::{
    json::{fields_mut, text},
    openapi::{
        media_type::Format,
        operation::{Operation, operations_mut},
        reference::reference,
    },
};

/// Marks the binary strings of multipart forms: each is a file, with a name and a media type of its own.
pub(super) fn mark(root: &mut Value) {
    schemas::with_components(root, |root, components| {
        for Operation { value: operation, .. } in operations_mut(root) {
            for (name, content) in fields_mut(operation, &["requestBody", "content"]) {
                if Format::of(name, content.get("schema")) != Format::Multipart {
                    continue;
                }
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
        replace_format(property, "binary", FILE_FORMAT);
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
    use super::*;
    use crate::normalize::merge::tests::run;

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
    fn a_list_of_files_is_one_until_it_is_unmarked() {
        let mut schema = serde_json::json!({ "properties": { "a": { "items": { "format": "binary" } } } });
        mark_properties(&mut schema);
        assert!(is_file(&schema["properties"]["a"]));
        unmark(schema["properties"].as_object_mut().unwrap());
        assert!(!is_file(&schema["properties"]["a"]));
    }
}
