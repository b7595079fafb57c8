use serde_json::Value;

use super::Reading;
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    source::Pointer,
};

/// Reads the extension on a component, which becomes a type of its own.
pub(crate) fn read_newtype(value: &Value, at: &Pointer) -> Reading<()> {
    if *value == true {
        return Ok(());
    }
    let message = format!("`x-newtype` must be `true`, but is {}", described(value));
    let help = "write `true` if the schema becomes a type of its own, else leave it out";
    Err(vec![NodeDiagnostic::value(at.clone(), message, help)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_true_makes_a_newtype() {
        assert!(read_newtype(&json!(true), &Pointer::default()).is_ok());
        for value in [json!(false), json!("true"), json!(null)] {
            assert_eq!(read_newtype(&value, &Pointer::default()).unwrap_err().len(), 1, "{value}");
        }
    }
}
