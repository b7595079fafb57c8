//! Schemas: what they refer to, and what kind of type they become.

use serde_json::Value;

/// Returns the name of the component that a schema refers to.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

/// Returns the value of a `$ref` to a component.
pub(crate) fn reference_to(name: &str) -> Value {
    Value::String(format!("#/components/schemas/{name}"))
}

/// Returns whether a schema is an object with properties, which becomes a struct.
pub(crate) fn is_struct(schema: &Value) -> bool {
    let is_object = schema.get("type").is_none_or(|kind| kind == "object");
    is_object && schema.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty())
}

/// Returns whether a schema lists strings as its values, so that it becomes an enum.
pub(crate) fn is_enum(schema: &Value) -> bool {
    schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.iter().any(Value::is_string))
}

/// Returns whether a schema is a union, which becomes an enum with data.
pub(crate) fn is_union(schema: &Value) -> bool {
    schema.get("oneOf").is_some_and(Value::is_array)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_names_a_component() {
        assert_eq!(reference(&json!({"$ref": reference_to("Thing")})), Some("Thing"));
        assert_eq!(reference(&json!({"$ref": "#/components/responses/Thing"})), None);
    }

    #[test]
    fn a_struct_has_properties() {
        assert!(is_struct(&json!({"properties": {"a": {}}})));
        assert!(!is_struct(&json!({"type": "object", "properties": {}})));
        assert!(!is_struct(&json!({"type": "string", "properties": {"a": {}}})));
    }

    #[test]
    fn an_enum_lists_strings() {
        assert!(is_enum(&json!({"enum": [null, "a"]})));
        assert!(!is_enum(&json!({"enum": [1, 2]})));
    }
}
