use std::fmt;

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

use crate::{
    Error, Request,
    answer::{Answer, Body},
    attempts::{CallSettings, Failure, error_within_response},
    clock::within,
};

/// An answer that is read piece by piece.
pub struct Streamed {
    answer: Answer<Body>,
    attempts: u32,
    request: Request,
    settings: CallSettings,
}

impl Streamed {
    pub(crate) fn new(answer: Answer<Body>, attempts: u32, request: Request, settings: CallSettings) -> Self {
        Self { answer, attempts, request, settings }
    }

    /// The HTTP status, always a success.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answer.status
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.answer.headers
    }

    /// How many attempts the call made, this one included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The next piece, of any length; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Timeout`] when it does not come within the time that an attempt has, [`Error::ConnectionLost`] when the
    /// connection is lost, and [`Error::OutcomeUnknown`] in both cases if the call is one that changes something. What
    /// came before it is all there is.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let (limit, status) = (self.settings.attempt_timeout, Some(self.answer.status));
        let failure = match within(limit, self.answer.body.chunk()).await {
            Some(Ok(chunk)) => return Ok(chunk),
            Some(Err(source)) => Failure::Lost { source: source.without_url(), status },
            None => Failure::TimedOut { limit, status },
        };
        Err(error_within_response(self.attempts, failure, &self.request, &self.settings))
    }
}

impl fmt::Debug for Streamed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Streamed")
            .field("status", &self.answer.status)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
