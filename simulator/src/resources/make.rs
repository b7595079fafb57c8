//! Functions that make the value of a field.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{call::Call, clock::timestamp, identity::Identity};

/// Makes the value of a field.
pub(crate) type Make = fn(&mut Making<'_>) -> Value;

/// What a value is made from. The same seed and the same calls make the same values.
pub(crate) struct Making<'a> {
    pub(crate) identity: &'a mut Identity,
    pub(crate) now: DateTime<Utc>,
    /// The call, unless the resource is there from the start.
    pub(crate) call: Option<&'a Call<'a>>,
}

/// Returns a new UUID.
#[cfg_attr(not(test), expect(dead_code, reason = "organizations, the first kind, do without"))]
pub(crate) fn uuid(making: &mut Making<'_>) -> Value {
    making.identity.uuid().to_string().into()
}

/// Returns the time.
#[cfg_attr(not(test), expect(dead_code, reason = "organizations, the first kind, do without"))]
pub(crate) fn now(making: &mut Making<'_>) -> Value {
    timestamp(making.now).into()
}

/// Returns an empty list.
pub(crate) fn empty_list(_: &mut Making<'_>) -> Value {
    Value::Array(Vec::new())
}

impl Making<'_> {
    /// Returns the same without the call, for a resource that is there from the start.
    pub(super) fn without_call(&mut self) -> Making<'_> {
        Making { identity: self.identity, now: self.now, call: None }
    }

    /// Returns a parameter in the path of the call. It is `null` if there is none.
    #[cfg_attr(not(test), expect(dead_code, reason = "organizations, the first kind, do without"))]
    pub(crate) fn path(&self, name: &str) -> Value {
        self.call.and_then(|call| call.path.get(name)).map_or(Value::Null, Value::from)
    }
}
