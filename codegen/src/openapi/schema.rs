//! Schemas: what they refer to, and what kind of type they become.

use serde_json::Value;

use super::extensions::NEWTYPE;
use crate::json::{elements, fields, flag, text};

/// The types of values without parts.
pub(crate) const SCALARS: [&str; 4] = ["string", "integer", "number", "boolean"];

/// What bounds the values of a schema.
pub(crate) const BOUNDS: [&str; 13] = [
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// The keywords that describe a schema, and do not change which values fit it.
const DESCRIPTIONS: [&str; 9] =
    ["default", "deprecated", "description", "example", "externalDocs", "readOnly", "title", "writeOnly", "xml"];

/// The keyword of a discriminator for the variant of values that it does not map: a keyword of OpenAPI 3.2.
pub(crate) const DEFAULT_MAPPING: &str = "defaultMapping";

/// How many unions may be in each other, by way of names. More are a cycle.
pub(crate) const MAX_NESTED_UNIONS: usize = 64;

/// How many lists and maps may be in each other, by way of names. The check refuses more.
pub(crate) const MAX_NESTED_LISTS: usize = 128;

/// Returns whether a schema is an object with properties, which becomes a struct.
pub(crate) fn is_struct(schema: &Value) -> bool {
    let is_object = schema.get("type").is_none_or(|kind| kind == "object");
    is_object && fields(schema.get("properties")).next().is_some()
}

/// Returns whether a schema lists strings as its values, so that it becomes an enum.
pub(crate) fn is_enum(schema: &Value) -> bool {
    elements(schema.get("enum")).any(Value::is_string)
}

/// Returns whether a schema is a union, which becomes an enum with data.
pub(crate) fn is_union(schema: &Value) -> bool {
    schema.get("oneOf").is_some_and(Value::is_array)
}

/// Returns whether a schema is a string or an integer that becomes a type of its own.
pub(crate) fn is_newtype(schema: &Value) -> bool {
    flag(schema, NEWTYPE) && is_scalar(schema)
}

/// Returns whether a schema becomes a type of its own.
pub(crate) fn is_type(schema: &Value) -> bool {
    is_struct(schema) || is_enum(schema) || is_union(schema) || is_newtype(schema)
}

/// Returns whether the values of a schema have no parts.
pub(crate) fn is_scalar(schema: &Value) -> bool {
    text(schema, "type").is_some_and(|kind| SCALARS.contains(&kind))
}

/// Returns whether a keyword describes a schema, and does not change which values fit it.
pub(crate) fn is_description(keyword: &str) -> bool {
    DESCRIPTIONS.contains(&keyword) || keyword.starts_with("x-")
}

/// Returns the name of the variant of a discriminator for values that it does not map.
pub(crate) fn default_variant(discriminator: &Value) -> Option<&str> {
    text(discriminator, DEFAULT_MAPPING)?.rsplit('/').next()
}

/// Returns the values of a discriminator, each with the name of the component that it stands for.
pub(crate) fn mapping(discriminator: &Value) -> impl Iterator<Item = (&str, &str)> {
    let mapping = fields(discriminator.get("mapping"));
    mapping.filter_map(|(value, target)| Some((value.as_str(), target.as_str()?.rsplit('/').next()?)))
}

/// Returns the type of a value.
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
