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

pub use mismatch::{Fit, Mismatch};

use crate::{Api, Envelope};
use envelope::EnvelopeSeed;
use mend::Unfit;
use path::{Path, Step};
use tolerant::TolerantSeed;

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

/// JSON that is in no envelope, although others are.
pub(crate) fn whole<T: DeserializeOwned>(_: &Api, body: &Bytes) -> Result<Decoded<T>, Undecodable> {
    json(None, body)
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
        message: envelope.and_then(|envelope| text(envelope.error?)),
        request_id: envelope.and_then(|envelope| text(envelope.request_id?)),
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
