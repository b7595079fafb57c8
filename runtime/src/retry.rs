//! When a failed attempt is followed by another.

mod backoff;
mod outcome;
mod told;

use std::{fmt, time::Duration};

use reqwest::StatusCode;

pub use backoff::{Backoff, NoRetry};
pub(crate) use outcome::{Idempotency, Outcome};
pub(crate) use told::told;

/// Says how long to wait before the next attempt, and when to give up.
///
/// It is asked only where another attempt does no harm and the call has time left for it, so it can make calls more
/// patient or less, and never less safe.
pub trait RetryPolicy: fmt::Debug + Send + Sync {
    /// The time to wait before the next attempt; `None` to give up. A time that the server asked for
    /// ([`FailedAttempt::retry_after`]) is used instead of this one.
    fn wait(&self, failed: &FailedAttempt) -> Option<Duration>;
}

/// An attempt that failed in a way that allows for another one.
#[derive(Clone, Copy, Debug)]
pub struct FailedAttempt {
    pub(crate) number: u32,
    pub(crate) status: Option<StatusCode>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) elapsed: Duration,
}

impl FailedAttempt {
    /// Which attempt it was, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The status of the answer; absent if there was none.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The time that the server asks to wait, in `Retry-After` or `X-RateLimit-Reset`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The time since the call was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
