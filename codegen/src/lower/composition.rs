use serde_json::{Map, Value};

use super::schemas::{self, reference};

/// So many `allOf` may stand inside each other: more is a circle.
const DEPTH: usize = 64;

/// Puts together what `allOf` takes apart. One reference in it is how OpenAPI 3.0 describes a reference; several
/// objects become one with the properties of all.
pub(super) fn merge(root: &mut Value) {
    let components = root.pointer("/components/schemas").cloned().unwrap_or_default();
    schemas::for_each(root, &mut |schema| merge_one(schema, &components, DEPTH));
}

fn merge_one(schema: &mut Value, components: &Value, depth: usize) {
    let Some(Value::Array(mut parts)) = schema.as_object_mut().and_then(|schema| schema.shift_remove("allOf")) else {
        return;
    };
    let Some(whole) = schema.as_object_mut() else { return };
    if let ([part], false) = (parts.as_mut_slice(), whole.contains_key("properties")) {
        if let Some(part) = part.as_object_mut() {
            part.append(whole);
            *whole = std::mem::take(part);
        }
        return;
    }
    for part in parts {
        add(whole, expand(part, components, depth));
    }
}

/// A part with its properties at hand.
fn expand(part: Value, components: &Value, depth: usize) -> Value {
    let mut part = match reference(&part).and_then(|name| components.get(name)) {
        Some(target) if depth > 0 => expand(target.clone(), components, depth - 1),
        _ => part,
    };
    if depth > 0 {
        merge_one(&mut part, components, depth - 1);
    }
    part
}

/// Adds the properties of a part to the whole.
pub(super) fn add(whole: &mut Map<String, Value>, part: Value) {
    let Value::Object(part) = part else { return };
    for (keyword, value) in part {
        match (whole.get_mut(&keyword), value) {
            (Some(Value::Object(properties)), Value::Object(more)) => properties.extend(more),
            (Some(Value::Array(required)), Value::Array(more)) => {
                required.extend(more);
            }
            (Some(_), _) => {}
            (None, value) => {
                whole.insert(keyword, value);
            }
        }
    }
}
