use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};

const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// How long the server asks to wait, in any of the ways in which servers do. What makes no sense is passed over, and so
/// is no time at all: it says nothing about when to come back.
pub(crate) fn told(headers: &HeaderMap, now: impl Fn() -> SystemTime) -> Option<Duration> {
    [RATE_LIMIT_RESET, RETRY_AFTER].into_iter().find_map(|name| {
        let text = headers.get(name)?.to_str().ok()?.trim();
        let wait = seconds(text).or_else(|| until(text, now()))?;
        (!wait.is_zero()).then_some(wait)
    })
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok().filter(|seconds: &f64| *seconds >= 0.0)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

fn until(date: &str, now: SystemTime) -> Option<Duration> {
    httpdate::parse_http_date(date).ok()?.duration_since(now).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn told_by(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        told(&headers.collect(), || NOW)
    }

    #[test]
    fn seconds_may_be_fractions() {
        assert_eq!(told_by(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(told_by(&[("x-ratelimit-reset", " 0.25 ")]), Some(Duration::from_millis(250)));
        assert_eq!(told_by(&[("x-ratelimit-reset", "1e1")]), Some(Duration::from_secs(10)));
    }

    #[test]
    fn a_date_is_as_far_away_as_it_is() {
        assert_eq!(told_by(&[("retry-after", "Thu, 01 Jan 1970 00:01:30 GMT")]), Some(Duration::from_secs(90)));
    }

    #[test]
    fn the_reset_of_the_limit_comes_first_and_the_other_header_stands_in_for_it() {
        assert_eq!(told_by(&[("retry-after", "7"), ("x-ratelimit-reset", "3")]), Some(Duration::from_secs(3)));
        assert_eq!(told_by(&[("retry-after", "7"), ("x-ratelimit-reset", "soon")]), Some(Duration::from_secs(7)));
    }

    #[test]
    fn what_makes_no_sense_is_passed_over() {
        let texts = ["", "-1", "-0.5", "NaN", "-NaN", "soon", "0", "0.0", "-0", "-inf", "1 2", "0x10", "7s"];
        for text in texts.into_iter().chain(["Wed, 31 Dec 1969 23:59:59 GMT", "Thu, 99 Jan 1970 00:00:00 GMT"]) {
            assert_eq!(told_by(&[("retry-after", text)]), None, "{text}");
        }
    }

    #[test]
    fn what_is_huge_is_the_longest_time_there_is() {
        for text in ["1e300", "inf", "99999999999999999999999999", "1e999"] {
            assert_eq!(told_by(&[("retry-after", text)]), Some(Duration::MAX), "{text}");
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
                    assert!(!wait.is_zero());
                }
            }
        }
    }
}
