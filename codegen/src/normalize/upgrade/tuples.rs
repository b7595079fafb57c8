use serde_json::{Map, Value, json};

use super::site::Site;

/// Makes a list whose places have schemas of their own one of any values, or of the one schema that all have.
pub(super) fn list(schema: &mut Map<String, Value>, site: &mut Site) {
    // JSON Schema called them so before 2020-12.
    let is_older = schema.get("items").is_some_and(Value::is_array);
    let (keyword, beyond) = if is_older { ("items", "additionalItems") } else { ("prefixItems", "items") };
    let Some(Value::Array(places)) = schema.shift_remove(keyword) else { return };
    let rest = schema.shift_remove(beyond).filter(Value::is_object);
    let mut all = places.iter().chain(&rest);
    let first = all.next().cloned().unwrap_or_default();
    if all.all(|place| *place == first) && first.is_object() {
        site.moved("/items", &format!("/{keyword}/0"));
        schema.insert("items".to_owned(), first);
        return;
    }
    site.note(
        keyword,
        "the places of this list have types of their own, and the crate takes any values in it",
        "describe an object with a name for each place, if the service can send one",
    );
    schema.insert("items".to_owned(), json!({}));
}
