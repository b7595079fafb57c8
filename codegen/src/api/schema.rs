//! The types of values, as Rust and as the document have them.

use serde_json::Value;

use super::Constraints;
use crate::{json::text, openapi::reference::reference, progenitor::Type};

/// The schema of a parameter, a body, a field or a variant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schema {
    pub(crate) ty: Type,
    pub(crate) documented: Documented,
    /// Boxed because they are large, and most schemas have none.
    pub(crate) constraints: Box<Constraints>,
}

/// A type as the document names it: two of them can be one type in Rust.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Documented {
    Named(String),
    List(Box<Self>),
    Map(Box<Self>),
    /// A `type` and a `format`.
    Plain(String, Option<String>),
}

impl Schema {
    pub(super) fn read(schema: &Value, ty: Type) -> Self {
        Self { ty, documented: Documented::read(schema), constraints: Box::new(Constraints::read(schema)) }
    }

    /// Returns whether any text is a value.
    pub(super) fn is_any_text(&self) -> bool {
        matches!(&self.documented, Documented::Plain(kind, None) if kind == "string")
    }
}

impl Documented {
    fn read(schema: &Value) -> Self {
        if let Some(name) = reference(schema) {
            return Self::Named(name.to_owned());
        }
        let inner = |keyword: &str| schema.get(keyword).filter(|inner| inner.is_object()).map(Self::read).map(Box::new);
        let kind = text(schema, "type").unwrap_or("any");
        let elements = inner("items").filter(|_| kind == "array");
        match (elements, inner("additionalProperties")) {
            (Some(elements), _) => Self::List(elements),
            (None, Some(values)) => Self::Map(values),
            (None, None) => Self::Plain(kind.to_owned(), text(schema, "format").map(ToOwned::to_owned)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_documented_type_keeps_names_and_formats() {
        let schema = json!({"type": "array", "items": {"additionalProperties": {"type": "string", "format": "date"}}});
        let date = Documented::Plain("string".to_owned(), Some("date".to_owned()));
        assert_eq!(Documented::read(&schema), Documented::List(Box::new(Documented::Map(Box::new(date)))));
        let reference = json!({"$ref": "#/components/schemas/Thing"});
        assert_eq!(Documented::read(&reference), Documented::Named("Thing".to_owned()));
    }
}
