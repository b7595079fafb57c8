use std::collections::HashSet;

use indexmap::IndexSet;
use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
    types::JsonType,
};
use serde_json::{Map, Value, json, map::Entry};

use crate::{
    check::{
        constraints::pattern_error,
        outline::{Node, Outline},
    },
    source::Pointer,
};

/// Translates schemas, and all schemas in them, to definitions of JSON Schema, draft 4, each under its number.
///
/// The definitions refer to each other instead of containing each other. They leave out keywords that the validator
/// would reject: other rules report those.
pub(super) fn definitions<'o, 'a: 'o>(outline: &'o Outline<'a>, schemas: impl Iterator<Item = &'o Node<'a>>) -> Value {
    let mut definitions = Map::new();
    let mut open: Vec<_> = schemas.collect();
    while let Some(schema) = open.pop() {
        let Some(schema) = outline.target(schema) else { continue };
        if let Entry::Vacant(definition) = definitions.entry(schema.number.to_string()) {
            definition.insert(translate(outline, schema));
            open.extend(inner_schemas(outline, schema));
        }
    }
    Value::Object(definitions)
}

/// Returns the schemas directly in a schema.
fn inner_schemas<'o, 'a>(outline: &'o Outline<'a>, schema: &Node<'a>) -> impl Iterator<Item = &'o Node<'a>> {
    let several = ["allOf", "anyOf", "oneOf", "properties"];
    let several = several.into_iter().flat_map(|field| outline.children(schema, field));
    let one = ["items", "not", "additionalProperties"];
    several.chain(one.into_iter().filter_map(|field| outline.child(schema, field)))
}

/// Returns a reference to the translation of a schema, or, if that is a broken reference, a schema that any value fits.
pub(super) fn reference(outline: &Outline<'_>, schema: &Node<'_>) -> Value {
    match outline.target(schema) {
        Some(target) => json!({"$ref": format!("#/definitions/{}", target.number)}),
        None => json!({}),
    }
}

/// Returns the node of the document that a path in the translation comes from.
pub(super) fn pointer(outline: &Outline<'_>, path: &str) -> Option<Pointer> {
    let (number, steps) = path.strip_prefix("/definitions/")?.split_once('/')?;
    let schema = outline.node(number.parse().ok()?)?;
    let keyword = steps.split('/').find(|step| schema.get(step).is_some());
    let at = outline.pointer(schema);
    Some(keyword.map_or_else(|| at.clone(), |keyword| at.key(keyword)))
}

fn translate(outline: &Outline<'_>, schema: &Node<'_>) -> Value {
    let mut translation = Map::new();
    for (keyword, value) in schema.object().iter().filter(|(keyword, value)| is_valid(schema, keyword, value)) {
        translation.insert(keyword.clone(), value.clone());
    }
    let references = |field| outline.children(schema, field).map(|part| reference(outline, part)).collect::<Vec<_>>();
    let mut all = references("allOf");
    // As `anyOf`, even where it is `oneOf`: variants overlap in most documents.
    for field in ["anyOf", "oneOf"] {
        match references(field) {
            variants if variants.is_empty() => {}
            variants if translation.contains_key("anyOf") => all.push(json!({ "anyOf": variants })),
            variants => drop(translation.insert("anyOf".to_owned(), Value::Array(variants))),
        }
    }
    if !all.is_empty() {
        translation.insert("allOf".to_owned(), Value::Array(all));
    }
    for field in ["items", "not", "additionalProperties"] {
        if let Some(part) = outline.child(schema, field) {
            translation.insert(field.to_owned(), reference(outline, part));
        }
    }
    let properties = outline.children(schema, "properties");
    let properties = properties.filter_map(|property| Some((property.name?.to_owned(), reference(outline, property))));
    translation.insert("properties".to_owned(), Value::Object(properties.collect()));
    translate_required(outline, schema, &mut translation);
    if schema.flag("nullable") { or_null(translation) } else { Value::Object(translation) }
}

/// Returns whether a keyword means the same in JSON Schema as in OpenAPI, and has a valid value.
fn is_valid(schema: &Node<'_>, keyword: &str, value: &Value) -> bool {
    match keyword {
        "type" => {
            let name = value.as_str();
            matches!(name, Some("object" | "array" | "string" | "integer" | "number" | "boolean"))
        }
        "format" => value.is_string(),
        "pattern" => value.as_str().is_some_and(|pattern| pattern_error(pattern).is_none()),
        "enum" => value.as_array().is_some_and(|values| {
            let mut seen = HashSet::new();
            !values.is_empty() && values.iter().all(|value| seen.insert(value))
        }),
        "multipleOf" => value.as_f64().is_some_and(|divisor| divisor > 0.0),
        "minimum" | "maximum" => value.is_number(),
        "exclusiveMinimum" => value.is_boolean() && schema.get("minimum").is_some_and(Value::is_number),
        "exclusiveMaximum" => value.is_boolean() && schema.get("maximum").is_some_and(Value::is_number),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => value.is_u64(),
        "uniqueItems" | "additionalProperties" => value.is_boolean(),
        _ => false,
    }
}

/// Requires the properties that both requests and responses must have: an example can be of either.
fn translate_required(outline: &Outline<'_>, schema: &Node<'_>, translation: &mut Map<String, Value>) {
    let property = |name: &str| outline.target(outline.node_of(schema.get("properties")?.get(name)?)?);
    let is_one_way =
        |name: &str| property(name).is_some_and(|property| property.flag("readOnly") || property.flag("writeOnly"));
    let names = schema.list("required").iter().filter_map(Value::as_str);
    let names: IndexSet<_> = names.filter(|name| !is_one_way(name)).collect();
    if !names.is_empty() {
        translation.insert("required".to_owned(), names.into_iter().collect());
    }
}

fn or_null(mut translation: Map<String, Value>) -> Value {
    if ["allOf", "anyOf", "not"].iter().any(|keyword| translation.contains_key(*keyword)) {
        return json!({"anyOf": [{"type": "null"}, translation]});
    }
    if let Some(name) = translation.get_mut("type") {
        *name = json!([name, "null"]);
    }
    if let Some(Value::Array(values)) = translation.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    Value::Object(translation)
}

/// Returns the errors by the schema that [`or_null`] put beside `null`; none if the union is another one.
pub(super) fn errors_beside_null<'e, 'i>(context: &'e [Vec<ValidationError<'i>>]) -> Option<&'e [ValidationError<'i>]> {
    let [null, errors] = context else { return None };
    let is_null = |error: &ValidationError<'_>| {
        matches!(error.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(JsonType::Null) })
    };
    null.iter().all(is_null).then_some(errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{openapi::grammar::Kind, source::Document};

    fn translated(schema: &str) -> String {
        let document = Document::parse("api.yaml", format!("components: {{schemas: {{A: {schema}}}}}")).unwrap();
        let outline = Outline::new(&document);
        translate(&outline, outline.all(Kind::Schema).next().unwrap()).to_string()
    }

    #[test]
    fn inner_schemas_become_references() {
        insta::assert_snapshot!(
            translated("{type: array, items: {type: string}}"),
            @r##"{"type":"array","items":{"$ref":"#/definitions/3"},"properties":{}}"##
        );
    }

    #[test]
    fn a_nullable_schema_has_null_as_another_type() {
        insta::assert_snapshot!(
            translated("{type: string, nullable: true, enum: [a]}"),
            @r#"{"type":["string","null"],"enum":["a",null],"properties":{}}"#
        );
        insta::assert_snapshot!(
            translated("{nullable: true, allOf: [{}]}"),
            @r##"{"anyOf":[{"type":"null"},{"allOf":[{"$ref":"#/definitions/3"}],"properties":{}}]}"##
        );
    }

    #[test]
    fn properties_of_one_direction_are_not_required() {
        insta::assert_snapshot!(
            translated("{required: [a, b], properties: {a: {readOnly: true}, b: {}}}"),
            @r##"{"properties":{"a":{"$ref":"#/definitions/3"},"b":{"$ref":"#/definitions/4"}},"required":["b"]}"##
        );
    }

    #[test]
    fn invalid_keywords_are_left_out() {
        insta::assert_snapshot!(
            translated("{type: text, pattern: '(', multipleOf: 0, enum: [], minLength: 1}"),
            @r#"{"minLength":1,"properties":{}}"#
        );
    }
}
