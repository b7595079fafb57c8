use indexmap::IndexMap;
use serde_json::Value;

use crate::{
    json::flag,
    openapi::{
        grammar::{Form, Kind},
        schema::BOUNDS,
    },
};

/// What bounds the values of a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Constraints {
    /// By their keywords, in the order of [`BOUNDS`].
    pub(crate) bounds: IndexMap<&'static str, Value>,
    /// Of the elements of a list.
    pub(crate) items: Option<Box<Self>>,
    /// Of the values of a map.
    pub(crate) values: Option<Box<Self>>,
}

impl Constraints {
    pub(super) fn read(schema: &Value) -> Self {
        let bounds = BOUNDS.into_iter().filter_map(|keyword| Some((keyword, bound(schema, keyword)?.clone())));
        let inner = |keyword: &str| {
            let inner = Self::read(schema.get(keyword).filter(|inner| inner.is_object())?);
            (!inner.is_empty()).then(|| Box::new(inner))
        };
        Self { bounds: bounds.collect(), items: inner("items"), values: inner("additionalProperties") }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the number under a keyword is the first that is none.
    pub(crate) fn is_exclusive(&self, keyword: &str) -> bool {
        let flag = if keyword == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
        matches!(keyword, "minimum" | "maximum") && self.bounds.contains_key(flag)
    }
}

fn bound<'a>(schema: &'a Value, keyword: &str) -> Option<&'a Value> {
    let bound = schema.get(keyword)?;
    let is_one = match Kind::Schema.form(keyword)? {
        Form::Count => bound.is_u64(),
        Form::Number => bound.is_number(),
        Form::Text => bound.is_string(),
        _ => {
            let included = if keyword == "exclusiveMinimum" { "minimum" } else { "maximum" };
            flag(schema, keyword) && (keyword == "uniqueItems" || schema.get(included).is_some_and(Value::is_number))
        }
    };
    is_one.then_some(bound)
}
