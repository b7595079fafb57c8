use std::{fmt, sync::OnceLock};

use serde_json::Value;

use super::tree::Tree;

/// A value in a response that does not fit the document, and was coerced or set aside.
///
/// The value may be a secret, so `Debug` and `Display` do not show it; [`value`](Self::value) returns it.
#[derive(Clone)]
pub struct Mismatch {
    path: String,
    kind: MismatchKind,
    json: Box<[u8]>,
    /// Made on demand, because a tree is many times as large as its JSON.
    value: OnceLock<Value>,
}

/// The handling of a value that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MismatchKind {
    /// The value has a clear meaning (`48.0` for `48`, `"true"` for `true`), and was decoded as that.
    Coerced,
    /// The value cannot be decoded: its field is `None`, or its list lacks it.
    SetAside,
}

impl Mismatch {
    /// Makes the mismatch of the JSON at a path.
    pub(super) fn new(path: String, kind: MismatchKind, json: &[u8]) -> Self {
        Self { path, kind, json: json.into(), value: OnceLock::new() }
    }

    /// The JSON path of the value in the response, such as `$.result[2].port`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the value was coerced or set aside.
    #[must_use]
    pub fn kind(&self) -> MismatchKind {
        self.kind
    }

    /// The value as it was received. JSON that no [`Value`] can hold, such as `1e400` or lists nested a thousand deep,
    /// is returned as a string.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| Tree::from_json(&self.json).into_value())
    }

    fn json_type(&self) -> &'static str {
        json_type_of_bytes(&self.json)
    }
}

impl PartialEq for Mismatch {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.kind, self.value()) == (&other.path, other.kind, other.value())
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let handling = match self.kind {
            MismatchKind::Coerced => "was coerced",
            MismatchKind::SetAside => "was set aside",
        };
        write!(formatter, "{} at `{}` does not fit and {handling}", self.json_type(), self.path)
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mismatch")
            .field("path", &self.path)
            .field("found", &self.json_type())
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Returns the JSON type of a value, which is never a secret.
pub(crate) fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Returns the JSON type of a value by its first byte.
pub(super) fn json_type_of_bytes(json: &[u8]) -> &'static str {
    match json.first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mismatch_shows_its_path_and_type_and_not_its_value() {
        let mismatch = Mismatch::new("$.port".to_owned(), MismatchKind::Coerced, b"\"8123\"");
        assert_eq!(mismatch.to_string(), "a string at `$.port` does not fit and was coerced");
        assert_eq!(format!("{mismatch:?}"), r#"Mismatch { path: "$.port", found: "a string", kind: Coerced, .. }"#);
        assert_eq!(mismatch.value(), &json!("8123"));
    }

    #[test]
    fn json_has_the_same_type_as_bytes_and_as_a_value() {
        for json in ["null", "true", "false", "-1", "0", "\"\"", "[]", "{}"] {
            assert_eq!(json_type(&serde_json::from_str(json).unwrap()), json_type_of_bytes(json.as_bytes()));
        }
    }
}
