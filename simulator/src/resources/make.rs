//! Functions that make the value of a field.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{call::Path, clock::timestamp, identity::Identity};

/// Makes the value of a field.
pub(crate) type Make = fn(&mut Making<'_>) -> Value;

/// What a value is made from. The same seed and the same calls make the same values.
pub(crate) struct Making<'a> {
    pub(crate) identity: &'a mut Identity,
    pub(crate) now: DateTime<Utc>,
    /// The path of the call, which also names the parents of a resource that comes with them. It is empty for an
    /// organization.
    pub(crate) path: &'a Path,
}

/// Returns a new UUID.
pub(crate) fn uuid(making: &mut Making<'_>) -> Value {
    making.identity.uuid().to_string().into()
}

/// Returns the time.
pub(crate) fn now(making: &mut Making<'_>) -> Value {
    timestamp(making.now).into()
}

/// Returns an empty list.
pub(crate) fn empty_list(_: &mut Making<'_>) -> Value {
    Value::Array(Vec::new())
}
