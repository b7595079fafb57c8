//! Goes through JSON that may be anything.

use std::iter;

use serde_json::{Map, Value};

/// The elements of a list; none of anything else.
pub(crate) fn elements(value: Option<&Value>) -> impl DoubleEndedIterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// The members of an object; none of anything else.
pub(crate) fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// The members of the object at the end of these keys, to be changed; none of anything else.
pub(crate) fn fields_mut<'a>(value: &'a mut Value, keys: &[&str]) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    object_mut(value, keys).into_iter().flatten()
}

/// The object at the end of these keys.
pub(crate) fn object_mut<'a>(value: &'a mut Value, keys: &[&str]) -> Option<&'a mut Map<String, Value>> {
    keys.iter().try_fold(value, |value, key| value.get_mut(*key)).and_then(Value::as_object_mut)
}

/// The text that stands under a key.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// Whether `true` stands under a key.
pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

/// A value and all that are in it, outer ones first.
pub(crate) fn values(value: &Value) -> impl Iterator<Item = &Value> {
    let mut open = vec![value];
    iter::from_fn(move || {
        let value = open.pop()?;
        match value {
            Value::Array(elements) => open.extend(elements.iter().rev()),
            Value::Object(fields) => open.extend(fields.values().rev()),
            _ => {}
        }
        Some(value)
    })
}
