//! The bounds on the values of a schema.

use indexmap::IndexMap;
use serde_json::Value;

use crate::{
    json::{elements, flag},
    openapi::{
        grammar::{Form, Kind},
        schema::BOUNDS,
    },
};

/// The bounds on the values of a schema, and on those in its lists and maps.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Constraints {
    /// The values of keywords, in the order of [`BOUNDS`], and last an `enum` of integers, which is no type.
    pub(crate) bounds: IndexMap<&'static str, Value>,
    /// The constraints of the elements of a list.
    pub(crate) items: Option<Box<Self>>,
    /// The constraints of the values of a map.
    pub(crate) values: Option<Box<Self>>,
}

impl Constraints {
    pub(super) fn read(schema: &Value) -> Self {
        let bounds = BOUNDS.into_iter().filter_map(|keyword| Some((keyword, bound(schema, keyword)?.clone())));
        let bounds = bounds.chain(listed_integers(schema).map(|values| ("enum", values)));
        let inner = |keyword: &str| {
            let inner = Self::read(schema.get(keyword).filter(|inner| inner.is_object())?);
            (!inner.is_empty()).then(|| Box::new(inner))
        };
        Self { bounds: bounds.collect(), items: inner("items"), values: inner("additionalProperties") }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether `minimum` or `maximum` itself is out of bounds.
    pub(crate) fn is_exclusive(&self, keyword: &str) -> bool {
        let flag = if keyword == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
        matches!(keyword, "minimum" | "maximum") && self.bounds.contains_key(flag)
    }
}

/// Returns the values of an `enum` of integers.
fn listed_integers(schema: &Value) -> Option<Value> {
    let values: Vec<_> = elements(schema.get("enum")).filter(|value| !value.is_null()).cloned().collect();
    (!values.is_empty() && values.iter().all(|value| value.is_i64() || value.is_u64())).then_some(Value::Array(values))
}

/// Returns the value of a keyword, if it bounds anything.
fn bound<'a>(schema: &'a Value, keyword: &str) -> Option<&'a Value> {
    let bound = schema.get(keyword)?;
    let is_bound = match Kind::Schema.form(keyword)? {
        Form::Count => bound.is_u64(),
        Form::Number => bound.is_number(),
        Form::Text => bound.is_string(),
        _ => {
            let included = if keyword == "exclusiveMinimum" { "minimum" } else { "maximum" };
            flag(schema, keyword) && (keyword == "uniqueItems" || schema.get(included).is_some_and(Value::is_number))
        }
    };
    is_bound.then_some(bound)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_keywords_that_bound_something_are_read() {
        let schema = json!({"maxLength": 3, "minLength": "1", "exclusiveMaximum": true, "uniqueItems": false});
        assert_eq!(Constraints::read(&schema).bounds.into_iter().collect::<Vec<_>>(), [("maxLength", json!(3))]);
    }

    #[test]
    fn integers_that_are_listed_are_bounds_and_texts_are_a_type() {
        let listed = |values: Value| Constraints::read(&json!({"enum": values})).bounds.get("enum").cloned();
        assert_eq!(listed(json!([0, 6, null])), Some(json!([0, 6])));
        assert_eq!([listed(json!(["a"])), listed(json!([0.5])), listed(json!([null]))], [None, None, None]);
    }

    #[test]
    fn an_exclusive_bound_needs_the_bound() {
        let constraints = Constraints::read(&json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 9}));
        assert!(constraints.is_exclusive("minimum") && !constraints.is_exclusive("maximum"));
    }

    #[test]
    fn lists_and_maps_without_bounds_have_no_constraints() {
        let constraints = Constraints::read(&json!({"items": {"type": "string"}, "additionalProperties": true}));
        assert!(constraints.is_empty());
    }
}
