use serde_json::{Map, Value, json};

use super::site::Site;

/// Replaces the schemas of single elements of a list by one schema: theirs if they are all equal, else any value.
pub(super) fn replace(schema: &mut Map<String, Value>, site: &mut Site) {
    // Before 2020-12, JSON Schema had them in `items`.
    let is_older = schema.get("items").is_some_and(Value::is_array);
    let (keyword, rest) = if is_older { ("items", "additionalItems") } else { ("prefixItems", "items") };
    let Some(Value::Array(elements)) = schema.shift_remove(keyword) else { return };
    let rest = schema.shift_remove(rest).filter(Value::is_object);
    let mut all = elements.iter().chain(&rest);
    let first = all.next().cloned().unwrap_or_default();
    if all.all(|element| *element == first) && first.is_object() {
        site.moved("/items", &format!("/{keyword}/0"));
        schema.insert("items".to_owned(), first);
        return;
    }
    site.warn(
        keyword,
        "the elements of this list have different types, so the crate takes any values",
        "describe an object with a property for each element, if the service can send one",
    );
    schema.insert("items".to_owned(), json!({}));
}
