//! Responses that are not decoded yet, and the ways to read their bodies.

use bytes::{Bytes, BytesMut};
use reqwest::{
    StatusCode, Url,
    header::{CONTENT_TYPE, HeaderMap},
};

/// The default of [`ClientBuilder::max_body_bytes`](crate::ClientBuilder::max_body_bytes), far above what a control
/// plane returns.
pub(crate) const DEFAULT_MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// A response that is a success or a documented redirect, and not decoded yet.
pub(crate) struct RawResponse<B> {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: B,
    /// Where it leads, if it is a redirect that the document describes.
    pub(crate) location: Option<Url>,
}

impl<B> RawResponse<B> {
    /// Returns the media type in lower case and without parameters, or an empty string if there is no `Content-Type`.
    pub(crate) fn media_type(&self) -> String {
        let header = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// The reason why a body cannot be read.
pub(crate) enum BodyError {
    TooLong,
    ConnectionLost(reqwest::Error),
}

/// A form in which a call takes the body of a response: as a whole, or chunk by chunk.
pub(crate) trait FromBody: Sized {
    async fn from_body(body: Body, max_bytes: usize) -> Result<Self, BodyError>;
}

impl FromBody for Bytes {
    async fn from_body(mut body: Body, max_bytes: usize) -> Result<Self, BodyError> {
        let mut whole = BytesMut::new();
        while let Some(chunk) = body.chunk().await.map_err(BodyError::ConnectionLost)? {
            if chunk.len() > max_bytes - whole.len() {
                return Err(BodyError::TooLong);
            }
            if whole.is_empty() {
                whole = BytesMut::from(chunk);
            } else {
                whole.extend_from_slice(&chunk);
            }
        }
        Ok(whole.freeze())
    }
}

impl FromBody for Body {
    async fn from_body(body: Body, _: usize) -> Result<Self, BodyError> {
        Ok(body)
    }
}

/// A body that is still to be read.
pub(crate) struct Body {
    #[cfg(not(target_family = "wasm"))]
    response: reqwest::Response,
    #[cfg(target_family = "wasm")]
    chunks: std::pin::Pin<Box<dyn futures_core::Stream<Item = reqwest::Result<Bytes>>>>,
}

#[cfg(not(target_family = "wasm"))]
impl Body {
    pub(crate) fn new(response: reqwest::Response) -> Self {
        Self { response }
    }

    /// Reads the next chunk; `None` at the end.
    pub(crate) async fn chunk(&mut self) -> reqwest::Result<Option<Bytes>> {
        self.response.chunk().await
    }
}

#[cfg(target_family = "wasm")]
impl Body {
    pub(crate) fn new(response: reqwest::Response) -> Self {
        Self { chunks: Box::pin(response.bytes_stream()) }
    }

    /// Reads the next chunk; `None` at the end.
    pub(crate) async fn chunk(&mut self) -> reqwest::Result<Option<Bytes>> {
        std::future::poll_fn(|context| self.chunks.as_mut().poll_next(context)).await.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type(content_type: Option<&str>) -> String {
        let headers = content_type.iter().map(|value| (CONTENT_TYPE, value.parse().unwrap())).collect();
        RawResponse { status: StatusCode::OK, headers, body: Bytes::new(), location: None }.media_type()
    }

    #[test]
    fn a_media_type_has_no_parameters_and_is_in_lower_case() {
        assert_eq!(media_type(Some("Text/HTML ; charset=utf-8")), "text/html");
        assert_eq!(media_type(Some("application/json")), "application/json");
        assert_eq!(media_type(None), "");
    }
}
