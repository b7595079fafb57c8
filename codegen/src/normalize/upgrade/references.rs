use serde_json::{Map, Value, json};

use super::site::Site;

/// Wraps a `$ref` with other keywords beside it into `allOf`: in 3.0, they have no effect.
pub(super) fn wrap(schema: &mut Map<String, Value>, site: &mut Site) {
    if schema.len() < 2 || !schema.get("$ref").is_some_and(Value::is_string) {
        return;
    }
    let reference = schema.shift_remove("$ref").unwrap_or_default();
    let mut parts = vec![json!({ "$ref": reference })];
    if let Some(Value::Array(others)) = schema.shift_remove("allOf") {
        for index in (0..others.len()).rev() {
            site.moved(&format!("/allOf/{}", index + 1), &format!("/allOf/{index}"));
        }
        parts.extend(others);
    }
    site.moved("/allOf/0/$ref", "/$ref");
    schema.shift_insert(0, "allOf".to_owned(), Value::Array(parts));
}
