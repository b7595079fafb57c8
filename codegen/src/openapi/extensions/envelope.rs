use serde_json::Value;

use super::{ENVELOPE, Reading, check_texts, checked, text};
use crate::source::Pointer;

/// The object that every JSON response is wrapped in, by the names of its properties.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) result: String,
    pub(crate) error: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl Envelope {
    /// Reads the extension at the root of a document.
    pub(crate) fn read(value: &Value, at: &Pointer) -> Reading<Self> {
        checked(check_texts(value, at, &["result"], &["error", "requestId"]), || {
            Some(Self {
                result: text(value, "result")?,
                error: text(value, "error"),
                request_id: text(value, "requestId"),
            })
        })
    }

    /// Returns the envelope of a document, if it has one.
    pub(crate) fn of(root: &Value) -> Option<Self> {
        Self::read(root.get(ENVELOPE)?, &Pointer::default()).ok()
    }
}

/// Returns whether the responses of an operation are not wrapped, or an error response has more than the envelope.
pub(crate) fn is_unwrapped(value: &Value) -> bool {
    value.get(ENVELOPE) == Some(&Value::Bool(false))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_envelope_has_a_result() {
        let errors = Envelope::read(&json!({"eror": "error"}), &Pointer::default()).unwrap_err();
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(messages, ["`result` is missing", "unknown key `eror`"]);
        assert_eq!(errors[1].help, "did you mean `error`?");
    }

    #[test]
    fn an_operation_is_unwrapped_by_false() {
        assert!(is_unwrapped(&json!({"x-envelope": false})));
        assert!(!is_unwrapped(&json!({})));
    }
}
