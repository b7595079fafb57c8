use serde_json::{Map, Value};

use super::{site::Site, types};

/// Takes `null` out of what `oneOf` and `anyOf` let one choose from, and makes the schema nullable instead. A choice
/// of one is none.
pub(super) fn without_null(schema: &mut Map<String, Value>, site: &mut Site) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get_mut(keyword) else { continue };
        let count = alternatives.len();
        let mut nullable = false;
        let mut left = Vec::new();
        for (index, mut alternative) in std::mem::take(alternatives).into_iter().enumerate() {
            if is_null(&alternative) {
                nullable = true;
                continue;
            }
            nullable |= drop_null_type(&mut alternative);
            left.push((index, alternative));
        }
        let keep = if left.len() == 1 && count > 0 { "allOf" } else { keyword };
        let before = if keep == keyword { 0 } else { parts(schema) };
        for (new, (old, _)) in left.iter().enumerate() {
            site.moved(&format!("/{keep}/{}", before + new), &format!("/{keyword}/{old}"));
        }
        let left = left.into_iter().map(|(_, alternative)| alternative);
        if keep == keyword {
            schema[keyword] = Value::Array(left.collect());
        } else {
            rename(schema, keyword, left.collect());
        }
        if nullable {
            schema.insert("nullable".to_owned(), Value::Bool(true));
        }
        if schema[keep].as_array().is_some_and(Vec::is_empty) && count > 0 {
            schema.shift_remove(keep);
            types::note_only_null(keyword, site);
        }
    }
}

fn parts(schema: &Map<String, Value>) -> usize {
    schema.get("allOf").and_then(Value::as_array).map_or(0, Vec::len)
}

/// Puts the one alternative that is left among what the schema is made of.
fn rename(schema: &mut Map<String, Value>, keyword: &str, alternative: Vec<Value>) {
    let position = schema.keys().position(|key| key == keyword).unwrap_or_default();
    schema.shift_remove(keyword);
    match schema.get_mut("allOf") {
        Some(Value::Array(parts)) => parts.extend(alternative),
        _ => {
            schema.shift_insert(position, "allOf".to_owned(), Value::Array(alternative));
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

/// Takes `null` from the types of an alternative. Whether it was there.
fn drop_null_type(alternative: &mut Value) -> bool {
    let Some(Value::Array(types)) = alternative.get_mut("type") else { return false };
    let count = types.len();
    types.retain(|name| !types::is_null(name));
    types.len() < count
}
