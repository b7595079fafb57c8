use std::{fmt, sync::OnceLock};

use serde_json::Value;

use super::tree::Tree;

/// A place where an answer is not as the document says, and what became of it.
///
/// The value found there may be a secret, so it is in neither `Debug` nor `Display`: ask for
/// [`value`](Self::value).
#[derive(Clone)]
pub struct Mismatch {
    path: String,
    fit: Fit,
    json: Box<[u8]>,
    /// A tree is many times as large as its JSON, and few are looked at.
    value: OnceLock<Value>,
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
    /// `json` is what stands at `path`.
    pub(super) fn new(path: String, fit: Fit, json: &[u8]) -> Self {
        Self { path, fit, json: json.into(), value: OnceLock::new() }
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

    /// The value as it came. What no [`Value`] can hold, such as `1e400` or lists nested a thousand deep, is a string
    /// of its JSON.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| Tree::of(&self.json).shown())
    }

    fn kind(&self) -> &'static str {
        kind_of_json(&self.json)
    }
}

impl PartialEq for Mismatch {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.fit, self.value()) == (&other.path, other.fit, other.value())
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.fit {
            Fit::Converted => "was converted",
            Fit::SetAside => "was set aside",
        };
        write!(formatter, "{} at `{}` does not fit and {outcome}", self.kind(), self.path)
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mismatch")
            .field("path", &self.path)
            .field("found", &self.kind())
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

/// The same of what begins with this byte.
pub(super) fn kind_of_json(json: &[u8]) -> &'static str {
    match json.first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}
