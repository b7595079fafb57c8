use serde_json::{Map, Value};

use super::{site::Site, types};

/// Removes `null` from the variants of `oneOf` and `anyOf`, and makes the schema nullable instead. A union that is left
/// with one variant becomes an `allOf`.
pub(super) fn remove(schema: &mut Map<String, Value>, site: &mut Site) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(variants)) = schema.get_mut(keyword) else { continue };
        let count = variants.len();
        let mut nullable = false;
        let mut left = Vec::new();
        for (index, mut variant) in std::mem::take(variants).into_iter().enumerate() {
            if is_null(&variant) {
                nullable = true;
                continue;
            }
            nullable |= remove_null_type(&mut variant);
            left.push((index, variant));
        }
        let keep = if left.len() == 1 && count > 0 { "allOf" } else { keyword };
        let before = if keep == keyword { 0 } else { count_parts(schema) };
        for (new, (old, _)) in left.iter().enumerate() {
            site.moved(&format!("/{keep}/{}", before + new), &format!("/{keyword}/{old}"));
        }
        let left = left.into_iter().map(|(_, variant)| variant);
        if keep == keyword {
            schema[keyword] = Value::Array(left.collect());
        } else {
            move_to_all_of(schema, keyword, left.collect());
        }
        if nullable {
            schema.insert("nullable".to_owned(), Value::Bool(true));
        }
        if schema[keep].as_array().is_some_and(Vec::is_empty) && count > 0 {
            schema.shift_remove(keep);
            types::warn_of_only_null(keyword, site);
        }
    }
}

fn count_parts(schema: &Map<String, Value>) -> usize {
    schema.get("allOf").and_then(Value::as_array).map_or(0, Vec::len)
}

fn move_to_all_of(schema: &mut Map<String, Value>, keyword: &str, variants: Vec<Value>) {
    let position = schema.keys().position(|key| key == keyword).unwrap_or_default();
    schema.shift_remove(keyword);
    match schema.get_mut("allOf") {
        Some(Value::Array(parts)) => parts.extend(variants),
        _ => {
            schema.shift_insert(position, "allOf".to_owned(), Value::Array(variants));
        }
    }
}

fn is_null(schema: &Value) -> bool {
    let only = |keyword: &str, is_null: fn(&Value) -> bool| match schema.get(keyword) {
        Some(Value::Array(values)) => !values.is_empty() && values.iter().all(is_null),
        Some(value) => is_null(value),
        None => false,
    };
    only("type", types::is_null) || only("const", Value::is_null) || only("enum", Value::is_null)
}

/// Removes `null` from the types of a variant. Returns whether it was there.
fn remove_null_type(variant: &mut Value) -> bool {
    let Some(Value::Array(types)) = variant.get_mut("type") else { return false };
    let count = types.len();
    types.retain(|name| !types::is_null(name));
    types.len() < count
}
