//! From the bytes of an answer to a value.
//!
//! Decoding is strict first, straight from the bytes. Only when that fails is the answer read as trees and mended,
//! so that tolerance costs nothing where it is not needed.

mod envelope;
mod mend;
mod mismatch;
mod path;
#[cfg(test)]
mod tests;
mod tolerant;

use std::marker::PhantomData;

use bytes::Bytes;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

pub(crate) use mend::misfit_is_within;
pub(crate) use mismatch::kind;
pub use mismatch::{Fit, Mismatch};

use crate::{Envelope, answer::Answer};
use envelope::EnvelopeSeed;
use mend::Unfit;
use path::{Path, Step};
use tolerant::TolerantSeed;

pub(crate) struct Decoded<T> {
    pub(crate) value: T,
    pub(crate) request_id: Option<String>,
    pub(crate) mismatches: Vec<Mismatch>,
}

impl<T> Decoded<T> {
    /// A value that fits as it is.
    pub(crate) fn whole(value: T) -> Self {
        Self { value, request_id: None, mismatches: Vec::new() }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Decoded<U> {
        Decoded { value: change(self.value), request_id: self.request_id, mismatches: self.mismatches }
    }
}

pub(crate) struct Undecodable {
    pub(crate) request_id: Option<String>,
    pub(crate) path: String,
    pub(crate) problem: String,
}

pub(crate) struct Refusal {
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Whether it is in the envelope that the API declares for its errors, if it declares one.
    pub(crate) in_envelope: bool,
}

/// The JSON that the answer's envelope holds.
pub(crate) fn result<T: DeserializeOwned>(
    envelope: Option<Envelope>,
    answer: &Answer<Bytes>,
) -> Result<Decoded<T>, Undecodable> {
    json(envelope, &answer.body)
}

/// The same, or nothing where there is nothing.
pub(crate) fn optional<T: DeserializeOwned>(
    envelope: Option<Envelope>,
    answer: &Answer<Bytes>,
) -> Result<Decoded<Option<T>>, Undecodable> {
    if answer.body.is_empty() {
        return Ok(Decoded::whole(None));
    }
    json(envelope, &answer.body).map(|decoded| decoded.map(Some))
}

/// Nothing: whatever the answer holds beside the request id is passed over.
#[expect(clippy::unnecessary_wraps, reason = "has the signature of every way to decode")]
pub(crate) fn empty(envelope: Option<Envelope>, answer: &Answer<Bytes>) -> Result<Decoded<()>, Undecodable> {
    let request_id = refusal(envelope, &answer.body).request_id;
    Ok(Decoded { value: (), request_id, mismatches: Vec::new() })
}

/// Text that is not JSON.
#[expect(clippy::unnecessary_wraps, reason = "has the signature of every way to decode")]
pub(crate) fn text(_: Option<Envelope>, answer: &Answer<Bytes>) -> Result<Decoded<String>, Undecodable> {
    Ok(Decoded::whole(String::from_utf8_lossy(&answer.body).into_owned()))
}

/// Bytes as they are.
#[expect(clippy::unnecessary_wraps, reason = "has the signature of every way to decode")]
pub(crate) fn bytes(_: Option<Envelope>, answer: &Answer<Bytes>) -> Result<Decoded<Bytes>, Undecodable> {
    Ok(Decoded::whole(answer.body.clone()))
}

/// What a failure says of itself, as far as it comes from the API: in its envelope, or else in one of the properties
/// that are in use for that.
pub(crate) fn refusal(envelope: Option<Envelope>, body: &[u8]) -> Refusal {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    let own = |name: &str| json.get(name).and_then(Value::as_str);
    let usual = || MESSAGES.iter().find_map(|pointer| text(pointer));
    Refusal {
        message: envelope.and_then(|envelope| own(envelope.error?)).or_else(usual).map(shortened),
        request_id: envelope.and_then(|envelope| own(envelope.request_id?)).map(ToOwned::to_owned),
        in_envelope: envelope.is_none_or(|envelope| is_in_envelope(envelope, &json)),
    }
}

/// Whether a body is an error in the API's own envelope.
///
/// Gateways and frameworks have an `error` of their own for a path that they do not know, which is the name of the
/// status and no more. The API says more, or under which id it logged the request.
fn is_in_envelope(envelope: Envelope, body: &Value) -> bool {
    let Some(name) = envelope.error else { return true };
    let has_request_id = envelope.request_id.is_some_and(|name| body.get(name).is_some_and(Value::is_string));
    match body.get(name) {
        None | Some(Value::Null) => false,
        Some(error) => has_request_id || error != "Not Found",
    }
}

/// Where a refusal says in words what is wrong.
const MESSAGES: [&str; 9] = [
    "/message",
    "/error/message",
    "/detail",
    "/detail/0/msg",
    "/error_description",
    "/error",
    "/title",
    "/errors/0/message",
    "/errors/0",
];

/// So many characters of a message are for people; the rest of it is in the body.
const MESSAGE: usize = 1_000;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

pub(crate) fn json<T: DeserializeOwned>(envelope: Option<Envelope>, body: &[u8]) -> Result<Decoded<T>, Undecodable> {
    strict(envelope, body).map_or_else(|| tolerant(envelope, body), Ok)
}

fn strict<T: DeserializeOwned>(envelope: Option<Envelope>, body: &[u8]) -> Option<Decoded<T>> {
    let (value, request_id) = read(envelope, body, PhantomData).ok()?;
    Some(Decoded { value: value?, request_id, mismatches: Vec::new() })
}

fn tolerant<T: DeserializeOwned>(envelope: Option<Envelope>, body: &[u8]) -> Result<Decoded<T>, Undecodable> {
    let undecodable = |request_id, problem| Undecodable { request_id, path: Path::default().to_string(), problem };
    let reread = || read(envelope, body, PhantomData).ok().and_then(|(result, _)| result).unwrap_or_default();
    let name = envelope.map(|envelope| envelope.result);
    let at = name.map_or_else(Path::default, |name| Step::Key(name.to_owned()).into());
    let (result, request_id) = match read(envelope, body, &TolerantSeed::new(&at, &reread)) {
        Ok(read) => read,
        // Something else than an object.
        Err(error) if error.is_data() => (None, None),
        Err(error) => return Err(undecodable(None, format!("is not JSON: {error}"))),
    };
    match result {
        Some(Ok((value, mismatches))) => Ok(Decoded { value, request_id, mismatches }),
        Some(Err(Unfit { path, problem })) => Err(Undecodable { request_id, path, problem }),
        None => Err(undecodable(request_id, format!("has no `{}`", name.unwrap_or_default()))),
    }
}

/// The result, if there is one, and the id of the request.
fn read<'de, S: DeserializeSeed<'de> + Copy>(
    envelope: Option<Envelope>,
    body: &'de [u8],
    result: S,
) -> serde_json::Result<(Option<S::Value>, Option<String>)> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = match envelope {
        Some(envelope) => EnvelopeSeed { envelope, result }.deserialize(&mut json)?,
        None => (Some(result.deserialize(&mut json)?), None),
    };
    json.end()?;
    Ok(read)
}
