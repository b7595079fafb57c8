//! The names of the variants of a union.

use heck::ToUpperCamelCase;
use serde_json::Value;

use super::marks;
use crate::{
    json::{elements, text},
    names::{CATCH_ALL, Names, escaped, type_name},
    openapi::{
        reference::reference,
        schema::{is_enum, is_scalar, is_struct, is_union},
    },
};

/// Returns the names of the variants of a union, whose own name is `union`.
pub(crate) fn names(schema: &Value, union: &str) -> Vec<String> {
    let variants: Vec<_> = elements(schema.get("oneOf")).collect();
    let wanted = variants.iter().enumerate().map(|(index, one)| {
        let others = variants.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, one)| *one);
        name(one, index, &others.collect::<Vec<_>>(), union)
    });
    let mut taken: Names = [CATCH_ALL].into_iter().collect();
    wanted.map(|name| taken.unused(&escaped(&name))).collect()
}

/// Returns the name of a union of scalars: `StringOrInteger`.
pub(crate) fn name_of_scalars(schema: &Value) -> Option<String> {
    let variants = schema.get("oneOf")?.as_array()?;
    let is_plain = |schema: &Value| is_scalar(schema) && !is_enum(schema);
    let names = variants.iter().map(|schema| is_plain(schema).then(|| name_of_scalar(schema)));
    Some(names.collect::<Option<Vec<_>>>()?.join("Or"))
}

/// Describes a union of scalars: "A string or an integer."
pub(crate) fn description_of_scalars(schema: &Value) -> String {
    let kinds = elements(schema.get("oneOf")).map(|schema| {
        let kind = text(schema, "type").unwrap_or_default();
        let article = if kind == "integer" { "an" } else { "a" };
        format!("{article} {kind}")
    });
    let kinds = kinds.collect::<Vec<_>>().join(" or ");
    format!("A{}.", kinds.trim_start_matches('a'))
}

fn name(schema: &Value, index: usize, others: &[&Value], union: &str) -> String {
    if let Some(component) = reference(schema).or_else(|| marks::copied_from(schema)) {
        return without_words_of(union, component);
    }
    if is_struct(schema) || is_union(schema) {
        let name = name_by_value(schema, others)
            .or_else(|| name_by_title(schema))
            .or_else(|| name_by_property(schema, others));
        return name.unwrap_or_else(|| format!("Variant{}", index + 1));
    }
    let are_several_lists = others.iter().any(|other| other.get("items").is_some());
    match schema.get("items") {
        Some(items) if are_several_lists => type_name(&format!("{}List", name_of_item(items))),
        Some(_) => "List".to_owned(),
        None => name_of_scalar(schema),
    }
}

fn name_of_item(items: &Value) -> String {
    reference(items).map_or_else(|| name_of_scalar(items), type_name)
}

fn name_of_scalar(schema: &Value) -> String {
    match (text(schema, "type").unwrap_or_default(), text(schema, "format").unwrap_or_default()) {
        _ if is_enum(schema) => "Keyword",
        ("string", "password") => "Secret",
        ("string", format @ ("uuid" | "date" | "date-time")) => return format.to_upper_camel_case(),
        ("array", _) => "List",
        ("object", _) => "Map",
        (kind @ ("string" | "integer" | "number" | "boolean"), _) => return kind.to_upper_camel_case(),
        _ => "Any",
    }
    .to_owned()
}

/// Returns the name of a component without the words at its start and its end that the name of the union has, too: in
/// `ClickableShape`, `ClickableRoundShape` is `Round`. It does not depend on the other variants.
fn without_words_of(union: &str, component: &str) -> String {
    let (union, own) = (words(&type_name(union)), words(&type_name(component)));
    if let Some(at) = own.windows(union.len()).position(|part| part == union.as_slice()) {
        return name_of_words(&[&own[..at], &own[at + union.len()..]].concat(), &own);
    }
    let start = own.iter().zip(&union).take_while(|(one, other)| one == other).count();
    let end = own.iter().rev().zip(union.iter().rev()).take_while(|(one, other)| one == other).count();
    name_of_words(own.get(start..own.len() - end).unwrap_or_default(), &own)
}

fn name_of_words(words: &[String], fallback: &[String]) -> String {
    let is_name = words.first().is_some_and(|word| word.starts_with(char::is_alphabetic));
    if is_name { words.concat() } else { fallback.concat() }
}

/// Splits a name into its words: `RoundShapeV2` into `Round`, `Shape` and `V2`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut().filter(|_| !letter.is_uppercase()) {
            Some(word) => word.push(letter),
            None => words.push(letter.to_string()),
        }
    }
    words
}

/// Returns the value of a property that no other variant has.
fn name_by_value(schema: &Value, others: &[&Value]) -> Option<String> {
    let properties = schema.get("properties")?.as_object()?;
    properties.iter().find_map(|(name, property)| {
        let value = only_value(property)?.as_str().filter(|value| value.contains(char::is_alphanumeric))?;
        let is_own = others.iter().all(|other| {
            let property = other.get("properties").and_then(|properties| properties.get(name));
            property.and_then(only_value).and_then(Value::as_str) != Some(value)
        });
        is_own.then(|| type_name(value))
    })
}

fn only_value(schema: &Value) -> Option<&Value> {
    match schema.get("enum")?.as_array()?.as_slice() {
        [value] => Some(value),
        _ => None,
    }
}

fn name_by_title(schema: &Value) -> Option<String> {
    let title = schema.get("title")?.as_str()?;
    let is_name = title.contains(char::is_alphanumeric) && title.split_whitespace().count() <= 5;
    is_name.then(|| type_name(title))
}

/// Returns the first property that a variant requires and no other one has.
fn name_by_property(schema: &Value, others: &[&Value]) -> Option<String> {
    let required = elements(schema.get("required")).filter_map(Value::as_str);
    let has = |schema: &Value, name: &str| schema.get("properties").is_some_and(|all| all.get(name).is_some());
    let mut own = required.filter(|name| has(schema, name) && !others.iter().any(|other| has(other, name)));
    own.next().map(type_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names_of(variants: &Value) -> String {
        names(&json!({ "oneOf": variants }), "ClickableShape").join(" ")
    }

    #[test]
    fn a_variant_has_the_name_of_its_component_without_that_of_the_union() {
        let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        assert_eq!(names_of(&json!([reference("ClickableRoundShape"), reference("Line")])), "Round Line");
    }

    #[test]
    fn an_inline_object_has_the_name_of_a_value_a_title_or_a_required_property() {
        let objects = json!([
            { "properties": { "kind": { "enum": ["cat"] } } },
            { "title": "Big dog", "properties": { "kind": {} } },
            { "required": ["wings"], "properties": { "wings": {} } },
            { "properties": { "kind": {} } },
        ]);
        assert_eq!(names_of(&objects), "Cat BigDog Wings Variant4");
    }

    #[test]
    fn scalars_and_lists_have_the_names_of_their_types() {
        let lists = json!([{ "type": "array", "items": { "type": "string" } }, { "type": "array", "items": {} }]);
        assert_eq!(names_of(&lists), "StringList AnyList");
        assert_eq!(names_of(&json!([{ "type": "string" }, { "type": "string", "format": "uuid" }])), "String Uuid");
    }

    #[test]
    fn a_union_of_scalars_is_named_and_described_by_them() {
        let union = json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] });
        assert_eq!(name_of_scalars(&union).as_deref(), Some("StringOrInteger"));
        assert_eq!(description_of_scalars(&union), "A string or an integer.");
    }
}
