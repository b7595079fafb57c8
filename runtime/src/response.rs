use std::{fmt, ops::Deref};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

use crate::{Mismatch, decode::Decoded, raw_response::RawResponse};

/// The value that a call returned, without its envelope, and the HTTP response that it came in.
///
/// It dereferences to the value. A method of the value that has the name of a method here, such as `status`, is called
/// with `(*response).status()` or `response.into_inner().status()`.
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    request_id: Option<String>,
    mismatches: Vec<Mismatch>,
    omitted_mismatches: usize,
    attempts: u32,
    body: Bytes,
}

impl<T> Response<T> {
    pub(crate) fn new(response: RawResponse<Bytes>, attempts: u32, decoded: Decoded<T>) -> Self {
        Self {
            value: decoded.value,
            status: response.status,
            headers: response.headers,
            request_id: decoded.members.request_id,
            mismatches: decoded.mismatches,
            omitted_mismatches: decoded.omitted_mismatches,
            attempts,
            body: response.body,
        }
    }

    /// Returns the value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status: a success, a redirect that the document describes, or 404 for `None` where the operation's
    /// documentation says so, and if the retry of a deletion finds nothing left to delete.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id under which the service logged the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The values in the response that did not fit the document, and were coerced or set aside. These are the first
    /// thousand; [`omitted_mismatches`](Self::omitted_mismatches) has the number of the others.
    #[must_use]
    pub fn mismatches(&self) -> &[Mismatch] {
        &self.mismatches
    }

    /// The number of mismatches that are not in [`mismatches`](Self::mismatches).
    #[must_use]
    pub fn omitted_mismatches(&self) -> usize {
        self.omitted_mismatches
    }

    /// The number of attempts, the one with this response included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The body as it was received. It may contain secrets, so `Debug` does not show it.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("mismatches", &self.mismatches)
            .finish_non_exhaustive()
    }
}
