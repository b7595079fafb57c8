use serde_json::Value;

use super::Reading;
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    source::Pointer,
};

/// The permission to retry an operation whose outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    Never,
    Always,
}

impl Retry {
    /// Reads the extension on an operation. Only a POST needs permission.
    pub(crate) fn read(value: &Value, at: &Pointer, is_post: bool) -> Reading<Self> {
        let message = match value.as_str() {
            Some("never") => return Ok(Self::Never),
            Some("always") if is_post => return Ok(Self::Always),
            Some("always") => {
                "`always` has no effect on an operation that is not a POST: it is retried anyway".to_owned()
            }
            _ => format!("`x-retry` must be `never` or `always`, but is {}", described(value)),
        };
        let help = "write `never` if a retry does harm, else leave it out";
        Err(vec![NodeDiagnostic::value(at.clone(), message, help)])
    }
}

/// Reads the advice for an operation whose outcome is unknown.
pub(crate) fn read_check(value: &Value, at: &Pointer) -> Reading<String> {
    let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| text.trim_end_matches('.').to_owned()).ok_or_else(|| {
        let message = format!("`x-check` must be text, but is {}", described(value));
        let help = "describe what to do when the outcome of the call is unknown";
        vec![NodeDiagnostic::value(at.clone(), message, help)]
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_post_needs_permission() {
        let read = |value: &str, is_post| Retry::read(&json!(value), &Pointer::default(), is_post).ok();
        assert_eq!(read("always", true), Some(Retry::Always));
        assert_eq!(read("always", false), None);
        assert_eq!(read("never", false), Some(Retry::Never));
        assert_eq!(read("sometimes", true), None);
    }

    #[test]
    fn the_advice_goes_on_in_a_sentence() {
        assert_eq!(read_check(&json!(" look. "), &Pointer::default()).unwrap(), "look");
        assert!(read_check(&json!(" "), &Pointer::default()).is_err());
    }
}
