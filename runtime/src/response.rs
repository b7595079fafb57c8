use std::{fmt, ops::Deref};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

use crate::{Mismatch, answer::Answer, decode::Decoded};

/// What a call returned. It derefs to the value; the envelope around it is gone.
///
/// Where the value has a method of the same name as one here, say a `status` of its own, it is reached through the
/// value: `(*response).status()`, or `response.into_inner().status()`.
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
    pub(crate) fn new(answer: Answer<Bytes>, attempts: u32, decoded: Decoded<T>) -> Self {
        Self {
            value: decoded.value,
            status: answer.status,
            headers: answer.headers,
            request_id: decoded.request_id,
            mismatches: decoded.mismatches,
            omitted_mismatches: decoded.omitted,
            attempts,
            body: answer.body,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status: a success, or 404 where a repeated deletion finds that there is nothing left to delete.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id under which the service logged the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// What in the answer did not fit the document, and was converted or set aside so that the rest could be read: the
    /// first thousand, and how many more there are is in [`omitted_mismatches`](Self::omitted_mismatches).
    #[must_use]
    pub fn mismatches(&self) -> &[Mismatch] {
        &self.mismatches
    }

    /// How many mismatches there are beside the thousand that [`mismatches`](Self::mismatches) has.
    #[must_use]
    pub fn omitted_mismatches(&self) -> usize {
        self.omitted_mismatches
    }

    /// How many attempts the call made, this one included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The body as it came. It may hold secrets, so it is not in `Debug`.
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
