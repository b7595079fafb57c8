//! Operations with more than one response variant.

use bytes::Bytes;

use crate::{
    Envelope, Redirect,
    decode::{self, Decode, Decoding},
    raw_response::RawResponse,
    redirect::matches_status,
};

/// An enum of the response variants of an operation, which differ in status or media type.
pub trait ResponseVariants: Send + Sized + 'static {
    /// Picks the variant of a response. Generated code lists the variants, the most specific first.
    fn choose(matcher: ResponseMatcher<'_, Self>) -> ResponseMatcher<'_, Self>;

    /// Makes the variant of a response that the document does not list.
    fn unknown(body: Bytes) -> Self;
}

/// Matches a response against response variants, and decodes it as the first that matches.
pub struct ResponseMatcher<'a, V> {
    envelope: Option<Envelope>,
    response: &'a RawResponse<Bytes>,
    media_type: String,
    /// The listed status that matched first. Later ones are less specific, and are not considered.
    matched_status: Option<&'static str>,
    decoding: Option<Decoding<'a, V>>,
}

type DecodeFn<T> = for<'a> fn(Option<Envelope>, &'a RawResponse<Bytes>) -> Decoding<'a, T>;

impl<V: ResponseVariants> ResponseMatcher<'_, V> {
    /// Adds a variant with a JSON body. `status` is a status like `200`, a range like `2XX`, or `default`; `media_type`
    /// may be a range like `text/*`, or `*/*`.
    #[must_use]
    pub fn json<T: Decode>(self, status: &'static str, media_type: &str, variant: fn(T) -> V) -> Self {
        self.try_variant(status, media_type, decode::result, variant)
    }

    /// Adds a variant with a body of text. The arguments are those of [`json`](Self::json).
    #[must_use]
    pub fn text(self, status: &'static str, media_type: &str, variant: fn(String) -> V) -> Self {
        self.try_variant(status, media_type, decode::text, variant)
    }

    /// Adds a variant with a body of bytes. The arguments are those of [`json`](Self::json).
    #[must_use]
    pub fn bytes(self, status: &'static str, media_type: &str, variant: fn(Bytes) -> V) -> Self {
        self.try_variant(status, media_type, decode::bytes, variant)
    }

    /// Adds a variant for a redirect, of any media type. The request has its status, too.
    #[must_use]
    pub fn redirect(self, status: &'static str, variant: fn(Redirect) -> V) -> Self {
        self.try_variant(status, "*/*", decode::redirect, variant)
    }

    /// Adds a variant without a body, of any media type.
    #[must_use]
    pub fn empty(mut self, status: &'static str, variant: V) -> Self {
        if self.decoding.is_none() && self.matches_status(status) {
            self.decoding = Some(decode::empty_as(self.envelope, self.response, variant));
        }
        self
    }

    fn try_variant<T: 'static>(
        mut self,
        status: &'static str,
        media_type: &str,
        decode: DecodeFn<T>,
        variant: fn(T) -> V,
    ) -> Self {
        if self.decoding.is_none() && self.matches_status(status) && self.matches_media_type(media_type) {
            self.decoding = Some(decode(self.envelope, self.response).map(variant));
        }
        self
    }

    fn matches_status(&mut self, pattern: &'static str) -> bool {
        if self.matched_status.is_none() && (pattern == "default" || matches_status(pattern, self.response.status)) {
            self.matched_status = Some(pattern);
        }
        self.matched_status == Some(pattern)
    }

    /// Whether the media type matches. A response without a `Content-Type` matches any.
    fn matches_media_type(&self, pattern: &str) -> bool {
        let in_range = || pattern.strip_suffix('*').is_some_and(|range| self.media_type.starts_with(range));
        pattern == "*/*" || self.media_type.is_empty() || pattern == self.media_type || in_range()
    }
}

/// Decodes a response as the variant that matches it.
pub(crate) fn decode_variant<V: ResponseVariants>(
    envelope: Option<Envelope>,
    response: &RawResponse<Bytes>,
) -> Decoding<'_, V> {
    let media_type = response.media_type();
    let matcher = V::choose(ResponseMatcher { envelope, response, media_type, matched_status: None, decoding: None });
    matcher.decoding.unwrap_or_else(|| Decoding::of(V::unknown(response.body.clone())))
}

#[cfg(test)]
mod tests {
    use reqwest::{StatusCode, header};

    use super::*;

    #[derive(Debug, PartialEq)]
    enum Export {
        Number(i64),
        Text(String),
        Accepted,
        Other(Bytes),
        Unknown(Bytes),
    }

    impl ResponseVariants for Export {
        fn choose(matcher: ResponseMatcher<'_, Self>) -> ResponseMatcher<'_, Self> {
            matcher
                .json("200", "application/json", Self::Number)
                .text("200", "text/*", Self::Text)
                .empty("202", Self::Accepted)
                .bytes("2XX", "*/*", Self::Other)
        }

        fn unknown(body: Bytes) -> Self {
            Self::Unknown(body)
        }
    }

    fn decode(status: u16, content_type: &'static str, body: &'static str) -> Export {
        let status = StatusCode::from_u16(status).unwrap();
        let headers = [(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type))].into_iter().collect();
        let response = RawResponse { status, headers, body: Bytes::from_static(body.as_bytes()), location: None };
        match decode_variant(None, &response) {
            Decoding::Done(decoded) => decoded.ok().expect("decodes").value,
            Decoding::Pending(_) => panic!("it is short"),
        }
    }

    #[test]
    fn the_most_specific_status_and_its_media_types_decide() {
        assert_eq!(decode(200, "application/json", "5"), Export::Number(5));
        assert_eq!(decode(200, "text/csv", "5"), Export::Text("5".to_owned()));
        assert_eq!(decode(202, "text/csv", "5"), Export::Accepted);
        assert_eq!(decode(206, "image/png", "5"), Export::Other("5".into()));
    }

    #[test]
    fn an_undocumented_media_type_does_not_fall_back_to_a_less_specific_status() {
        assert_eq!(decode(200, "image/png", "5"), Export::Unknown("5".into()));
    }

    #[test]
    fn a_response_without_a_media_type_is_the_first_variant_of_its_status() {
        assert_eq!(decode(200, "", "5"), Export::Number(5));
    }
}
