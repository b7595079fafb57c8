use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;

/// Enough for any test, and little enough for every time to have a year of four digits.
const LONGEST: Duration = Duration::from_secs(1_000 * 365 * 24 * 60 * 60);

/// The time in the simulated cloud. It runs at some multiple of real time, and can be advanced by hand; at speed 0 it
/// moves in no other way.
pub(crate) struct Clock {
    origin: DateTime<Utc>,
    started: Instant,
    speed: f64,
    advanced: Mutex<Duration>,
}

impl Clock {
    pub(crate) fn new(origin: DateTime<Utc>, speed: f64) -> Self {
        Self { origin, started: Instant::now(), speed, advanced: Mutex::default() }
    }

    /// What time it is for services and backups.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let ran = Duration::try_from_secs_f64(self.started.elapsed().as_secs_f64() * self.speed).unwrap_or(LONGEST);
        let since_origin = ran.min(LONGEST) + *self.advanced.lock();
        self.origin + TimeDelta::from_std(since_origin).unwrap_or_default()
    }

    /// How long this has been going on for a client, which lives in real time whatever the speed: for rate limits.
    pub(crate) fn uptime(&self) -> Duration {
        self.started.elapsed() + *self.advanced.lock()
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut advanced = self.advanced.lock();
        *advanced = advanced.saturating_add(by).min(LONGEST);
    }

    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_speed_zero_only_the_hand_moves_it() {
        let clock = Clock::new(DateTime::UNIX_EPOCH, 0.0);
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::seconds(90));
    }

    #[test]
    fn it_never_leaves_the_calendar() {
        let clock = Clock::new(DateTime::UNIX_EPOCH, f64::MAX);
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert!(clock.now() < DateTime::UNIX_EPOCH + TimeDelta::days(2_001 * 365));
    }
}
