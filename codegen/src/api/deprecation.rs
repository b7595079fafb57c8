//! What the document says of things that should no longer be used.

use serde_json::Value;

use super::prose::Methods;
use crate::{
    json::flag,
    openapi::extensions::{REPLACED_BY, Replacement},
    source::Pointer,
};

/// The deprecation of an operation, a parameter, a field or a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deprecation {
    /// What to use instead, with names as in the document.
    pub(crate) replacement: Option<Replacement>,
}

impl Deprecation {
    /// Reads whether an operation, a parameter or a property is deprecated.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let replacement = value.get(REPLACED_BY).and_then(|by| Replacement::read(by, &Pointer::default()).ok());
        flag(value, "deprecated").then(|| replacement.map_or(Self { replacement: None }, Self::by))
    }

    pub(super) fn by(replacement: Replacement) -> Self {
        let replacement = match replacement {
            Replacement::Words(words) => Replacement::Words(Methods::default().for_rustdoc(&words)),
            name @ Replacement::Name(_) => name,
        };
        Self { replacement: Some(replacement) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_something_deprecated_has_a_replacement() {
        assert_eq!(Deprecation::read(&json!({ "x-replaced-by": "other" })), None);
        assert_eq!(Deprecation::read(&json!({ "deprecated": true })), Some(Deprecation { replacement: None }));
        let replacement = Some(Replacement::Words(r"the one of \[1]".to_owned()));
        let replaced = Deprecation::read(&json!({ "deprecated": true, "x-replaced-by": "the one of [1]" }));
        assert_eq!(replaced, Some(Deprecation { replacement }));
    }
}
