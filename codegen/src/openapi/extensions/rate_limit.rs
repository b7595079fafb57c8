use std::time::Duration;

use serde_json::Value;

use super::{Reading, check_duration, check_keys, checked};
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    openapi::duration,
    source::Pointer,
};

/// How many requests the service accepts in every window.
#[derive(Debug)]
pub(crate) struct RateLimit {
    pub(crate) requests: u32,
    pub(crate) window: Duration,
}

impl RateLimit {
    /// Reads the extension at the root of a document.
    pub(crate) fn read(value: &Value, at: &Pointer) -> Reading<Self> {
        let mut errors = check_keys(value, at, &["requests", "window"], &[]);
        errors.extend(value.get("requests").and_then(|requests| check_count(requests, &at.key("requests"))));
        errors.extend(value.get("window").and_then(|window| check_duration(window, &at.key("window"))));
        checked(errors, || {
            let requests = value.get("requests")?.as_u64()?.try_into().ok()?;
            Some(Self { requests, window: duration::parse(value.get("window")?.as_str()?)? })
        })
    }
}

fn check_count(value: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    let fits = value.as_u64().is_some_and(|count| (1..=u64::from(u32::MAX)).contains(&count));
    (!fits).then(|| {
        let message = format!("`requests` must be a whole number from 1, but is {}", described(value));
        NodeDiagnostic::value(at.clone(), message, "write a number like `10`")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_counted_from_one() {
        let limit = RateLimit::read(&json!({"requests": 10, "window": "1.5s"}), &Pointer::default()).unwrap();
        assert_eq!((limit.requests, limit.window), (10, Duration::from_millis(1500)));
        let errors = RateLimit::read(&json!({"requests": 0, "window": "soon"}), &Pointer::default()).unwrap_err();
        assert_eq!(errors.len(), 2);
    }
}
