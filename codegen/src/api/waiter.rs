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
    pub(crate) target: Vec<String>,
    pub(crate) failure: Vec<String>,
    pub(crate) done_when_gone: bool,
    /// The refusals that mean the same as a 404.
    pub(crate) gone: Vec<RefusalPattern>,
    /// The number of polls in a row that must show a target state.
    pub(crate) settle: Option<u32>,
    pub(crate) every: Option<Duration>,
    pub(crate) within: Option<Duration>,
}

/// A refusal, by its status and how its message starts.
#[derive(Debug, PartialEq)]
pub(crate) struct RefusalPattern {
    pub(crate) status: u16,
    pub(crate) message_starts: String,
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
            target: list("target"),
            failure: list("failure"),
            done_when_gone: rule.get("notFound").is_some(),
            gone: elements(rule.get("gone")).filter_map(RefusalPattern::read).collect(),
            settle: rule.get("settle").and_then(Value::as_u64).and_then(|polls| polls.try_into().ok()),
            every: time("every"),
            within: time("within"),
        }
    }

    pub(crate) fn method_name(&self) -> String {
        value_name(&self.name)
    }
}

impl RefusalPattern {
    fn read(pattern: &Value) -> Option<Self> {
        let status = pattern.get("status")?.as_u64()?.try_into().ok()?;
        Some(Self { status, message_starts: pattern.get("messageStarts")?.as_str()?.to_owned() })
    }
}
