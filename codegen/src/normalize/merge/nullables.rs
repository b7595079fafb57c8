use std::collections::HashSet;

use serde_json::Value;

use super::{object, schemas};
use crate::openapi::schema::reference;

/// Makes what refers to a nullable component nullable instead: no type is `null` in Rust, what holds one may be none.
pub(super) fn hand_over(root: &mut Value) {
    let mut nullable = HashSet::new();
    for (name, schema) in object(root, &["components", "schemas"]).into_iter().flatten() {
        let flag = schema.as_object_mut().and_then(|schema| schema.shift_remove("nullable"));
        if flag == Some(Value::Bool(true)) {
            nullable.insert(name.clone());
        }
    }
    if nullable.is_empty() {
        return;
    }
    schemas::for_each(root, &mut |schema| {
        if reference(schema).is_some_and(|name| nullable.contains(name)) {
            schema["nullable"] = Value::Bool(true);
        }
    });
}
