use serde_json::{Number, Value};

use crate::json::{flag, text};

/// What bounds the values of a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Constraints {
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    pub(crate) pattern: Option<String>,
    pub(crate) minimum: Option<Bound>,
    pub(crate) maximum: Option<Bound>,
    pub(crate) multiple_of: Option<Number>,
    pub(crate) min_items: Option<u64>,
    pub(crate) max_items: Option<u64>,
    pub(crate) unique_items: bool,
    pub(crate) min_properties: Option<u64>,
    pub(crate) max_properties: Option<u64>,
    /// Of the elements of a list.
    pub(crate) items: Option<Box<Self>>,
    /// Of the values of a map.
    pub(crate) values: Option<Box<Self>>,
}

/// The least or the largest number, or the first that is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) number: Number,
    pub(crate) is_exclusive: bool,
}

impl Constraints {
    pub(super) fn read(schema: &Value) -> Self {
        let count = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
        let number = |keyword: &str| schema.get(keyword).and_then(Value::as_number).cloned();
        let bound = |keyword: &str, exclusive: &str| {
            Some(Bound { number: number(keyword)?, is_exclusive: flag(schema, exclusive) })
        };
        let inner = |keyword: &str| {
            let inner = Self::read(schema.get(keyword).filter(|inner| inner.is_object())?);
            (!inner.is_empty()).then(|| Box::new(inner))
        };
        Self {
            min_length: count("minLength"),
            max_length: count("maxLength"),
            pattern: text(schema, "pattern").map(ToOwned::to_owned),
            minimum: bound("minimum", "exclusiveMinimum"),
            maximum: bound("maximum", "exclusiveMaximum"),
            multiple_of: number("multipleOf"),
            min_items: count("minItems"),
            max_items: count("maxItems"),
            unique_items: flag(schema, "uniqueItems"),
            min_properties: count("minProperties"),
            max_properties: count("maxProperties"),
            items: inner("items"),
            values: inner("additionalProperties"),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
