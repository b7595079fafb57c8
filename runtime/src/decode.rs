//! The tolerant decoding of responses.
//!
//! A short response is decoded straight from its bytes. If that fails, or if the response is long, it is decoded
//! incrementally: a part that fits from its bytes, and any other as a small tree that is coerced. So tolerance costs
//! nothing for a response that fits, and a long response does not block other tasks.

mod coerce;
mod counted_list;
mod envelope;
mod incremental;
mod mismatch;
pub mod parts;
mod path;
mod scan;
#[cfg(test)]
mod tests;
mod tree;
mod yield_budget;

use std::{marker::PhantomData, pin::Pin};

use bytes::Bytes;
use reqwest::StatusCode;
use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny};
use serde_json::Value;

pub(crate) use coerce::note_mismatch_within;
pub(crate) use counted_list::CountedList;
pub(crate) use mismatch::json_type;
pub use mismatch::{Mismatch, MismatchKind};
pub use parts::Decode;

use crate::{Envelope, Redirect, raw_response::RawResponse};
use coerce::decode_coerced;
use envelope::EnvelopeSeed;
use incremental::{IncrementalDecoder, MAX_PART_BYTES};
use scan::NotJson;
use tree::Tree;

/// The length up to which a response is decoded in one go, which takes about a millisecond.
const MAX_SHORT_BODY_BYTES: usize = 256 * 1024;

/// The length up to which the body of an error response is read, which holds a sentence.
const MAX_ERROR_BODY_BYTES: usize = 1024 * 1024;

#[cfg(not(target_family = "wasm"))]
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
#[cfg(target_family = "wasm")]
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A decoded response.
pub(crate) struct Decoded<T> {
    pub(crate) value: T,
    pub(crate) members: EnvelopeMembers,
    pub(crate) mismatches: Vec<Mismatch>,
    /// The number of mismatches beyond those.
    pub(crate) omitted_mismatches: usize,
}

/// The members of an envelope beside the result.
#[derive(Default)]
pub(crate) struct EnvelopeMembers {
    pub(crate) request_id: Option<String>,
    pub(crate) next: Next,
    pub(crate) total: Option<u64>,
}

/// The place where a list goes on after a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Next {
    /// This page is the last.
    #[default]
    End,
    Cursor(String),
    /// The cursor has this JSON type, so it cannot be sent.
    Unreadable(&'static str),
}

impl Next {
    fn of(cursor: Option<String>) -> Self {
        cursor.filter(|cursor| !cursor.is_empty()).map_or(Self::End, Self::Cursor)
    }
}

/// The names of the members of an envelope that describe a page.
#[derive(Clone, Copy, Default)]
pub(crate) struct PageMembers {
    pub(crate) next: Option<&'static str>,
    pub(crate) total: Option<&'static str>,
}

/// The form of the JSON in a body.
#[derive(Clone, Copy)]
struct Form {
    envelope: Option<Envelope>,
    page: PageMembers,
    /// Whether the result is decoded element by element, so that the elements are counted.
    is_list: bool,
}

impl From<Option<Envelope>> for Form {
    fn from(envelope: Option<Envelope>) -> Self {
        Self { envelope, page: PageMembers::default(), is_list: false }
    }
}

impl<T> Decoded<T> {
    /// Makes a response without an envelope or mismatches.
    pub(crate) fn new(value: T) -> Self {
        Self { value, members: EnvelopeMembers::default(), mismatches: Vec::new(), omitted_mismatches: 0 }
    }

    fn map<U>(self, change: impl FnOnce(T) -> U) -> Decoded<U> {
        let Self { value, members, mismatches, omitted_mismatches } = self;
        Decoded { value: change(value), members, mismatches, omitted_mismatches }
    }
}

/// The reason why a response cannot be decoded.
pub(crate) struct Undecodable {
    pub(crate) request_id: Option<String>,
    pub(crate) path: String,
    pub(crate) problem: String,
}

/// The error message and the request id in the body of an error response.
pub(crate) struct ErrorBody {
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Whether the body is the API's error envelope, or the API has none.
    pub(crate) in_envelope: bool,
}

impl Undecodable {
    /// Makes a problem of the whole response.
    pub(crate) fn whole(problem: String) -> Self {
        Self { request_id: None, path: "$".to_owned(), problem }
    }
}

/// The decoding of a response, which is done at once if the response is short.
pub(crate) enum Decoding<'a, T> {
    Done(Result<Decoded<T>, Undecodable>),
    Pending(BoxFuture<'a, Result<Decoded<T>, Undecodable>>),
}

impl<'a, T: 'static> Decoding<'a, T> {
    pub(crate) fn of(value: T) -> Self {
        Self::Done(Ok(Decoded::new(value)))
    }

    pub(crate) fn map<U: 'static>(self, change: fn(T) -> U) -> Decoding<'a, U> {
        self.map_decoded(move |decoded| decoded.map(change))
    }

    pub(crate) fn map_decoded<U: 'static>(
        self,
        change: impl FnOnce(Decoded<T>) -> Decoded<U> + Send + 'a,
    ) -> Decoding<'a, U> {
        match self {
            Self::Done(decoded) => Decoding::Done(decoded.map(change)),
            Self::Pending(decoded) => Decoding::Pending(Box::pin(async move { decoded.await.map(change) })),
        }
    }
}

/// Decodes the JSON value in the envelope.
pub(crate) fn result<T: Decode>(envelope: Option<Envelope>, response: &RawResponse<Bytes>) -> Decoding<'_, T> {
    result_of(envelope.into(), response)
}

/// Decodes the list in the envelope, a [`CountedList`] or an `Option` of one, and what describes the page.
pub(crate) fn list<L: Decode>(
    envelope: Option<Envelope>,
    page: PageMembers,
    response: &RawResponse<Bytes>,
) -> Decoding<'_, L> {
    result_of(Form { envelope, page, is_list: true }, response)
}

fn result_of<T: Decode>(form: Form, response: &RawResponse<Bytes>) -> Decoding<'_, T> {
    const STATUSES_WITHOUT_BODY: [StatusCode; 3] =
        [StatusCode::ACCEPTED, StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT];

    if STATUSES_WITHOUT_BODY.contains(&response.status) && is_empty(&response.body) {
        let problem = || Undecodable::whole("is empty, and its type has no empty value".to_owned());
        return Decoding::Done(T::empty().map(Decoded::new).ok_or_else(problem));
    }
    json_of(form, &response.body)
}

/// Decodes the JSON value in the envelope, or `None` from an empty body.
pub(crate) fn optional<T: Decode>(
    envelope: Option<Envelope>,
    response: &RawResponse<Bytes>,
) -> Decoding<'_, Option<T>> {
    if is_empty(&response.body) { Decoding::of(None) } else { json(envelope, &response.body) }
}

fn is_empty(body: &[u8]) -> bool {
    strip_byte_order_mark(body).trim_ascii().is_empty()
}

/// Decodes nothing but the request id.
pub(crate) fn empty(envelope: Option<Envelope>, response: &RawResponse<Bytes>) -> Decoding<'_, ()> {
    empty_as(envelope, response, ())
}

/// Decodes nothing but the request id, and returns a value for the response.
pub(crate) fn empty_as<T>(envelope: Option<Envelope>, response: &RawResponse<Bytes>, value: T) -> Decoding<'_, T> {
    let request_id = error_body(envelope, &response.body).request_id;
    let members = EnvelopeMembers { request_id, ..EnvelopeMembers::default() };
    Decoding::Done(Ok(Decoded { members, ..Decoded::new(value) }))
}

/// Decodes text, and replaces bytes that are not UTF-8.
pub(crate) fn text(_: Option<Envelope>, response: &RawResponse<Bytes>) -> Decoding<'_, String> {
    Decoding::of(String::from_utf8_lossy(&response.body).into_owned())
}

/// Returns the bytes of the body.
pub(crate) fn bytes(_: Option<Envelope>, response: &RawResponse<Bytes>) -> Decoding<'_, Bytes> {
    Decoding::of(response.body.clone())
}

/// Returns where a redirect leads.
pub(crate) fn redirect(_: Option<Envelope>, response: &RawResponse<Bytes>) -> Decoding<'_, Redirect> {
    let problem = || Undecodable::whole("is no redirect, unlike what the document describes".to_owned());
    let redirect = response.location.clone().map(Redirect::new);
    Decoding::Done(redirect.map(Decoded::new).ok_or_else(problem))
}

/// Reads the message and the request id of an error response: from the API's envelope, or else the message from one of
/// the properties in common use.
pub(crate) fn error_body(envelope: Option<Envelope>, body: &[u8]) -> ErrorBody {
    let body = Some(strip_byte_order_mark(body)).filter(|body| body.len() <= MAX_ERROR_BODY_BYTES);
    let json = body.and_then(|body| Tree::parse(body).ok()).map_or(Value::Null, Tree::into_value);
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    let property = |name: &str| json.get(name).and_then(Value::as_str);
    let common = || MESSAGE_POINTERS.iter().find_map(|pointer| text(pointer));
    ErrorBody {
        message: envelope.and_then(|envelope| property(envelope.error?)).or_else(common).map(truncate),
        request_id: envelope.and_then(|envelope| property(envelope.request_id?)).map(ToOwned::to_owned),
        in_envelope: envelope.is_none_or(|envelope| is_in_envelope(envelope, &json)),
    }
}

/// Whether a body is the API's own error envelope.
///
/// For an unknown path, gateways and frameworks have an `error` with nothing but the name of the status. That of the
/// API has a message, or a request id beside it.
fn is_in_envelope(envelope: Envelope, body: &Value) -> bool {
    let Some(error) = envelope.error else { return true };
    let has_text = |name: &str| body.get(name).is_some_and(Value::is_string);
    match envelope.request_id {
        Some(request_id) => has_text(error) && has_text(request_id),
        None => has_text(error) && body[error] != "Not Found",
    }
}

/// The JSON pointers of error messages in common use.
const MESSAGE_POINTERS: [&str; 9] = [
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

/// The length up to which an error message is shown.
const MAX_MESSAGE_CHARS: usize = 1_000;

fn truncate(text: &str) -> String {
    match text.char_indices().nth(MAX_MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Decodes JSON, in the envelope if there is one.
pub(crate) fn json<T: Decode>(envelope: Option<Envelope>, body: &[u8]) -> Decoding<'_, T> {
    json_of(envelope.into(), body)
}

fn json_of<T: Decode>(form: Form, body: &[u8]) -> Decoding<'_, T> {
    let body = strip_byte_order_mark(body);
    match decode_strictly(form, body) {
        Some(decoded) => Decoding::Done(Ok(decoded)),
        None => Decoding::Pending(Box::pin(decode_incrementally(form, body, MAX_PART_BYTES))),
    }
}

/// Decodes JSON without an envelope in one go.
pub(crate) fn json_at_once<T: DeserializeOwned>(body: &[u8]) -> Result<T, Undecodable> {
    let body = strip_byte_order_mark(body);
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let tree = Tree::parse(body).map_err(|error| not_json(body, error))?;
    let json_type = json_type(&tree.0);
    let (value, _) =
        decode_coerced(tree).map_err(|_| Undecodable::whole(format!("is {json_type}, which does not fit")))?;
    Ok(value)
}

/// Makes the problem of a body that is not JSON, with serde's message if the body is short.
fn not_json(body: &[u8], error: NotJson) -> Undecodable {
    let is_short = body.len() <= MAX_SHORT_BODY_BYTES;
    let serde_error = is_short.then(|| serde_json::from_slice::<IgnoredAny>(body).err()).flatten();
    let message = serde_error.map_or_else(|| error.to_string(), |error| error.to_string());
    Undecodable::whole(format!("is not JSON: {message}"))
}

/// Strips the byte order mark that some servers send.
fn strip_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Decodes a short response without any coercion.
fn decode_strictly<T: DeserializeOwned>(form: Form, body: &[u8]) -> Option<Decoded<T>> {
    if body.len() > MAX_SHORT_BODY_BYTES {
        return None;
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let result = PhantomData::<T>;
    let (value, members) = match form.envelope {
        Some(envelope) => EnvelopeSeed { envelope, page: form.page, result }.deserialize(&mut json).ok()?,
        None => (Some(T::deserialize(&mut json).ok()?), EnvelopeMembers::default()),
    };
    json.end().ok()?;
    Some(Decoded { members, ..Decoded::new(value?) })
}

async fn decode_incrementally<T: Decode>(
    form: Form,
    body: &[u8],
    max_part_bytes: usize,
) -> Result<Decoded<T>, Undecodable> {
    let mut decoder = IncrementalDecoder::new(body, form.is_list, max_part_bytes);
    let mut value = None::<T>;
    let members = match form.envelope {
        Some(envelope) => decoder.decode_envelope(envelope, form.page, &mut value).await?,
        None => {
            decoder.decode_bare(&mut value).await?;
            EnvelopeMembers::default()
        }
    };
    let value = value.ok_or_else(|| Undecodable::whole("does not fit the document".to_owned()))?;
    let (mismatches, omitted_mismatches) = decoder.into_mismatches();
    Ok(Decoded { value, members, mismatches, omitted_mismatches })
}
