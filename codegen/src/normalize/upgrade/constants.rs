use serde_json::{Map, Value};

use super::site::Site;
use crate::openapi::schema::type_of;

/// Replaces `const` by an `enum` of one value, and adds its type.
pub(super) fn replace(schema: &mut Map<String, Value>, site: &mut Site) {
    let Some(value) = schema.get("const").cloned() else { return };
    let position = schema.keys().position(|key| key == "const").unwrap_or_default();
    schema.shift_remove("const");
    if !schema.contains_key("type") {
        let name = type_of(&value);
        schema.shift_insert(position, "type".to_owned(), Value::from(name));
    }
    site.moved("/enum", "/const");
    site.moved("/enum/0", "/const");
    schema.insert("enum".to_owned(), Value::Array(vec![value]));
}
