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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_without_a_known_number_is_read_as_3_0() {
        let dialect = |version: &str| Dialect::of(&serde_json::json!({ "openapi": version }));
        assert_eq!(dialect("3.1.1"), Dialect::V3_1);
        assert_eq!(dialect("3.0.3"), Dialect::V3_0);
        assert_eq!(dialect("3.10.0"), Dialect::V3_0);
    }
}
