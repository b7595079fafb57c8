use std::collections::HashSet;

use serde_json::{Value, json};

use super::schemas;
use crate::{
    json::{fields_mut, flag},
    openapi::reference::reference,
};

/// Makes what refers to a nullable component nullable instead: no type is `null` in Rust, what holds one may be none.
pub(super) fn hand_over(root: &mut Value) {
    let mut nullable = HashSet::new();
    for (name, schema) in fields_mut(root, &["components", "schemas"]) {
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

/// Writes a reference that may be null so that progenitor sees it, which passes over what stands beside a `$ref`. It
/// stays as it is in the properties of a struct, whose fields the [model](crate::api) knows to be nullable.
pub(crate) fn spell_beside_references(root: &mut Value) {
    schemas::for_each(root, &mut |schema| {
        for keyword in ["items", "additionalProperties"] {
            schema.get_mut(keyword).into_iter().for_each(spell_beside_reference);
        }
    });
}

/// Does the same to one schema, and not to what is in it.
pub(crate) fn spell_beside_reference(schema: &mut Value) {
    if let Some(target) = schema.get("$ref").filter(|_| flag(schema, "nullable")) {
        *schema = json!({ "nullable": true, "allOf": [{ "$ref": target }] });
    }
}
