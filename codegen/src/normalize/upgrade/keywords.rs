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

/// Replaces `patternProperties` by `additionalProperties`, with the schema of the values if all have the same.
fn replace_pattern_properties(schema: &mut Map<String, Value>, site: &mut Site) {
    let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties") else { return };
    let others = schema.get("additionalProperties").filter(|others| others.is_object()).cloned();
    let mut values = patterns.values().chain(&others);
    let first = values.next().cloned().unwrap_or_default();
    let is_same = first.is_object() && values.all(|value| *value == first);
    let (message, schema_of_all) = if is_same {
        if let Some(pattern) = patterns.keys().next() {
            let from = Pointer::default().key("patternProperties").key(pattern);
            site.moved("/additionalProperties", from.as_str());
        }
        ("the crate takes any keys in place of `patternProperties`", first)
    } else {
        ("the crate takes any keys and values in place of `patternProperties`", json!({}))
    };
    site.warn("patternProperties", message, "no change is needed: the service checks it");
    schema.insert("additionalProperties".to_owned(), schema_of_all);
}
