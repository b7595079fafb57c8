//! Retries: whether a failed attempt is followed by another, and when.

mod backoff;
mod outcome;
mod patience;
mod retry_after;

use std::{fmt, time::Duration};

use reqwest::StatusCode;

pub use backoff::{Backoff, NoRetry};
pub(crate) use outcome::{Idempotency, Outcome};
pub(crate) use patience::{PassingRefusal, Patience};
pub(crate) use retry_after::retry_after;

/// Decides how long to wait before the next attempt, and when to give up.
///
/// A policy is consulted only if a retry is safe, so it can cause more or fewer attempts, but no unsafe one.
pub trait RetryPolicy: fmt::Debug + Send + Sync {
    /// Returns the time to wait before the next attempt, or `None` to give up. A time that the server asks for
    /// ([`FailedAttempt::retry_after`]) is used instead. A wait that would end after the call's deadline ends the call.
    fn wait(&self, failed: &FailedAttempt) -> Option<Duration>;
}

/// A failed attempt for which a retry is safe.
#[derive(Clone, Copy, Debug)]
pub struct FailedAttempt {
    pub(crate) number: u32,
    pub(crate) status: Option<StatusCode>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) elapsed: Duration,
}

impl FailedAttempt {
    /// The number of the attempt, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The HTTP status of the response; `None` if there was no response.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The wait that the server asks for in `Retry-After` or `X-RateLimit-Reset`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The time since the call began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
