//! Operations that answer in more than one way.

use bytes::Bytes;

use crate::{
    Envelope,
    answer::Answer,
    decode::{self, Decode, Decoding},
};

/// An enum of the answers that an operation can give, which are told apart by status and media type.
pub trait Answers: Send + Sized + 'static {
    /// Takes the variant that the answer is for. Generated code lists them, the most particular first.
    fn choose(received: Received<'_, Self>) -> Received<'_, Self>;

    /// The variant for an answer that the document does not list.
    fn unknown(body: Bytes) -> Self;
}

/// An answer for which a variant is sought: it becomes the first that it fits.
pub struct Received<'a, A> {
    envelope: Option<Envelope>,
    answer: &'a Answer<Bytes>,
    media_type: String,
    /// The listed status that the answer has. More general ones do not count any more.
    status: Option<&'static str>,
    chosen: Option<Decoding<'a, A>>,
}

type DecodeFn<T> = for<'a> fn(Option<Envelope>, &'a Answer<Bytes>) -> Decoding<'a, T>;

impl<A: Answers> Received<'_, A> {
    /// JSON. `status` is one like `200`, a range like `2XX`, or `default`; `media_type` may be a range or `*/*`.
    #[must_use]
    pub fn json<T: Decode>(self, status: &'static str, media_type: &str, variant: fn(T) -> A) -> Self {
        self.decoded(status, media_type, decode::result, variant)
    }

    /// Text, likewise.
    #[must_use]
    pub fn text(self, status: &'static str, media_type: &str, variant: fn(String) -> A) -> Self {
        self.decoded(status, media_type, decode::text, variant)
    }

    /// Bytes, likewise.
    #[must_use]
    pub fn bytes(self, status: &'static str, media_type: &str, variant: fn(Bytes) -> A) -> Self {
        self.decoded(status, media_type, decode::bytes, variant)
    }

    /// Nothing, whatever its media type.
    #[must_use]
    pub fn empty(mut self, status: &'static str, variant: A) -> Self {
        if self.chosen.is_none() && self.has_status(status) {
            self.chosen = Some(decode::nothing(self.envelope, self.answer, variant));
        }
        self
    }

    fn decoded<T: 'static>(
        mut self,
        status: &'static str,
        media_type: &str,
        decode: DecodeFn<T>,
        variant: fn(T) -> A,
    ) -> Self {
        if self.chosen.is_none() && self.has_status(status) && self.has_media_type(media_type) {
            self.chosen = Some(decode(self.envelope, self.answer).map(variant));
        }
        self
    }

    fn has_status(&mut self, pattern: &'static str) -> bool {
        let status = self.answer.status.as_str();
        let in_range = || pattern.strip_suffix("XX").is_some_and(|class| status.starts_with(class));
        if self.status.is_none() && (pattern == status || pattern == "default" || in_range()) {
            self.status = Some(pattern);
        }
        self.status == Some(pattern)
    }

    /// An answer that does not say what it is may be anything.
    fn has_media_type(&self, pattern: &str) -> bool {
        let in_range = || pattern.strip_suffix('*').is_some_and(|range| self.media_type.starts_with(range));
        pattern == "*/*" || self.media_type.is_empty() || pattern == self.media_type || in_range()
    }
}

pub(crate) fn choose<A: Answers>(envelope: Option<Envelope>, answer: &Answer<Bytes>) -> Decoding<'_, A> {
    let received =
        A::choose(Received { envelope, answer, media_type: answer.media_type(), status: None, chosen: None });
    received.chosen.unwrap_or_else(|| Decoding::of(A::unknown(answer.body.clone())))
}
