//! `Retry-After` and `X-RateLimit-Reset`.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};

const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The longest wait that is accepted: a larger number is probably not a wait.
const MAX_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The smallest number that is taken as a Unix time in seconds. As a wait it would be 31 years.
const MIN_UNIX_SECONDS: f64 = 1e9;

/// The smallest number that is taken as a Unix time in milliseconds.
const MIN_UNIX_MILLISECONDS: f64 = 1e12;

/// Returns the wait that the server asks for: a number of seconds, a Unix time, or an HTTP date. Invalid, past and zero
/// values are ignored.
pub(crate) fn retry_after(headers: &HeaderMap, now: impl Fn() -> SystemTime) -> Option<Duration> {
    let mut values = [RATE_LIMIT_RESET, RETRY_AFTER].into_iter().flat_map(|name| headers.get_all(name));
    values.find_map(|value| parse_wait(value.to_str().ok()?.trim(), &now))
}

fn parse_wait(text: &str, now: impl Fn() -> SystemTime) -> Option<Duration> {
    let wait = match text.parse::<f64>() {
        Ok(number) if number >= MIN_UNIX_SECONDS => from_unix_time(number)?.duration_since(now()).ok()?,
        Ok(number) => Duration::try_from_secs_f64(number).ok()?,
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now()).ok()?,
    };
    (!wait.is_zero() && wait <= MAX_WAIT).then_some(wait)
}

fn from_unix_time(number: f64) -> Option<SystemTime> {
    let seconds = if number >= MIN_UNIX_MILLISECONDS { number / 1e3 } else { number };
    SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-09-21, 14:13:20.
    const NOW: u64 = 1_790_000_000;

    fn wait_for(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        retry_after(&map, || SystemTime::UNIX_EPOCH + Duration::from_secs(NOW))
    }

    #[test]
    fn a_number_is_a_wait_in_seconds() {
        assert_eq!(wait_for(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(wait_for(&[("x-ratelimit-reset", " 0.25 ")]), Some(Duration::from_millis(250)));
        assert_eq!(wait_for(&[("x-ratelimit-reset", "1e1")]), Some(Duration::from_secs(10)));
    }

    #[test]
    fn a_date_is_the_wait_until_then() {
        assert_eq!(wait_for(&[("retry-after", "Mon, 21 Sep 2026 14:14:50 GMT")]), Some(Duration::from_secs(90)));
    }

    #[test]
    fn the_reset_of_the_rate_limit_takes_precedence_over_retry_after() {
        assert_eq!(wait_for(&[("retry-after", "7"), ("x-ratelimit-reset", "3")]), Some(Duration::from_secs(3)));
        assert_eq!(wait_for(&[("retry-after", "7"), ("x-ratelimit-reset", "soon")]), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_large_number_is_a_unix_time() {
        for header in ["x-ratelimit-reset", "retry-after"] {
            for (text, seconds) in [
                ("1790000007", 7.0),
                ("1790000000.5", 0.5),
                ("1790000007000", 7.0),
                ("1790000000250", 0.25),
                ("1.790000007e9", 7.0),
                ("1790086400", 86_400.0),
            ] {
                let wait = wait_for(&[(header, text)]).unwrap().as_secs_f64();
                assert!((wait - seconds).abs() < 1e-3, "{header}: {text}: {wait}");
            }
        }
    }

    #[test]
    fn an_implausible_value_falls_back_to_the_next_header() {
        for text in [
            // Past, now, and more than a day ahead.
            "1789999999",
            "1790000000",
            "1790086401",
            "9999999999",
            "1789999999000",
            "9999999999999",
            // Longer than a day, and too small for a Unix time.
            "86401",
            "999999999",
            "1e8",
            "1e300",
            "inf",
            "99999999999999999999999999",
            "1e999",
            "-1790000007",
            "NaN",
        ] {
            assert_eq!(wait_for(&[("x-ratelimit-reset", text)]), None, "{text}");
            assert_eq!(wait_for(&[("retry-after", text)]), None, "{text}");
            let both = [("x-ratelimit-reset", text), ("retry-after", "7")];
            assert_eq!(wait_for(&both), Some(Duration::from_secs(7)), "{text}");
            let twice = [("x-ratelimit-reset", text), ("x-ratelimit-reset", "3"), ("retry-after", "7")];
            assert_eq!(wait_for(&twice), Some(Duration::from_secs(3)), "{text}");
        }
    }

    #[test]
    fn an_invalid_value_is_ignored() {
        let texts = ["", "-1", "-0.5", "NaN", "-NaN", "soon", "0", "0.0", "-0", "-inf", "1 2", "0x10", "7s"];
        for text in texts.into_iter().chain(["Mon, 21 Sep 2026 14:13:19 GMT", "Thu, 99 Jan 1970 00:00:00 GMT"]) {
            assert_eq!(wait_for(&[("retry-after", text)]), None, "{text}");
        }
    }

    #[test]
    fn no_value_panics() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..100_000 {
            let text: Vec<u8> = (0..random.usize(0..40)).map(|_| random.u8(b' '..=b'~')).collect();
            let digits: Vec<u8> =
                (0..random.usize(0..40)).map(|_| *b"0123456789.-+eE".get(random.usize(0..15)).unwrap()).collect();
            for value in [text, digits] {
                let value = String::from_utf8(value).unwrap();
                if let Some(wait) = wait_for(&[("retry-after", &value)]) {
                    assert!(!wait.is_zero() && wait <= MAX_WAIT);
                }
            }
        }
    }
}
