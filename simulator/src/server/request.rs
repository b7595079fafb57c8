//! Reads the parts of a request.

use axum::{
    body::Body,
    http::{HeaderMap, Uri},
};
use headers::{
    ContentType, HeaderMapExt,
    authorization::{Authorization, Basic},
};
use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::body;
use crate::{
    cloud::{self, Caller, Refusal, Target},
    document::Operation,
};

/// Returns the id and the secret of the key.
pub(super) fn credentials(headers: &HeaderMap) -> Option<Authorization<Basic>> {
    headers.typed_get()
}

/// Returns the ids in the path of a caller's request. Refuses invalid ones.
pub(super) fn target(caller: Caller, parameters: &[(&str, String)]) -> Result<Target, Refusal> {
    let mut target = Target { organization: caller.organization, service: None, backup: None };
    for (name, text) in parameters {
        let id = match Uuid::try_parse(text) {
            Ok(id) if text.len() == uuid::fmt::Hyphenated::LENGTH => id,
            _ => return Err(Refusal::bad_request(format_args!("{name}: this has to be a UUID"))),
        };
        match *name {
            "organizationId" => target.organization = id,
            "serviceId" => target.service = Some(id),
            "backupId" => target.backup = Some(id),
            _ => {}
        }
    }
    Ok(target)
}

/// Reads the query. Refuses one that breaks the document.
pub(super) fn query(operation: &Operation, uri: &Uri) -> Result<Value, Refusal> {
    let schema = operation.query();
    let parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let values = parameters.map(|(name, text)| (name.to_string(), schema.read_property(&name, text.into_owned())));
    let mut query = Value::Object(values.collect::<Map<_, _>>());
    if let Some(violations) = schema.describe_violations(&query) {
        return Err(Refusal::bad_request(violations));
    }
    use_integers(&mut query);
    Ok(query)
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
    if let Some(violations) = schema.describe_violations(&json) {
        let known = cloud::known_refusal(operation.id(), &json);
        return Err(known.unwrap_or_else(|| Refusal::bad_request(violations)));
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
