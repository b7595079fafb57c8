//! What values are taken for that do not have the form of their field. Other tools accept many of them.

use serde_json::{Map, Value, json};

use crate::openapi::grammar::{Form, Kind};

/// How a document goes on with a value of the wrong form, or without one.
pub(super) enum Repair {
    /// It is left out.
    Remove,
    /// Its text, number or object is clear.
    Read(Value),
    /// It is replaced by this, with this effect.
    Replace(Value, &'static str),
    /// It has to be corrected.
    None,
}

const ANY_VALUE: &str = "the crate takes any value";

/// Names of types in other languages and formats, and those of OpenAPI for them.
const TYPES: [(&str, &str, Option<&str>); 17] = [
    ("bool", "boolean", None),
    ("byte", "string", Some("byte")),
    ("date", "string", Some("date")),
    ("date-time", "string", Some("date-time")),
    ("datetime", "string", Some("date-time")),
    ("decimal", "number", None),
    ("double", "number", Some("double")),
    ("file", "string", Some("binary")),
    ("float", "number", Some("float")),
    ("int", "integer", None),
    ("int32", "integer", Some("int32")),
    ("int64", "integer", Some("int64")),
    ("long", "integer", Some("int64")),
    ("list", "array", None),
    ("text", "string", None),
    ("timestamp", "string", None),
    ("uuid", "string", Some("uuid")),
];

/// Returns what a value of the wrong form is meant as.
pub(super) fn of_value(form: Form, value: &Value) -> Option<Repair> {
    if value.is_null() {
        return None;
    }
    let text = value.as_str().map(str::trim);
    Some(match form {
        Form::Text if value.is_number() || value.is_boolean() => Repair::Read(value.to_string().into()),
        Form::Flag => Repair::Read(flag(text?)?.into()),
        Form::Number => Repair::Read(Value::Number(text?.parse().ok()?)),
        Form::Count => Repair::Read(count(value)?.into()),
        Form::Texts if text.is_some() => Repair::Read(json!([value])),
        Form::Values if !value.is_object() => Repair::Read(json!([value])),
        Form::Choice(choices) => Repair::Read(choice(choices, text?)?.into()),
        Form::List(_) | Form::Requirements if value.is_object() => {
            Repair::Replace(json!([value]), "it is taken as the only element of a list")
        }
        Form::Map(_) | Form::TextMap if value.as_array().is_some_and(Vec::is_empty) => Repair::Read(json!({})),
        Form::Requirement if text.is_some() => Repair::Read(json!({ text?: [] })),
        Form::SchemaOrFlag if text.and_then(flag).is_some() => Repair::Read(flag(text?)?.into()),
        Form::One(Kind::Schema) | Form::SchemaOrFlag => schema(value),
        Form::One(kind) => Repair::Read(json!({ only_text(kind)?: text? })),
        _ => return None,
    })
}

/// Returns what is done without a field that an object must have, or with one without a usable value.
pub(super) fn required(kind: Kind, field: &str) -> Repair {
    match (kind, field) {
        (Kind::Response, "description")
        | (Kind::Info, "title" | "version")
        | (Kind::License, "name")
        | (Kind::ExternalDocs, "url") => Repair::Read("".into()),
        (Kind::Document, "info") => Repair::Replace(json!({ "title": "", "version": "" }), "the crate does without"),
        (Kind::Document, "paths") => Repair::Replace(json!({}), "there are no operations"),
        (Kind::OauthFlow, "scopes") => Repair::Replace(json!({}), "there are none"),
        (Kind::Operation, "responses") => {
            let any = json!({ "2XX": { "description": "" } });
            Repair::Replace(any, "the crate ignores the body of its response")
        }
        (Kind::RequestBody, "content") => {
            Repair::Replace(json!({ "application/json": { "schema": {} } }), "the crate takes any JSON")
        }
        (
            Kind::Discriminator
            | Kind::Parameter
            | Kind::SecurityScheme
            | Kind::Server
            | Kind::ServerVariable
            | Kind::Tag,
            _,
        ) => Repair::Remove,
        _ => Repair::None,
    }
}

/// Returns what is done with an entry of a map that is no object.
pub(super) fn entry(kind: Kind) -> Repair {
    match kind {
        Kind::Schema => Repair::Replace(json!({}), ANY_VALUE),
        Kind::MediaType => Repair::Replace(json!({}), "its schema is not known"),
        Kind::Response => Repair::Replace(json!({ "description": "" }), "it has no body"),
        Kind::PathItem => Repair::Replace(json!({}), "it has no operations"),
        _ => Repair::Remove,
    }
}

/// Returns what is done with an entry of a map that does not have the form of the entries.
pub(super) fn entry_of(form: Form) -> Repair {
    match form {
        Form::One(kind) => entry(kind),
        _ => Repair::Remove,
    }
}

/// Returns the schema of a parameter or header without one. In Swagger 2, its keywords stand in the parameter.
pub(super) fn schema_of_parameter(parameter: &Map<String, Value>) -> Value {
    let is_of_parameter = |key: &str| Kind::Parameter.field(key).is_some() || key.starts_with("x-");
    let keywords = parameter.iter().filter(|(key, _)| Kind::Schema.field(key).is_some() && !is_of_parameter(key));
    let mut schema: Map<_, _> = keywords.map(|(key, value)| (key.clone(), value.clone())).collect();
    schema.entry("type").or_insert_with(|| "string".into());
    Value::Object(schema)
}

/// Returns a schema with the type and the format that the name of its type means, unless it has a format.
pub(super) fn with_named_format(schema: &Map<String, Value>) -> Option<Map<String, Value>> {
    let (_, kind, format) = named_type(schema.get("type")?.as_str()?)?;
    let format = format.filter(|_| !schema.contains_key("format"))?;
    let mut schema = schema.clone();
    schema.insert("type".to_owned(), kind.into());
    schema.insert("format".to_owned(), format.into());
    Some(schema)
}

/// Returns the schema that another value stands for: the name of a type, or a list of equal schemas.
fn schema(value: &Value) -> Repair {
    let Some(Form::Choice(types)) = Kind::Schema.field("type").map(|field| field.form) else { return Repair::None };
    match value {
        Value::String(name) => {
            choice(types, name).map_or_else(|| entry(Kind::Schema), |name| Repair::Read(json!({ "type": name })))
        }
        _ => entry(Kind::Schema),
    }
}

/// Returns the choice that a text means: the same in another case, or another name of a type.
fn choice(choices: &[&'static str], text: &str) -> Option<&'static str> {
    let same = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text)).copied();
    same.or_else(|| Some(named_type(text)?.1).filter(|name| choices.contains(name)))
}

fn named_type(name: &str) -> Option<(&'static str, &'static str, Option<&'static str>)> {
    TYPES.into_iter().find(|(other, ..)| other.eq_ignore_ascii_case(name))
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

fn count(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        // `5.0` is shown as `5`.
        _ => value.as_f64()?.to_string().parse().ok(),
    }
}

/// Returns the field of an object that a text in its place is the value of.
fn only_text(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Discriminator => Some("propertyName"),
        Kind::ExternalDocs | Kind::Server => Some("url"),
        Kind::License | Kind::Tag => Some("name"),
        Kind::ServerVariable => Some("default"),
        _ => None,
    }
}
