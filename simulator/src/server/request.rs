//! Reads the parts of a request.

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, Uri,
        header::{HOST, USER_AGENT},
        request::Parts,
        uri::Authority,
    },
};
use headers::{
    ContentType, HeaderMapExt,
    authorization::{Authorization, Basic},
};
use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::{body, connection::Connection};
use crate::{
    call::{Origin, Path},
    cloud,
    document::{Operation, Shape, Violation},
    kinds,
    refusal::Refusal,
};

/// Returns where a request comes from.
pub(super) fn origin(head: &Parts, connection: &Connection) -> Origin {
    let header = |name| head.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let authority = head.uri.authority().map(Authority::as_str).or_else(|| header(HOST)).unwrap_or_default();
    Origin {
        address: connection.client(),
        user_agent: header(USER_AGENT).map(str::to_owned),
        authority: authority.to_owned(),
    }
}

/// Returns the id and the secret of the key.
pub(super) fn credentials(headers: &HeaderMap) -> Option<Authorization<Basic>> {
    headers.typed_get()
}

/// Reads the parameters in the path. Refuses those that break the document.
pub(super) fn path(operation: &Operation, parameters: &[(&str, String)]) -> Result<Path, Refusal> {
    let mut read = Vec::new();
    for ((name, text), (_, schema)) in parameters.iter().zip(operation.path_parameters()) {
        let text = if schema.shape().is_uuid() {
            match Uuid::try_parse(text) {
                Ok(id) if text.len() == uuid::fmt::Hyphenated::LENGTH => id.to_string(),
                _ => return Err(Refusal::invalid(&[Violation::of_parameter(name, "this has to be a UUID", "format")])),
            }
        } else {
            // A value that the document does not list is the id of nothing, and not invalid.
            let mut violations = schema.violations(&read_text(&schema.shape(), text.clone())).into_iter();
            if let Some(violation) = violations.find(|violation| violation.keyword() != "enum") {
                let violation = Violation::of_parameter(name, violation.message(), violation.keyword());
                return Err(Refusal::invalid(&[violation]));
            }
            text.clone()
        };
        read.push(((*name).to_owned(), text));
    }
    Ok(Path(read))
}

/// Reads the query. Refuses one that breaks the document.
pub(super) fn query(operation: &Operation, uri: &Uri) -> Result<Value, Refusal> {
    let schema = operation.query();
    let shape = schema.shape();
    let mut query = Map::new();
    for (name, text) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let Some(parameter) = shape.property(&name) else { continue };
        if parameter.is_list() {
            let value = read_text(&parameter.items(), text.into_owned());
            if let Value::Array(values) = query.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                values.push(value);
            }
        } else {
            query.insert(name.into_owned(), read_text(&parameter, text.into_owned()));
        }
    }
    let mut query = Value::Object(query);
    let violations = schema.violations(&query);
    if !violations.is_empty() {
        return Err(Refusal::invalid(&violations));
    }
    use_integers(&mut query);
    Ok(query)
}

/// Returns the value that a text stands for: a number or a truth value, if the document wants one and the text is one.
fn read_text(shape: &Shape<'_>, text: String) -> Value {
    let value = match shape.type_name() {
        Some("integer" | "number") => serde_json::from_str(&text).ok().map(Value::Number),
        Some("boolean") => serde_json::from_str(&text).ok().map(Value::Bool),
        _ => None,
    };
    value.unwrap_or(Value::String(text))
}

/// Reads the body, if the operation has one. Refuses a body that is not JSON or breaks the document.
pub(super) async fn body(operation: &Operation, headers: &HeaderMap, stream: &mut Body) -> Result<Value, Refusal> {
    let Some(schema) = operation.body() else { return Ok(Value::Null) };
    if !is_json(headers) {
        return Err(Refusal::unsupported_media_type("the content type has to be application/json"));
    }
    let bytes = body::read(stream).await?;
    let mut json = serde_json::from_slice(&bytes)
        .map_err(|error| Refusal::bad_request(format_args!("the body is not JSON: {error}")))?;
    kinds::assume(operation.id(), &mut json);
    let violations = schema.violations(&json);
    if !violations.is_empty() {
        let known = cloud::known_refusal(operation.id(), &json);
        return Err(known.unwrap_or_else(|| Refusal::invalid(&violations)));
    }
    use_integers(&mut json);
    Ok(json)
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type: Option<ContentType> = headers.typed_get();
    content_type.is_some_and(|content_type| mime::Mime::from(content_type).essence_str() == "application/json")
}

/// Replaces 48.0 by 48, which is the same number in JSON.
fn use_integers(value: &mut Value) {
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => {
            if let Some(float) = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < MAX_EXACT) {
                #[allow(clippy::cast_possible_truncation, reason = "the number is whole and in range")]
                let whole = float as i64;
                *number = Number::from(whole);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(use_integers),
        Value::Object(fields) => fields.values_mut().for_each(use_integers),
        _ => {}
    }
}
