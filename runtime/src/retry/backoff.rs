//! Exponential backoff with full jitter.

use std::time::Duration;

use super::{FailedAttempt, RetryPolicy};

/// Exponential backoff with full jitter.
///
/// The ceiling of the wait is half a second after the first attempt, doubles with each attempt, and stays at 30
/// seconds. The wait is a random time up to the ceiling, so that clients that failed together do not retry together.
/// There are eight attempts at most, with half a minute of waiting on average.
///
/// ```
/// # use std::time::Duration;
/// # use clickhouse_cloud_runtime::Backoff;
/// let patient = Backoff::new().first(Duration::from_secs(2)).longest(Duration::from_secs(60)).max_attempts(5);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a policy has no effect until it is given to a client or a call"]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    max_attempts: u32,
}

/// Makes one attempt, and no retries.
#[derive(Clone, Copy, Debug)]
pub struct NoRetry;

impl Backoff {
    /// Starts from the defaults: a ceiling from half a second to 30 seconds, and eight attempts.
    pub const fn new() -> Self {
        Self { first: Duration::from_millis(500), longest: Duration::from_secs(30), max_attempts: 8 }
    }

    /// Sets the ceiling of the wait after the first attempt.
    pub const fn first(mut self, wait: Duration) -> Self {
        self.first = wait;
        self
    }

    /// Sets the highest ceiling, of the wait after any attempt.
    pub const fn longest(mut self, wait: Duration) -> Self {
        self.longest = wait;
        self
    }

    /// Sets the number of attempts, the first one included.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Returns the ceiling of the wait after the attempt of this number.
    fn ceiling(&self, number: u32) -> Duration {
        let factor = 2_u32.checked_pow(number.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryPolicy for Backoff {
    fn wait(&self, failed: &FailedAttempt) -> Option<Duration> {
        (failed.number < self.max_attempts).then(|| self.ceiling(failed.number).mul_f64(fastrand::f64()))
    }
}

impl RetryPolicy for NoRetry {
    fn wait(&self, _: &FailedAttempt) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(number: u32) -> FailedAttempt {
        FailedAttempt { number, status: None, retry_after: None, elapsed: Duration::ZERO }
    }

    #[test]
    fn the_ceiling_doubles_up_to_the_highest() {
        let ceilings = [1, 2, 3, 6, 7, 8, 100, u32::MAX].map(|number| Backoff::new().ceiling(number).as_millis());
        assert_eq!(ceilings, [500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn every_wait_is_a_random_time_up_to_the_ceiling() {
        let policy = Backoff::new().max_attempts(1_000);
        for number in 1..200 {
            let wait = policy.wait(&failed(number)).unwrap();
            assert!(wait <= policy.ceiling(number), "{number}: {wait:?}");
        }
        let waits: Vec<_> = (0..100).map(|_| policy.wait(&failed(9)).unwrap()).collect();
        assert!(waits.iter().any(|wait| wait.as_secs() < 10) && waits.iter().any(|wait| wait.as_secs() > 20));
    }

    #[test]
    fn extreme_settings_do_not_panic() {
        for (first, longest) in
            [(Duration::ZERO, Duration::ZERO), (Duration::MAX, Duration::MAX), (Duration::MAX, Duration::ZERO)]
        {
            for number in [0, 1, 40, u32::MAX - 1] {
                let policy = Backoff::new().max_attempts(u32::MAX).first(first).longest(longest);
                assert!(policy.wait(&failed(number)).unwrap() <= longest);
            }
        }
    }

    #[test]
    fn there_is_no_wait_after_the_last_attempt() {
        let policy = Backoff::new().max_attempts(3);
        assert!(policy.wait(&failed(2)).is_some());
        assert!(policy.wait(&failed(3)).is_none());
        assert!(NoRetry.wait(&failed(1)).is_none());
    }
}
