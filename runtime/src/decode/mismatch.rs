use std::fmt;

use serde_json::Value;

/// A place where an answer is not as the document says, and what became of it.
///
/// The value found there may be a secret, so it is in neither `Debug` nor `Display`: ask for
/// [`value`](Self::value).
#[derive(Clone, PartialEq)]
pub struct Mismatch {
    path: String,
    fit: Fit,
    value: Value,
}

/// What became of a value that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// Its meaning is plain (`48.0` for `48`, `"true"` for `true`), and it was taken as that.
    Converted,
    /// It means nothing here: its field is `None`, or it is left out of its list.
    SetAside,
}

impl Mismatch {
    pub(super) fn new(path: String, fit: Fit, value: Value) -> Self {
        Self { path, fit, value }
    }

    /// Where it is in the answer, as a JSON path: `$.result[2].port`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What became of it.
    #[must_use]
    pub fn fit(&self) -> Fit {
        self.fit
    }

    /// The value as it came.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.fit {
            Fit::Converted => "was converted",
            Fit::SetAside => "was set aside",
        };
        write!(formatter, "{} at `{}` does not fit and {outcome}", kind(&self.value), self.path)
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mismatch")
            .field("path", &self.path)
            .field("found", &kind(&self.value))
            .field("fit", &self.fit)
            .finish_non_exhaustive()
    }
}

/// A value's type, which unlike the value itself is never a secret.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
