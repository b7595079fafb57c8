use serde_json::Value;

use super::Constraints;
use crate::{json::text, openapi::reference::reference, progenitor::Type};

/// What a parameter, a body, a field or an alternative holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schema {
    pub(crate) ty: Type,
    pub(crate) documented: Documented,
    /// Most have none, and they take much room.
    pub(crate) constraints: Box<Constraints>,
}

/// A type in the document's words, which can tell more apart than Rust's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Documented {
    Named(String),
    List(Box<Self>),
    Map(Box<Self>),
    /// With its format, if it has one.
    Plain(String, Option<String>),
}

impl Schema {
    pub(super) fn read(schema: &Value, ty: Type) -> Self {
        Self { ty, documented: Documented::read(schema), constraints: Box::new(Constraints::read(schema)) }
    }

    /// Whether any text is a value of it.
    pub(super) fn takes_any_text(&self) -> bool {
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
