//! What comes back over the wire, read to its end or piece by piece.

use bytes::{Bytes, BytesMut};
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};

/// An answer longer than this is given up on, if nothing else was said: nothing in a control plane is that large.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// A successful answer, not yet decoded.
pub(crate) struct Answer<B> {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: B,
}

impl Answer<Bytes> {
    /// The media type, in lower case and without what may follow it; empty where the answer does not say.
    pub(crate) fn media_type(&self) -> String {
        let header = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// Why a body cannot be read.
pub(crate) enum BodyError {
    TooLong,
    Lost(reqwest::Error),
}

/// A way to take in a body: as a whole, or as it comes.
pub(crate) trait Receive: Sized {
    async fn receive(body: Body, max_bytes: usize) -> Result<Self, BodyError>;
}

impl Receive for Bytes {
    async fn receive(mut body: Body, max_bytes: usize) -> Result<Self, BodyError> {
        let mut whole = BytesMut::new();
        while let Some(chunk) = body.chunk().await.map_err(BodyError::Lost)? {
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

impl Receive for Body {
    async fn receive(body: Body, _: usize) -> Result<Self, BodyError> {
        Ok(body)
    }
}

/// A body that has not been read yet.
pub(crate) struct Body {
    #[cfg(not(target_family = "wasm"))]
    response: reqwest::Response,
    #[cfg(target_family = "wasm")]
    chunks: std::pin::Pin<Box<dyn futures_core::Stream<Item = reqwest::Result<Bytes>>>>,
}

#[cfg(not(target_family = "wasm"))]
impl Body {
    pub(crate) fn of(response: reqwest::Response) -> Self {
        Self { response }
    }

    /// The next piece; nothing, at the end.
    pub(crate) async fn chunk(&mut self) -> reqwest::Result<Option<Bytes>> {
        self.response.chunk().await
    }
}

#[cfg(target_family = "wasm")]
impl Body {
    pub(crate) fn of(response: reqwest::Response) -> Self {
        Self { chunks: Box::pin(response.bytes_stream()) }
    }

    /// The next piece; nothing, at the end.
    pub(crate) async fn chunk(&mut self) -> reqwest::Result<Option<Bytes>> {
        std::future::poll_fn(|context| self.chunks.as_mut().poll_next(context)).await.transpose()
    }
}
