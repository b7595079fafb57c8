//! From the bytes of a response to a value.
//!
//! A short response is decoded straight from its bytes. If that fails, or if it is long, it is decoded part by part:
//! what fits from its bytes, and what does not as a small tree that is mended. So tolerance costs nothing where it is not
//! needed, and others have their turn while a long response is decoded.

mod envelope;
mod mend;
mod mismatch;
mod pace;
mod path;
pub mod pieces;
mod scan;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

use std::{marker::PhantomData, pin::Pin};

use bytes::Bytes;
use reqwest::StatusCode;
use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny};
use serde_json::Value;

pub(crate) use mend::misfit_is_within;
pub(crate) use mismatch::kind;
pub use mismatch::{Fit, Mismatch};
pub use pieces::Decode;

use crate::{Envelope, answer::Answer};
use envelope::EnvelopeSeed;
use mend::mend;
use scan::NotJson;
use tree::Tree;
use walk::{PART, Walk};

/// A longer response is decoded part by part. To decode this much takes about a millisecond.
const SHORT: usize = 256 * 1024;

/// Nothing is looked for in a longer refusal: what it says of itself is a sentence.
const LONGEST_REFUSAL: usize = 1024 * 1024;

#[cfg(not(target_family = "wasm"))]
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
#[cfg(target_family = "wasm")]
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

pub(crate) struct Decoded<T> {
    pub(crate) value: T,
    pub(crate) request_id: Option<String>,
    pub(crate) mismatches: Vec<Mismatch>,
    /// How many mismatches there are beside those.
    pub(crate) omitted: usize,
}

impl<T> Decoded<T> {
    /// A value that fits as it is.
    pub(crate) fn whole(value: T) -> Self {
        Self { value, request_id: None, mismatches: Vec::new(), omitted: 0 }
    }

    fn map<U>(self, change: impl FnOnce(T) -> U) -> Decoded<U> {
        let Self { value, request_id, mismatches, omitted } = self;
        Decoded { value: change(value), request_id, mismatches, omitted }
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

impl Undecodable {
    /// Something that is true of the whole response.
    pub(crate) fn whole(problem: String) -> Self {
        Self { request_id: None, path: "$".to_owned(), problem }
    }
}

/// A response that is being decoded. Nothing has to wait for a short one.
pub(crate) enum Decoding<'a, T> {
    Done(Result<Decoded<T>, Undecodable>),
    UnderWay(Boxed<'a, Result<Decoded<T>, Undecodable>>),
}

impl<'a, T: 'static> Decoding<'a, T> {
    pub(crate) fn of(value: T) -> Self {
        Self::Done(Ok(Decoded::whole(value)))
    }

    pub(crate) fn map<U: 'static>(self, change: fn(T) -> U) -> Decoding<'a, U> {
        match self {
            Self::Done(decoded) => Decoding::Done(decoded.map(|decoded| decoded.map(change))),
            Self::UnderWay(decoded) => {
                Decoding::UnderWay(Box::pin(async move { decoded.await.map(|decoded| decoded.map(change)) }))
            }
        }
    }
}

/// The JSON that the response's envelope holds.
pub(crate) fn result<T: Decode>(envelope: Option<Envelope>, answer: &Answer<Bytes>) -> Decoding<'_, T> {
    const MAY_BE_EMPTY: [StatusCode; 3] = [StatusCode::ACCEPTED, StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT];

    if MAY_BE_EMPTY.contains(&answer.status) && is_empty(&answer.body) {
        let problem = || Undecodable::whole("is empty, and no value stands for that".to_owned());
        return Decoding::Done(T::empty().map(Decoded::whole).ok_or_else(problem));
    }
    json(envelope, &answer.body)
}

/// The same, or nothing where there is nothing.
pub(crate) fn optional<T: Decode>(envelope: Option<Envelope>, answer: &Answer<Bytes>) -> Decoding<'_, Option<T>> {
    if is_empty(&answer.body) { Decoding::of(None) } else { json(envelope, &answer.body) }
}

fn is_empty(body: &[u8]) -> bool {
    without_mark(body).trim_ascii().is_empty()
}

/// Nothing: whatever the response holds beside the request id is passed over.
pub(crate) fn empty(envelope: Option<Envelope>, answer: &Answer<Bytes>) -> Decoding<'_, ()> {
    nothing(envelope, answer, ())
}

/// The same, with what stands for it.
pub(crate) fn nothing<T>(envelope: Option<Envelope>, answer: &Answer<Bytes>, value: T) -> Decoding<'_, T> {
    let request_id = refusal(envelope, &answer.body).request_id;
    Decoding::Done(Ok(Decoded { request_id, ..Decoded::whole(value) }))
}

/// Text that is not JSON.
pub(crate) fn text(_: Option<Envelope>, answer: &Answer<Bytes>) -> Decoding<'_, String> {
    Decoding::of(String::from_utf8_lossy(&answer.body).into_owned())
}

/// Bytes as they are.
pub(crate) fn bytes(_: Option<Envelope>, answer: &Answer<Bytes>) -> Decoding<'_, Bytes> {
    Decoding::of(answer.body.clone())
}

/// What a failure says of itself, as far as it comes from the API: in its envelope, or else in one of the properties
/// that are in use for that.
pub(crate) fn refusal(envelope: Option<Envelope>, body: &[u8]) -> Refusal {
    let json =
        Some(without_mark(body)).filter(|body| body.len() <= LONGEST_REFUSAL).and_then(|body| Tree::parse(body).ok());
    let json = json.map_or(Value::Null, Tree::shown);
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
    let Some(error) = envelope.error else { return true };
    let has_text = |name: &str| body.get(name).is_some_and(Value::is_string);
    match envelope.request_id {
        Some(request_id) => has_text(error) && has_text(request_id),
        None => has_text(error) && body[error] != "Not Found",
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

pub(crate) fn json<T: Decode>(envelope: Option<Envelope>, body: &[u8]) -> Decoding<'_, T> {
    let body = without_mark(body);
    match strict(envelope, body) {
        Some(decoded) => Decoding::Done(Ok(decoded)),
        None => Decoding::UnderWay(Box::pin(in_parts(envelope, body, PART))),
    }
}

/// JSON as a type that cannot be made part by part.
pub(crate) fn json_as_a_whole<T: DeserializeOwned>(body: &[u8]) -> Result<T, Undecodable> {
    let body = without_mark(body);
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let tree = Tree::parse(body).map_err(|error| not_json(body, error))?;
    let kind = kind(&tree.0);
    let (value, _) = mend(tree).map_err(|_| Undecodable::whole(format!("is {kind}, which does not fit")))?;
    Ok(value)
}

/// What is wrong with something that is not JSON: in serde's words, if it does not take long to get them.
fn not_json(body: &[u8], error: NotJson) -> Undecodable {
    let told = if body.len() <= SHORT { serde_json::from_slice::<IgnoredAny>(body).err() } else { None };
    let told = told.map_or_else(|| error.to_string(), |told| told.to_string());
    Undecodable::whole(format!("is not JSON: {told}"))
}

/// Without the byte order mark that some servers put first.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// A short response that fits as it is.
fn strict<T: DeserializeOwned>(envelope: Option<Envelope>, body: &[u8]) -> Option<Decoded<T>> {
    if body.len() > SHORT {
        return None;
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let result = PhantomData::<T>;
    let (value, request_id) = match envelope {
        Some(envelope) => EnvelopeSeed { envelope, result }.deserialize(&mut json).ok()?,
        None => (Some(T::deserialize(&mut json).ok()?), None),
    };
    json.end().ok()?;
    Some(Decoded { request_id, ..Decoded::whole(value?) })
}

async fn in_parts<T: Decode>(envelope: Option<Envelope>, body: &[u8], part: usize) -> Result<Decoded<T>, Undecodable> {
    let mut walk = Walk::new(body, part);
    let mut value = None::<T>;
    let request_id = match envelope {
        Some(envelope) => walk.envelope(envelope, &mut value).await?,
        None => {
            walk.bare(&mut value).await?;
            None
        }
    };
    let value = value.ok_or_else(|| Undecodable::whole("does not fit the document".to_owned()))?;
    let (mismatches, omitted) = walk.mismatches();
    Ok(Decoded { value, request_id, mismatches, omitted })
}
