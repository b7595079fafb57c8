use std::fmt;

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

use crate::{
    Error, Request,
    attempts::{CallSettings, Failure, error_within_response},
    clock::timeout,
    raw_response::{Body, RawResponse},
};

/// A response whose body is read chunk by chunk.
pub struct StreamedResponse {
    response: RawResponse<Body>,
    attempts: u32,
    request: Request,
    settings: CallSettings,
}

impl StreamedResponse {
    pub(crate) fn new(response: RawResponse<Body>, attempts: u32, request: Request, settings: CallSettings) -> Self {
        Self { response, attempts, request, settings }
    }

    /// The HTTP status: a success, or a redirect that the document describes.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.response.headers
    }

    /// The number of attempts, the one with this response included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    #[cfg(feature = "events")]
    pub(crate) fn operation(&self) -> &'static str {
        self.request.operation
    }

    #[cfg(feature = "events")]
    pub(crate) fn media_type(&self) -> String {
        self.response.media_type()
    }

    /// Reads the next chunk, of any length; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Timeout`] if the chunk does not come within the attempt timeout, and [`Error::ConnectionLost`] if the
    /// connection is lost; [`Error::OutcomeUnknown`] in both cases if the call changes something. The rest of the body
    /// is lost then.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let (limit, status) = (self.settings.attempt_timeout, Some(self.response.status));
        let failure = match timeout(limit, self.response.body.chunk()).await {
            Some(Ok(chunk)) => return Ok(chunk),
            Some(Err(source)) => Failure::ConnectionLost { source: source.without_url(), status },
            None => Failure::TimedOut { timeout: limit, status },
        };
        Err(error_within_response(self.attempts, failure, &self.request, &self.settings))
    }
}

impl fmt::Debug for StreamedResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StreamedResponse")
            .field("status", &self.response.status)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
