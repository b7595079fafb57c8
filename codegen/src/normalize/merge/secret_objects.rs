use serde_json::{Value, json};

use super::{marks::SECRET_OBJECT_FORMAT, schemas};
use crate::{json::text, openapi::schema::is_type};

/// Marks the objects of any JSON that are secrets, whose types progenitor would not tell from others.
pub(super) fn mark(root: &mut Value) {
    schemas::for_each(root, &mut |schema| {
        if text(schema, "type") == Some("object") && text(schema, "format") == Some("password") && !is_type(schema) {
            schema["type"] = json!("string");
            schema["format"] = json!(SECRET_OBJECT_FORMAT);
            schema.as_object_mut().map(|schema| schema.shift_remove("additionalProperties"));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run_on_schemas;

    #[test]
    fn an_object_without_properties_can_be_a_secret() {
        let schemas = "
            Keys: {properties: {
              any: {type: object, format: password, additionalProperties: true},
              text: {type: string, format: password},
              other: {type: object, additionalProperties: true}}}
        ";
        insta::assert_snapshot!(run_on_schemas(mark, schemas), @"Keys: {properties:{any:{type:string,format:x-merged-secret-object},text:{type:string,format:password},other:{type:object,additionalProperties:true}}}");
    }
}
