use serde_json::Value;

/// The version of OpenAPI that a document is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    #[default]
    V3_0,
    V3_1,
}

impl Dialect {
    pub(crate) fn of(root: &Value) -> Self {
        match root.get("openapi").and_then(Value::as_str) {
            Some(version) if version == "3.1" || version.starts_with("3.1.") => Self::V3_1,
            _ => Self::V3_0,
        }
    }

    /// Returns how to make a schema nullable.
    pub(crate) fn nullable(self) -> &'static str {
        match self {
            Self::V3_0 => "add `nullable: true`",
            Self::V3_1 => "add `'null'` to its `type`",
        }
    }

    /// Returns the URL of the specification.
    pub(crate) fn specification(self) -> &'static str {
        match self {
            Self::V3_0 => "https://spec.openapis.org/oas/v3.0.3",
            Self::V3_1 => "https://spec.openapis.org/oas/v3.1.1",
        }
    }
}
