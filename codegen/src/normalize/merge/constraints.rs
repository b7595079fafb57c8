use serde_json::Value;

use super::{composition::describes, schemas};
use crate::{
    json::text,
    openapi::schema::{BOUNDS, is_enum, is_struct},
};

/// Takes away what bounds a value: bounds move on the server's side, and a client must not refuse what the service
/// accepts. And what only describes it, which progenitor would copy into its output with the whole schema. Only for
/// progenitor: the [model](crate::api) is read before.
pub(crate) fn drop(root: &mut Value) {
    schemas::for_each(root, &mut |schema| {
        let is_struct = is_struct(schema);
        let lists_strings = is_enum(schema);
        let may_have_format = matches!(text(schema, "type"), Some("string" | "integer" | "number"));
        let Some(schema) = schema.as_object_mut() else { return };
        schema.retain(|keyword, value| match keyword.as_str() {
            // An object of any keys is a map; one with properties passes over what it does not know.
            "additionalProperties" => !is_struct && value.is_object(),
            "properties" => is_struct,
            "enum" => lists_strings,
            "format" => may_have_format,
            keyword => !BOUNDS.contains(&keyword) && !describes(keyword),
        });
    });
}
