use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::{FailedAttempt, RetryPolicy};

/// Waits longer after each attempt, and never as long as others do.
///
/// The longest wait is half a second after the first attempt, doubles with each one, and ends at 30 seconds; the wait
/// is any time between none and that ("full jitter"), so that clients that failed together do not come back together.
/// It gives up after eight attempts, which take half a minute of waiting, or when the call has no time left.
///
/// ```
/// # use std::time::Duration;
/// # use clickhouse_cloud_runtime::Backoff;
/// let patient = Backoff::new().first(Duration::from_secs(2)).longest(Duration::from_secs(60)).max_attempts(5);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a policy has to be given to a client or a call"]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    max_attempts: u32,
}

/// Makes one attempt, and leaves it at that.
#[derive(Clone, Copy, Debug)]
pub struct NoRetry;

impl Backoff {
    /// As described above.
    pub const fn new() -> Self {
        Self { first: Duration::from_millis(500), longest: Duration::from_secs(30), max_attempts: 8 }
    }

    /// The longest wait after the first attempt.
    pub const fn first(mut self, wait: Duration) -> Self {
        self.first = wait;
        self
    }

    /// The longest wait after any attempt.
    pub const fn longest(mut self, wait: Duration) -> Self {
        self.longest = wait;
        self
    }

    /// Gives up after so many attempts.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The longest wait after the attempt of this number.
    fn ceiling(&self, number: u32) -> Duration {
        let mut growing = ExponentialBuilder::new()
            .with_min_delay(self.first.min(self.longest))
            .with_max_delay(self.longest)
            .without_max_times()
            .build();
        // Doubled thirty times, a nanosecond is a second, and a second is longer than anyone waits.
        growing.nth(number.saturating_sub(1).min(60) as usize).unwrap_or(self.longest)
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
    fn the_ceiling_doubles_up_to_the_longest_wait() {
        let ceilings = [1, 2, 3, 6, 7, 8, 100, u32::MAX].map(|number| Backoff::new().ceiling(number).as_millis());
        assert_eq!(ceilings, [500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn every_wait_is_between_none_and_the_ceiling() {
        let policy = Backoff::new().max_attempts(1_000);
        for number in 1..200 {
            let wait = policy.wait(&failed(number)).unwrap();
            assert!(wait <= policy.ceiling(number), "{number}: {wait:?}");
        }
        let waits: Vec<_> = (0..100).map(|_| policy.wait(&failed(9)).unwrap()).collect();
        assert!(waits.iter().any(|wait| wait.as_secs() < 10) && waits.iter().any(|wait| wait.as_secs() > 20));
    }

    #[test]
    fn extreme_settings_do_no_harm() {
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
    fn it_gives_up_after_the_last_attempt() {
        let policy = Backoff::new().max_attempts(3);
        assert!(policy.wait(&failed(2)).is_some());
        assert!(policy.wait(&failed(3)).is_none());
        assert!(NoRetry.wait(&failed(1)).is_none());
    }
}
