use serde_json::Value;

use super::{NOT_FOUND, Reading};
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    source::Pointer,
};

const NONE: &str = "none";

/// Reads the extension on a GET: it has one value.
pub(crate) fn read_not_found(value: &Value, at: &Pointer) -> Reading<()> {
    if value == NONE {
        return Ok(());
    }
    let message = format!("`x-not-found` must be `none`, but is {}", described(value));
    let help = "write `none` if a 404 means that there is none, else leave it out";
    Err(vec![NodeDiagnostic::value(at.clone(), message, help)])
}

/// Returns whether a 404 of an operation means that there is none, and is no error.
pub(crate) fn is_none_if_not_found(operation: &Value) -> bool {
    operation.get(NOT_FOUND).is_some_and(|value| value == NONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_none_is_a_value() {
        let read = |value| read_not_found(&value, &Pointer::default());
        assert_eq!(read(json!("none")), Ok(()));
        for value in [json!("error"), json!(true), json!(null)] {
            assert_eq!(read(value.clone()).unwrap_err().len(), 1, "{value}");
        }
        assert!(is_none_if_not_found(&json!({"x-not-found": "none"})));
        assert!(!is_none_if_not_found(&json!({})));
    }
}
