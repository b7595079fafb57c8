//! The `tracing` spans of calls. They have names, numbers and ids, and nothing of what was sent or received.

#[cfg(not(feature = "tracing"))]
pub(crate) use disabled::Span;
#[cfg(feature = "tracing")]
pub(crate) use enabled::Span;

#[cfg(feature = "tracing")]
mod enabled {
    use std::{
        sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
        time::Duration,
    };

    use reqwest::StatusCode;
    use tracing::{Instrument, debug, field::Empty, info_span};

    use crate::{ApiError, Error, Request, attempts::Failure};

    pub(crate) struct Span {
        call: tracing::Span,
        // Recorded at the end, because subscribers show each value that is recorded.
        attempt: AtomicU32,
        wait_ms: AtomicU64,
    }

    impl Span {
        pub(crate) fn new(request: &Request) -> Self {
            let span = info_span!(
                "call",
                operation = request.operation,
                method = %request.method,
                attempt = Empty,
                wait_ms = Empty,
                status = Empty,
                request_id = Empty,
                error = Empty,
            );
            Self { call: span, attempt: AtomicU32::new(0), wait_ms: AtomicU64::new(0) }
        }

        pub(crate) async fn instrument<T>(&self, call: impl Future<Output = T>) -> T {
            call.instrument(self.call.clone()).await
        }

        /// Notes that an attempt begins, after this much waiting in the whole call.
        pub(crate) fn attempt_started(&self, number: u32, waited: Duration) {
            self.attempt.store(number, Relaxed);
            self.wait_ms.store(u64::try_from(waited.as_millis()).unwrap_or(u64::MAX), Relaxed);
        }

        pub(crate) fn attempt_failed(&self, number: u32, failure: &Failure) {
            let status = failure.refusal().map(ApiError::status).map(|status| status.as_u16());
            self.call.in_scope(|| debug!(attempt = number, status, failure = failure.kind(), "an attempt failed"));
        }

        /// Notes that what the call needs is awake, or is not woken, after this time.
        pub(crate) fn woken(&self, is_awake: bool, waited: Duration) {
            let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
            self.call.in_scope(|| debug!(is_awake, waited_ms, "a wake-up ended"));
        }

        pub(crate) fn succeeded(&self, status: StatusCode, request_id: Option<&str>) {
            self.record(Some(status), request_id);
        }

        pub(crate) fn failed(&self, error: &Error) {
            self.record(error.status(), error.request_id());
            self.call.record("error", error.kind());
        }

        fn record(&self, status: Option<StatusCode>, request_id: Option<&str>) {
            self.call.record("attempt", self.attempt.load(Relaxed));
            self.call.record("wait_ms", self.wait_ms.load(Relaxed));
            if let Some(status) = status {
                self.call.record("status", status.as_u16());
            }
            if let Some(id) = request_id {
                self.call.record("request_id", id);
            }
        }
    }

    impl Failure {
        fn kind(&self) -> &'static str {
            match self {
                Self::Final(error) => error.kind(),
                Self::NoToken { .. } => "no token",
                Self::NotConnected(_) => "connect",
                Self::ConnectionLost { .. } | Self::Redirected(_) => "lost",
                Self::TimedOut { .. } | Self::NotSentInTime(_) => "timeout",
                Self::Refused(_) => "refused",
            }
        }
    }

    impl Error {
        fn kind(&self) -> &'static str {
            match self {
                Self::Api(_) => "refused",
                Self::Connect { .. } => "connect",
                Self::ConnectionLost { .. } => "connection lost",
                Self::Timeout { .. } => "timeout",
                Self::OutcomeUnknown(_) => "outcome unknown",
                Self::Decode(_) => "decode",
                Self::Wait(_) => "wait",
                Self::Page(_) => "page",
                Self::InvalidRequest(_) => "invalid request",
                Self::MissingField(_) => "missing field",
                Self::Configuration(_) => "configuration",
                Self::NoToken { .. } => "no token",
            }
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod disabled {
    use std::time::Duration;

    use crate::{Error, Request, attempts::Failure};

    /// A span that does nothing.
    pub(crate) struct Span;

    #[expect(clippy::unused_self, reason = "has the methods of a span")]
    impl Span {
        pub(crate) fn new(_: &Request) -> Self {
            Self
        }

        pub(crate) async fn instrument<T>(&self, call: impl Future<Output = T>) -> T {
            call.await
        }

        pub(crate) fn attempt_started(&self, _: u32, _: Duration) {}

        pub(crate) fn attempt_failed(&self, _: u32, _: &Failure) {}

        pub(crate) fn woken(&self, _: bool, _: Duration) {}

        pub(crate) fn succeeded(&self, _: reqwest::StatusCode, _: Option<&str>) {}

        pub(crate) fn failed(&self, _: &Error) {}
    }
}
