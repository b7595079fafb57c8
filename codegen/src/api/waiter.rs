use std::time::Duration;

use serde_json::Value;

use super::text;
use crate::{json::elements, names::value_name, openapi::duration};

/// What to wait for, by repeating an operation.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// The operation's id.
    pub(crate) operation: String,
    /// The name over the wire.
    pub(crate) field: String,
    pub(crate) done: Vec<String>,
    pub(crate) never: Vec<String>,
    pub(crate) done_when_gone: bool,
    pub(crate) every: Option<Duration>,
    pub(crate) within: Option<Duration>,
}

impl Waiter {
    pub(super) fn read(name: &str, rule: &Value) -> Self {
        let string = |key| text(Some(rule), key);
        let list = |key| elements(rule.get(key)).filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        let time = |key| duration::parse(rule.get(key)?.as_str()?);
        Self {
            name: name.to_owned(),
            description: string("description"),
            operation: string("operation").unwrap_or_default(),
            field: string("field").unwrap_or_default(),
            done: list("done"),
            never: list("never"),
            done_when_gone: rule.get("notFound").is_some(),
            every: time("every"),
            within: time("within"),
        }
    }

    pub(crate) fn method_name(&self) -> String {
        value_name(&self.name)
    }
}
