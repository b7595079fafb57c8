use serde_json::Value;

use super::Reading;
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    source::Pointer,
};

/// The stability of an operation that is not generally available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stability {
    /// Its contract is stable.
    Beta,
    /// Its contract may change.
    Evolving,
}

impl Stability {
    /// Reads the stability of an operation.
    pub(crate) fn read(value: &Value, at: &Pointer) -> Reading<Self> {
        let known = [Self::Beta, Self::Evolving].into_iter().find(|stability| value == stability.name());
        known.ok_or_else(|| {
            let message = format!("`x-stability` must be `beta` or `evolving`, but is {}", described(value));
            let help = "write `evolving` if the contract may change, else `beta`; leave it out for what is \
                        generally available";
            vec![NodeDiagnostic::value(at.clone(), message, help)]
        })
    }

    /// Returns the name of the stability in a document.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Beta => "beta",
            Self::Evolving => "evolving",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_stability_is_read_by_its_name() {
        for stability in [Stability::Beta, Stability::Evolving] {
            assert_eq!(Stability::read(&json!(stability.name()), &Pointer::default()), Ok(stability));
        }
        for value in [json!("stable"), json!(true), json!(null)] {
            assert_eq!(Stability::read(&value, &Pointer::default()).unwrap_err().len(), 1, "{value}");
        }
    }
}
