//! What a schema is, read off its keywords.

use serde_json::Value;

/// The name of the component that a `$ref` names.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

/// A `$ref` to a component.
pub(crate) fn reference_to(name: &str) -> Value {
    Value::String(format!("#/components/schemas/{name}"))
}

/// Whether a schema is one of an object with properties: what becomes a struct.
pub(crate) fn is_struct(schema: &Value) -> bool {
    let is_object = schema.get("type").is_none_or(|kind| kind == "object");
    is_object && schema.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty())
}

/// Whether a schema is one of listed strings: what becomes an enum.
pub(crate) fn is_enum(schema: &Value) -> bool {
    schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.iter().any(Value::is_string))
}

/// Whether a schema is one of several alternatives: what becomes a union.
pub(crate) fn is_union(schema: &Value) -> bool {
    schema.get("oneOf").is_some_and(Value::is_array)
}
