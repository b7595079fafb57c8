use serde_json::Value;

use super::schemas;
use crate::{
    json::text,
    openapi::schema::{BOUNDS, is_description, is_enum, is_struct},
};

/// Removes the constraints and the descriptions of all schemas, for progenitor: it would check the former, which change
/// on the service's side, and copy the latter into its output.
pub(crate) fn remove(root: &mut Value) {
    schemas::for_each(root, &mut |schema| {
        let is_struct = is_struct(schema);
        let is_enum = is_enum(schema);
        let may_have_format = matches!(text(schema, "type"), Some("string" | "integer" | "number"));
        let Some(schema) = schema.as_object_mut() else { return };
        schema.retain(|keyword, value| match keyword.as_str() {
            // An object of any keys is a map; one with properties ignores others.
            "additionalProperties" => !is_struct && value.is_object(),
            "properties" => is_struct,
            "enum" => is_enum,
            "format" => may_have_format,
            keyword => !BOUNDS.contains(&keyword) && !is_description(keyword),
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run_on_schemas;

    #[test]
    fn constraints_and_descriptions_are_removed() {
        let schemas = "
            A: {type: string, maxLength: 5, description: Text., enum: [a]}
            B: {type: object, required: [a], properties: {a: {type: integer, minimum: 1}}, additionalProperties: false}
        ";
        insta::assert_snapshot!(run_on_schemas(remove, schemas), @"
            A: {type:string,enum:[a]}
            B: {type:object,required:[a],properties:{a:{type:integer}}}
        ");
    }
}
