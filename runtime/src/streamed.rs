use std::{fmt, time::Duration};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

use crate::{
    Error, Request,
    answer::{Answer, Body},
    clock::within,
};

/// An answer that is read piece by piece.
pub struct Streamed {
    answer: Answer<Body>,
    attempts: u32,
    request: Request,
    chunk_timeout: Duration,
}

impl Streamed {
    pub(crate) fn new(answer: Answer<Body>, attempts: u32, request: Request, chunk_timeout: Duration) -> Self {
        Self { answer, attempts, request, chunk_timeout }
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
    /// [`Error::Timeout`] when it does not come within the time that an attempt has, [`Error::Connect`] when the
    /// connection is lost. What came before it is all there is.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let (operation, attempts) = (self.request.operation, self.attempts);
        match within(self.chunk_timeout, self.answer.body.chunk()).await {
            Some(Ok(chunk)) => Ok(chunk),
            Some(Err(error)) => {
                let host = self.request.transport().host();
                Err(Error::Connect { operation, host, attempts, source: error.without_url() })
            }
            None => Err(Error::Timeout { operation, timeout: self.chunk_timeout, attempts }),
        }
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
