//! Patience with refusals that pass by themselves.

use std::time::Duration;

use super::{Backoff, FailedAttempt, RetryPolicy};
use crate::{RefusalPattern, clock::Instant};

/// The waits of a patient call, whatever its retry policy is.
const WAITS: Backoff =
    Backoff::new().first(Duration::from_secs(2)).longest(Duration::from_secs(20)).max_attempts(u32::MAX);

/// A refusal that passes by itself, and the time that this takes at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PassingRefusal {
    pub(crate) pattern: RefusalPattern,
    pub(crate) within: Duration,
}

/// The refusals that a patient call has waited for.
#[derive(Default)]
pub(crate) struct Patience {
    /// The time of the first refusal of each kind.
    since: Vec<(usize, Instant)>,
    waits: u32,
    /// The end of the last wait.
    waited_until: Option<Instant>,
}

/// A wait for a refusal to pass.
pub(crate) struct PatientWait {
    pub(crate) wait: Duration,
    /// The time that the call spends on refusals of this kind, since the end of the last wait.
    pub(crate) spent: Duration,
}

impl Patience {
    /// Returns the wait after a refusal of a kind, or `None` if it did not pass in its time.
    pub(crate) fn wait(
        &mut self,
        kind: usize,
        within: Duration,
        retry_after: Option<Duration>,
        now: Instant,
    ) -> Option<PatientWait> {
        let waited = self.waited(kind, now).unwrap_or_else(|| {
            self.since.push((kind, now));
            Duration::ZERO
        });
        let left = within.saturating_sub(waited);
        let failed = FailedAttempt { number: self.waits + 1, status: None, retry_after, elapsed: Duration::ZERO };
        let wait = retry_after.or_else(|| Some(WAITS.wait(&failed)?.min(left)))?;
        if left.is_zero() || wait > left {
            return None;
        }
        let spent = self.waited_until.map_or(Duration::ZERO, |until| now.saturating_duration_since(until)) + wait;
        self.waits = self.waits.saturating_add(1);
        self.waited_until = now.checked_add(wait);
        Some(PatientWait { wait, spent })
    }

    /// Returns the time since the first refusal of a kind that the call waits for.
    pub(crate) fn waited(&self, kind: usize, now: Instant) -> Option<Duration> {
        let (_, since) = self.since.iter().find(|(other, _)| *other == kind)?;
        Some(now.saturating_duration_since(*since))
    }

    /// Returns the number of waits.
    pub(crate) fn waits(&self) -> u32 {
        self.waits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// Waits until there is no wait any more, and returns the time that took and the time that was spent on it.
    fn exhaust(patience: &mut Patience, kind: usize, mut now: Instant) -> (Duration, Duration) {
        let (start, mut spent) = (now, Duration::ZERO);
        while let Some(wait) = patience.wait(kind, MINUTE, None, now) {
            now += wait.wait;
            spent += wait.spent;
        }
        (now - start, spent)
    }

    #[tokio::test(start_paused = true)]
    async fn each_kind_of_refusal_has_its_time_once() {
        let (mut patience, now) = (Patience::default(), Instant::now());
        assert_eq!(exhaust(&mut patience, 0, now), (MINUTE, MINUTE));
        assert_eq!(exhaust(&mut patience, 0, now + MINUTE), (Duration::ZERO, Duration::ZERO));
        assert_eq!(exhaust(&mut patience, 1, now + MINUTE), (MINUTE, MINUTE));
        assert_eq!(patience.waited(1, now + 2 * MINUTE), Some(MINUTE));
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_the_attempts_between_is_spent_as_well() {
        let (mut patience, start) = (Patience::default(), Instant::now());
        let first = patience.wait(0, MINUTE, Some(Duration::from_secs(5)), start).unwrap();
        assert_eq!((first.wait, first.spent), (Duration::from_secs(5), Duration::from_secs(5)));
        let second = patience.wait(0, MINUTE, Some(Duration::from_secs(5)), start + Duration::from_secs(8)).unwrap();
        assert_eq!(second.spent, Duration::from_secs(8));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_the_server_asks_for_is_not_cut_short() {
        let (mut patience, now) = (Patience::default(), Instant::now());
        assert!(patience.wait(0, MINUTE, Some(2 * MINUTE), now).is_none());
    }
}
