use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::site::Site;

/// Replaces the schemas of single elements of a list by one schema: theirs if they are all equal, else their union.
pub(super) fn replace(schema: &mut Map<String, Value>, site: &mut Site) {
    // Before 2020-12, JSON Schema had them in `items`.
    let is_older = schema.get("items").is_some_and(Value::is_array);
    let (keyword, others) = if is_older { ("items", "additionalItems") } else { ("prefixItems", "items") };
    let Some(Value::Array(elements)) = schema.shift_remove(keyword) else { return };
    let rest = schema.shift_remove(others).filter(Value::is_object).map(|rest| (rest, format!("/{others}")));
    let mut distinct = IndexMap::new();
    let all = elements.into_iter().enumerate().map(|(index, element)| (element, format!("/{keyword}/{index}")));
    for (element, from) in all.chain(rest) {
        distinct.entry(element).or_insert(from);
    }
    let is_typed = !distinct.is_empty() && distinct.keys().all(Value::is_object);
    if is_typed && distinct.len() == 1 {
        for (element, from) in distinct {
            site.moved("/items", &from);
            schema.insert("items".to_owned(), element);
        }
        return;
    }
    let (items, effect) = if is_typed {
        for (index, from) in distinct.values().enumerate() {
            site.moved(&format!("/items/anyOf/{index}"), from);
        }
        (json!({ "anyOf": distinct.into_keys().collect::<Vec<_>>() }), "takes each of them at any place")
    } else {
        (json!({}), "takes any values")
    };
    let message = format!("the elements of this list have different types, and the crate {effect}");
    site.warn(keyword, message, "describe an object with a property for each element, if the service can send one");
    schema.insert("items".to_owned(), items);
}
