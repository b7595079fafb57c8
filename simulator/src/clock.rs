use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use parking_lot::Mutex;

/// The bound on the time that goes by, by itself and by hand. Years keep four digits with it.
const MAX_ELAPSED: Duration = Duration::from_secs(1_000 * 365 * 24 * 60 * 60);

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

    /// Returns the time for services and backups.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let ran = Duration::try_from_secs_f64(self.started.elapsed().as_secs_f64() * self.speed).unwrap_or(MAX_ELAPSED);
        let since_origin = ran.min(MAX_ELAPSED) + *self.advanced.lock();
        self.origin + TimeDelta::from_std(since_origin).unwrap_or_default()
    }

    /// Returns the time since the start in real time, whatever the speed: for the rate limits of clients.
    pub(crate) fn uptime(&self) -> Duration {
        self.started.elapsed() + *self.advanced.lock()
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut advanced = self.advanced.lock();
        *advanced = advanced.saturating_add(by).min(MAX_ELAPSED);
    }

    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }
}

/// Returns a time as the API writes it.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_speed_zero_only_advance_moves_the_clock() {
        let clock = Clock::new(DateTime::UNIX_EPOCH, 0.0);
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::seconds(90));
    }

    #[test]
    fn the_clock_never_leaves_the_calendar() {
        let clock = Clock::new(DateTime::UNIX_EPOCH, f64::MAX);
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert!(clock.now() < DateTime::UNIX_EPOCH + TimeDelta::days(2_001 * 365));
    }
}
