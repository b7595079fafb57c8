use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};

const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The longest wait that is believed. Whoever asks for more has most likely sent something else than a wait.
const MAX_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// A number from here on is a time of the calendar, in seconds since 1970: as a wait it would be 31 years.
const FIRST_EPOCH_SECOND: f64 = 1e9;

/// A number from here on is one in milliseconds.
const FIRST_EPOCH_MILLISECOND: f64 = 1e12;

/// Returns how long the server asks to wait, in any of the ways in which servers do. A value that makes no sense is
/// passed over, and so is no time at all: it says nothing about when to come back.
pub(crate) fn told(headers: &HeaderMap, now: impl Fn() -> SystemTime) -> Option<Duration> {
    let mut values = [RATE_LIMIT_RESET, RETRY_AFTER].into_iter().flat_map(|name| headers.get_all(name));
    values.find_map(|value| wait(value.to_str().ok()?.trim(), &now))
}

fn wait(text: &str, now: impl Fn() -> SystemTime) -> Option<Duration> {
    let wait = match text.parse::<f64>() {
        Ok(number) if number >= FIRST_EPOCH_SECOND => since_epoch(number)?.duration_since(now()).ok()?,
        Ok(number) => Duration::try_from_secs_f64(number).ok()?,
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now()).ok()?,
    };
    (!wait.is_zero() && wait <= MAX_WAIT).then_some(wait)
}

fn since_epoch(number: f64) -> Option<SystemTime> {
    let seconds = if number >= FIRST_EPOCH_MILLISECOND { number / 1e3 } else { number };
    SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-09-21, 14:13:20.
    const NOW: u64 = 1_790_000_000;

    fn told_by(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        told(&map, || SystemTime::UNIX_EPOCH + Duration::from_secs(NOW))
    }

    #[test]
    fn seconds_may_be_fractions() {
        assert_eq!(told_by(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(told_by(&[("x-ratelimit-reset", " 0.25 ")]), Some(Duration::from_millis(250)));
        assert_eq!(told_by(&[("x-ratelimit-reset", "1e1")]), Some(Duration::from_secs(10)));
    }

    #[test]
    fn a_date_is_as_far_away_as_it_is() {
        assert_eq!(told_by(&[("retry-after", "Mon, 21 Sep 2026 14:14:50 GMT")]), Some(Duration::from_secs(90)));
    }

    #[test]
    fn the_reset_of_the_limit_comes_first_and_the_other_header_stands_in_for_it() {
        assert_eq!(told_by(&[("retry-after", "7"), ("x-ratelimit-reset", "3")]), Some(Duration::from_secs(3)));
        assert_eq!(told_by(&[("retry-after", "7"), ("x-ratelimit-reset", "soon")]), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_number_of_the_calendar_is_a_time_and_not_a_wait() {
        for header in ["x-ratelimit-reset", "retry-after"] {
            for (text, seconds) in [
                ("1790000007", 7.0),
                ("1790000000.5", 0.5),
                ("1790000007000", 7.0),
                ("1790000000250", 0.25),
                ("1.790000007e9", 7.0),
                ("1790086400", 86_400.0),
            ] {
                let wait = told_by(&[(header, text)]).unwrap().as_secs_f64();
                assert!((wait - seconds).abs() < 1e-3, "{header}: {text}: {wait}");
            }
        }
    }

    #[test]
    fn an_absurd_reset_falls_back_to_the_other_header_or_to_nothing() {
        for text in [
            // Past, now, and more than a day ahead.
            "1789999999",
            "1790000000",
            "1790086401",
            "9999999999",
            "1789999999000",
            "9999999999999",
            // Longer than a day, and no time of the calendar yet.
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
            assert_eq!(told_by(&[("x-ratelimit-reset", text)]), None, "{text}");
            assert_eq!(told_by(&[("retry-after", text)]), None, "{text}");
            let both = [("x-ratelimit-reset", text), ("retry-after", "7")];
            assert_eq!(told_by(&both), Some(Duration::from_secs(7)), "{text}");
            let twice = [("x-ratelimit-reset", text), ("x-ratelimit-reset", "3"), ("retry-after", "7")];
            assert_eq!(told_by(&twice), Some(Duration::from_secs(3)), "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_passed_over() {
        let texts = ["", "-1", "-0.5", "NaN", "-NaN", "soon", "0", "0.0", "-0", "-inf", "1 2", "0x10", "7s"];
        for text in texts.into_iter().chain(["Mon, 21 Sep 2026 14:13:19 GMT", "Thu, 99 Jan 1970 00:00:00 GMT"]) {
            assert_eq!(told_by(&[("retry-after", text)]), None, "{text}");
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..100_000 {
            let text: Vec<u8> = (0..random.usize(0..40)).map(|_| random.u8(b' '..=b'~')).collect();
            let digits: Vec<u8> =
                (0..random.usize(0..40)).map(|_| *b"0123456789.-+eE".get(random.usize(0..15)).unwrap()).collect();
            for value in [text, digits] {
                let value = String::from_utf8(value).unwrap();
                if let Some(wait) = told_by(&[("retry-after", &value)]) {
                    assert!(!wait.is_zero() && wait <= MAX_WAIT);
                }
            }
        }
    }
}
