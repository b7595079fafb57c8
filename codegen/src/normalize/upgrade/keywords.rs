use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::site::Site;
use crate::source::Pointer;

/// Removes the keywords of JSON Schema that 3.0 does not have.
pub(super) fn remove_unsupported(schema: &mut Map<String, Value>, site: &mut Site) {
    schema.retain(|keyword, value| {
        let (message, help) = match keyword.as_str() {
            // They name or explain the schema.
            "$anchor" | "$comment" | "$defs" | "$dynamicAnchor" | "$id" | "$schema" | "$vocabulary" | "definitions" => {
                return false;
            }
            // They exclude values of the right type.
            "contains"
            | "dependencies"
            | "dependentRequired"
            | "if"
            | "maxContains"
            | "minContains"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties" => {
                if *value == Value::Bool(true) {
                    return false;
                }
                (format!("the crate does not check `{keyword}`"), "no change is needed: the service checks it")
            }
            // They describe parts of values.
            "contentSchema" | "dependentSchemas" | "else" | "then" => {
                (format!("the crate ignores `{keyword}`"), "describe the possible properties under `properties`")
            }
            // They refer to the schema.
            "$dynamicRef" | "$recursiveRef" => (
                format!("the crate does not follow `{keyword}`, and takes any value"),
                "refer to one schema, with `$ref`",
            ),
            _ => return true,
        };
        site.warn(keyword, message, help);
        false
    });
    replace_pattern_properties(schema, site);
}

/// Replaces `patternProperties` by `additionalProperties`, with the schema of the values, or the union of their
/// schemas.
fn replace_pattern_properties(schema: &mut Map<String, Value>, site: &mut Site) {
    let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties") else { return };
    let others = schema.get("additionalProperties").filter(|others| others.is_object()).cloned();
    let of_patterns =
        patterns.into_iter().map(|(pattern, value)| (value, Pointer::default().key("patternProperties").key(&pattern)));
    let mut distinct = IndexMap::new();
    for (value, from) in of_patterns.chain(others.map(|value| (value, Pointer::default().key("additionalProperties"))))
    {
        distinct.entry(value).or_insert(from);
    }
    let is_typed = !distinct.is_empty() && distinct.keys().all(Value::is_object);
    let (message, schema_of_all) = if is_typed {
        for (index, from) in distinct.values().enumerate() {
            let to = if distinct.len() == 1 { String::new() } else { format!("/anyOf/{index}") };
            site.moved(&format!("/additionalProperties{to}"), from.as_str());
        }
        let mut values: Vec<_> = distinct.into_keys().collect();
        let schema_of_all = if values.len() == 1 { values.remove(0) } else { json!({ "anyOf": values }) };
        ("the crate takes any keys in place of `patternProperties`", schema_of_all)
    } else {
        ("the crate takes any keys and values in place of `patternProperties`", json!({}))
    };
    site.warn("patternProperties", message, "no change is needed: the service checks it");
    schema.insert("additionalProperties".to_owned(), schema_of_all);
}
