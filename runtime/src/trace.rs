//! What a call tells those who watch: a span for each call, with names, numbers and ids, and nothing that was sent.

#[cfg(not(feature = "tracing"))]
pub(crate) use unwatched::Span;
#[cfg(feature = "tracing")]
pub(crate) use watched::Span;

#[cfg(feature = "tracing")]
mod watched {
    use std::time::Duration;

    use tracing::{Instrument, debug, field::Empty, info_span};

    use crate::{ApiError, Error, Request, attempts::Failure};

    pub(crate) struct Span(tracing::Span);

    impl Span {
        pub(crate) fn of(request: &Request) -> Self {
            Self(info_span!(
                "call",
                operation = request.operation,
                method = %request.method,
                attempt = Empty,
                wait_ms = Empty,
                status = Empty,
                request_id = Empty,
                error = Empty,
            ))
        }

        pub(crate) async fn watch<T>(&self, call: impl Future<Output = T>) -> T {
            call.instrument(self.0.clone()).await
        }

        /// An attempt begins, after so long a wait since the call was made.
        pub(crate) fn attempt(&self, number: u32, waited: Duration) {
            self.0.record("attempt", number);
            self.0.record("wait_ms", u64::try_from(waited.as_millis()).unwrap_or(u64::MAX));
        }

        pub(crate) fn failed(&self, number: u32, failure: &Failure) {
            let status = failure.refusal().map(ApiError::status).map(|status| status.as_u16());
            self.0.in_scope(|| debug!(attempt = number, status, failure = failure.kind(), "an attempt failed"));
        }

        pub(crate) fn answered(&self, status: reqwest::StatusCode, request_id: Option<&str>) {
            self.0.record("status", status.as_u16());
            if let Some(id) = request_id {
                self.0.record("request_id", id);
            }
        }

        pub(crate) fn ended(&self, error: &Error) {
            if let Some(status) = error.status() {
                self.answered(status, error.request_id());
            }
            self.0.record("error", error.kind());
        }
    }

    impl Failure {
        fn kind(&self) -> &'static str {
            match self {
                Self::Final(error) => error.kind(),
                Self::Connect(_) => "connect",
                Self::Lost(_) => "lost",
                Self::TimedOut(_) => "timeout",
                Self::Refused(_) => "refused",
            }
        }
    }

    impl Error {
        fn kind(&self) -> &'static str {
            match self {
                Self::Api(_) => "refused",
                Self::Connect { .. } => "connect",
                Self::Timeout { .. } => "timeout",
                Self::Interrupted { .. } => "interrupted",
                Self::Decode(_) => "decode",
                Self::Wait(_) => "wait",
                Self::InvalidRequest(_) => "invalid request",
                Self::MissingField(_) => "missing field",
                Self::Configuration(_) => "configuration",
            }
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod unwatched {
    use std::time::Duration;

    use crate::{Error, Request, attempts::Failure};

    /// Nobody watches.
    pub(crate) struct Span;

    #[expect(clippy::unused_self, reason = "stands in for a span")]
    impl Span {
        pub(crate) fn of(_: &Request) -> Self {
            Self
        }

        pub(crate) async fn watch<T>(&self, call: impl Future<Output = T>) -> T {
            call.await
        }

        pub(crate) fn attempt(&self, _: u32, _: Duration) {}

        pub(crate) fn failed(&self, _: u32, _: &Failure) {}

        pub(crate) fn answered(&self, _: reqwest::StatusCode, _: Option<&str>) {}

        pub(crate) fn ended(&self, _: &Error) {}
    }
}
