//! Functions that make the value of a field.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::{call::Call, identity::Identity};

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
pub(crate) fn uuid(making: &mut Making<'_>) -> Value {
    making.identity.uuid().to_string().into()
}

/// Returns the time.
pub(crate) fn now(making: &mut Making<'_>) -> Value {
    timestamp(making.now)
}

/// Returns an empty list.
pub(crate) fn empty_list(_: &mut Making<'_>) -> Value {
    Value::Array(Vec::new())
}

/// Returns a time as the API writes it.
pub(crate) fn timestamp(at: DateTime<Utc>) -> Value {
    at.to_rfc3339_opts(SecondsFormat::Secs, true).into()
}

impl Making<'_> {
    /// Returns the same for a resource that no call creates.
    pub(super) fn from_start(&mut self) -> Making<'_> {
        Making { identity: self.identity, now: self.now, call: None }
    }

    /// Returns a parameter in the path of the call. It is `null` if there is none.
    pub(crate) fn path(&self, name: &str) -> Value {
        self.call.and_then(|call| call.path.get(name)).map_or(Value::Null, Value::from)
    }
}
