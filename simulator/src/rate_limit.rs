use std::{
    collections::{HashMap, VecDeque},
    fmt,
    str::FromStr,
    time::Duration,
};

/// A bound on the requests of each key in every window of time. It is written as `10/10s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    requests: u32,
    window: Duration,
}

/// A rate limit is invalid.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate limit is written REQUESTS/SECONDS, like 10/10s, with both above 0")]
pub struct InvalidRateLimit;

/// The times of the requests in the current window, for each key.
#[derive(Default)]
pub(crate) struct Requests(HashMap<String, VecDeque<Duration>>);

impl RateLimit {
    /// Returns a limit of `requests` in every `window`.
    ///
    /// # Errors
    /// If either is zero, because no request would be possible.
    pub fn new(requests: u32, window: Duration) -> Result<Self, InvalidRateLimit> {
        if requests == 0 || window.is_zero() { Err(InvalidRateLimit) } else { Ok(Self { requests, window }) }
    }
}

impl Default for RateLimit {
    /// Returns the limit of ClickHouse Cloud: 10 requests in 10 seconds.
    fn default() -> Self {
        Self { requests: 10, window: Duration::from_secs(10) }
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} requests in {} seconds", self.requests, self.window.as_secs_f64())
    }
}

impl FromStr for RateLimit {
    type Err = InvalidRateLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (requests, window) = text.split_once('/').ok_or(InvalidRateLimit)?;
        let seconds = window.strip_suffix('s').unwrap_or(window).parse().map_err(|_| InvalidRateLimit)?;
        let window = Duration::try_from_secs_f64(seconds).map_err(|_| InvalidRateLimit)?;
        Self::new(requests.parse().map_err(|_| InvalidRateLimit)?, window)
    }
}

impl Requests {
    /// Counts a request of a key, or returns the time until the next one is admitted. A refused request does not count.
    pub(crate) fn admit(&mut self, key: &str, limit: RateLimit, now: Duration) -> Result<(), Duration> {
        let made = self.0.entry(key.to_owned()).or_default();
        while made.front().is_some_and(|&at| at + limit.window <= now) {
            made.pop_front();
        }
        match made.front() {
            Some(&oldest) if made.len() >= limit.requests as usize => Err((oldest + limit.window).saturating_sub(now)),
            _ => {
                made.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn no_window_holds_more_than_the_limit() {
        let limit = RateLimit::new(3, 10 * SECOND).unwrap();
        let mut requests = Requests::default();
        let mut admitted = Vec::new();
        let mut random = fastrand::Rng::with_seed(1);
        let mut now = Duration::ZERO;
        for _ in 0..10_000 {
            now += Duration::from_millis(random.u64(0..4_000));
            if let Err(wait) = requests.admit("key", limit, now) {
                assert!(!wait.is_zero());
                now += wait;
                assert_eq!(requests.admit("key", limit, now), Ok(()));
            }
            admitted.push(now);
        }
        for window in admitted.windows(4) {
            assert!(window[3] >= window[0] + 10 * SECOND, "{window:?}");
        }
    }

    #[test]
    fn the_window_slides() {
        let limit = RateLimit::new(2, 10 * SECOND).unwrap();
        let mut requests = Requests::default();
        assert_eq!(requests.admit("a", limit, SECOND), Ok(()));
        assert_eq!(requests.admit("a", limit, 5 * SECOND), Ok(()));
        assert_eq!(requests.admit("a", limit, 8 * SECOND), Err(3 * SECOND));
        assert_eq!(requests.admit("b", limit, 8 * SECOND), Ok(()));
        assert_eq!(requests.admit("a", limit, 11 * SECOND), Ok(()));
        assert_eq!(requests.admit("a", limit, 12 * SECOND), Err(3 * SECOND));
    }

    #[test]
    fn a_limit_is_parsed_from_text() {
        assert_eq!("10/10s".parse(), Ok(RateLimit::default()));
        assert_eq!("2/0.5".parse(), RateLimit::new(2, SECOND / 2));
        for text in ["", "10", "0/10s", "10/0s", "x/10s", "10/-1s", "10/NaNs"] {
            assert_eq!(text.parse::<RateLimit>(), Err(InvalidRateLimit), "{text}");
        }
    }
}
