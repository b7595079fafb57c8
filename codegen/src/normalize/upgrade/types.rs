use serde_json::{Map, Value};

use super::site::Site;
use crate::openapi::schema::type_of;

/// The keywords that concern values of one type.
const OF_OBJECTS: &[&str] = &["properties", "required", "additionalProperties", "minProperties", "maxProperties"];
const OF_ARRAYS: &[&str] = &["items", "prefixItems", "minItems", "maxItems", "uniqueItems"];
const OF_STRINGS: &[&str] = &["minLength", "maxLength", "pattern", "contentMediaType", "contentEncoding", "format"];
const OF_NUMBERS: &[&str] = &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"];
const FORMATS_OF_NUMBERS: [&str; 4] = ["int32", "int64", "float", "double"];

/// Replaces a list of types by one type: `null` makes the schema nullable, and several others become the variants of an
/// `anyOf`, each with the keywords that concern its values.
pub(super) fn reduce_to_one(schema: &mut Map<String, Value>, site: &mut Site) {
    let written = match schema.get("type") {
        Some(Value::Array(types)) => types.clone(),
        Some(null) if is_null(null) => vec![Value::Null],
        Some(_) => return,
        None => return read_null_in_enum(schema),
    };
    // In YAML, `null` without quotes is the value and not its name.
    let name = |name| if is_null(name) { Some("null") } else { name.as_str() };
    let Some(names) = written.iter().map(name).collect::<Option<Vec<_>>>() else {
        let invalid = written.iter().position(|written| name(written).is_none()).unwrap_or_default();
        site.moved("/type", &format!("/type/{invalid}"));
        schema["type"] = written[invalid].clone();
        return;
    };
    let (mut types, mut nullable) = (Vec::new(), false);
    for (index, name) in names.iter().enumerate() {
        match *name {
            "null" => nullable = true,
            "integer" if names.contains(&"number") => {}
            _ if types.iter().any(|(_, known)| known == name) => {}
            name => types.push((index, name)),
        }
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        types.retain(|(_, name)| values.iter().any(|value| is_of(value, name)));
    }
    match types.as_slice() {
        [] => {
            schema.shift_remove("type");
            schema.shift_remove("enum");
            warn_of_only_null("type", site);
        }
        [(index, name)] => {
            site.moved("/type", &format!("/type/{index}"));
            schema["type"] = Value::from(*name);
        }
        _ => {
            schema.shift_remove("type");
            if ["oneOf", "anyOf", "allOf"].iter().any(|keyword| schema.contains_key(*keyword)) {
                site.warn(
                    "type",
                    "the crate ignores several types beside `oneOf`, `anyOf` or `allOf`",
                    "move the types into the variants",
                );
            } else {
                split(schema, &types, site);
            }
        }
    }
    if nullable {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}

/// Returns whether this is the name of the type of `null`.
pub(super) fn is_null(name: &Value) -> bool {
    name.is_null() || name == "null"
}

pub(super) fn warn_of_only_null(keyword: &str, site: &mut Site) {
    let help = "describe the values beside `null`, or leave it out";
    site.warn(keyword, "only `null` fits this schema, so the crate takes any value", help);
}

fn is_of(value: &Value, name: &str) -> bool {
    type_of(value) == name || name == "number" && value.is_number()
}

/// Makes an enum without a type nullable if it lists `null`.
fn read_null_in_enum(schema: &mut Map<String, Value>) {
    let values = schema.get("enum").and_then(Value::as_array);
    if values.is_some_and(|values| values.contains(&Value::Null)) {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}

fn split(schema: &mut Map<String, Value>, types: &[(usize, &str)], site: &mut Site) {
    let values = schema.shift_remove("enum");
    let mut variants = Vec::new();
    for (number, (index, name)) in types.iter().enumerate() {
        let mut variant = Map::new();
        variant.insert("type".to_owned(), Value::from(*name));
        site.moved(&format!("/anyOf/{number}"), &format!("/type/{index}"));
        for keyword in keywords(name) {
            if *keyword == "format" && is_format_of_numbers(schema) != is_number(name) {
                continue;
            }
            if let Some(value) = schema.get(*keyword).cloned() {
                variant.insert((*keyword).to_owned(), value);
                site.moved(&format!("/anyOf/{number}/{keyword}"), &format!("/{keyword}"));
            }
        }
        if let Some(Value::Array(values)) = &values {
            let values = values.iter().filter(|value| is_of(value, name)).cloned().collect();
            variant.insert("enum".to_owned(), Value::Array(values));
            site.moved(&format!("/anyOf/{number}/enum"), "/enum");
        }
        variants.push(Value::Object(variant));
    }
    for (_, name) in types {
        for keyword in keywords(name) {
            schema.shift_remove(*keyword);
        }
    }
    site.moved("/anyOf", "/type");
    schema.shift_insert(0, "anyOf".to_owned(), Value::Array(variants));
}

fn keywords(name: &str) -> &'static [&'static str] {
    match name {
        "object" => OF_OBJECTS,
        "array" => OF_ARRAYS,
        "string" => OF_STRINGS,
        "number" | "integer" => OF_NUMBERS,
        _ => &[],
    }
}

fn is_number(name: &str) -> bool {
    matches!(name, "number" | "integer")
}

fn is_format_of_numbers(schema: &Map<String, Value>) -> bool {
    let format = schema.get("format").and_then(Value::as_str);
    format.is_some_and(|format| FORMATS_OF_NUMBERS.contains(&format))
}
