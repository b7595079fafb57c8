//! From the bytes of an answer to a value.
//!
//! Decoding is strict first, straight from the bytes. Only when that fails is the answer read as a tree and mended,
//! so that tolerance costs nothing where it is not needed.

mod envelope;
mod mend;
mod mismatch;
mod path;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

pub use mismatch::{Fit, Mismatch};

use crate::{Api, Envelope};
use envelope::EnvelopeSeed;
use path::Path;

pub(crate) struct Decoded<T> {
    pub(crate) value: T,
    pub(crate) request_id: Option<String>,
    pub(crate) mismatches: Vec<Mismatch>,
}

pub(crate) struct Undecodable {
    pub(crate) request_id: Option<String>,
    pub(crate) path: String,
    pub(crate) problem: String,
}

pub(crate) struct Refusal {
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// The JSON that the answer's envelope holds.
pub(crate) fn result<T: DeserializeOwned>(api: &Api, body: &Bytes) -> Result<Decoded<T>, Undecodable> {
    json(api.envelope, body)
}

/// Nothing: whatever the answer holds beside the request id is passed over.
#[expect(clippy::unnecessary_wraps, reason = "has the signature of every way to decode")]
pub(crate) fn empty(api: &Api, body: &Bytes) -> Result<Decoded<()>, Undecodable> {
    let request_id = refusal(api.envelope, body).request_id;
    Ok(Decoded { value: (), request_id, mismatches: Vec::new() })
}

/// Text that is not JSON.
#[expect(clippy::unnecessary_wraps, reason = "has the signature of every way to decode")]
pub(crate) fn text(_: &Api, body: &Bytes) -> Result<Decoded<String>, Undecodable> {
    let value = String::from_utf8_lossy(body).into_owned();
    Ok(Decoded { value, request_id: None, mismatches: Vec::new() })
}

/// What a failure says of itself, as far as it comes from the API.
pub(crate) fn refusal(envelope: Option<Envelope>, body: &[u8]) -> Refusal {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name| json.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    Refusal {
        message: envelope.and_then(|envelope| text(envelope.error)),
        request_id: envelope.and_then(|envelope| text(envelope.request_id)),
    }
}

pub(crate) fn json<T: DeserializeOwned>(envelope: Option<Envelope>, body: &[u8]) -> Result<Decoded<T>, Undecodable> {
    strict(envelope, body).or_else(|_| tolerant(envelope, body))
}

fn strict<T: DeserializeOwned>(envelope: Option<Envelope>, body: &[u8]) -> serde_json::Result<Decoded<T>> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let (value, request_id) = match envelope {
        Some(envelope) => EnvelopeSeed::new(envelope).deserialize(&mut json)?,
        None => (T::deserialize(&mut json)?, None),
    };
    json.end()?;
    Ok(Decoded { value, request_id, mismatches: Vec::new() })
}

fn tolerant<T: DeserializeOwned>(envelope: Option<Envelope>, body: &[u8]) -> Result<Decoded<T>, Undecodable> {
    let Opened { result, request_id, at } = open(envelope, body)?;
    let reread = || open(envelope, body).map(|opened| opened.result).unwrap_or_default();
    match mend::mend(result, &at, reread) {
        Ok((value, mismatches)) => Ok(Decoded { value, request_id, mismatches }),
        Err(unfit) => Err(Undecodable { request_id, path: unfit.path, problem: unfit.problem }),
    }
}

struct Opened {
    result: Value,
    request_id: Option<String>,
    at: Path,
}

fn open(envelope: Option<Envelope>, body: &[u8]) -> Result<Opened, Undecodable> {
    let undecodable = |request_id, problem| Undecodable { request_id, path: Path::default().to_string(), problem };
    let mut json: Value =
        serde_json::from_slice(body).map_err(|error| undecodable(None, format!("is not JSON: {error}")))?;
    let Some(envelope) = envelope else {
        return Ok(Opened { result: json, request_id: None, at: Path::default() });
    };
    let request_id = json.get(envelope.request_id).and_then(Value::as_str).map(ToOwned::to_owned);
    match json.get_mut(envelope.result) {
        Some(result) => Ok(Opened { result: result.take(), request_id, at: Path::default().key(envelope.result) }),
        None => Err(undecodable(request_id, format!("has no `{}`", envelope.result))),
    }
}
