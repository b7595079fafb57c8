use std::{collections::HashMap, time::Duration};

use serde_json::Value;

use super::{Reading, WAKE, check_duration, check_keys, check_repeats, checked, refusal::RETRIED, text};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        wording::{described, quoted},
    },
    json::elements,
    openapi::duration,
    source::Pointer,
};

/// The lists of states, by their keys.
const STATES: [&str; 3] = ["wakeFrom", "waitIn", "target"];

/// What an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// That something is awake.
    Wake,
}

/// How what refuses operations while it is idle is woken.
#[derive(Debug, PartialEq)]
pub(crate) struct Wake {
    /// The status of the refusals.
    pub(crate) status: u16,
    /// The id of the operation that reads the state.
    pub(crate) read: String,
    /// The wire name of the property with the state.
    pub(crate) field: String,
    /// The states from which it is woken.
    pub(crate) idle: Vec<String>,
    /// The states that become a target state by themselves.
    pub(crate) wait_in: Vec<String>,
    /// The states in which it is awake.
    pub(crate) target: Vec<String>,
    pub(crate) command: WakeCommand,
    pub(crate) within: Duration,
}

/// The call that wakes.
#[derive(Debug, PartialEq)]
pub(crate) struct WakeCommand {
    /// The id of the operation.
    pub(crate) operation: String,
    pub(crate) body: Option<Value>,
}

impl Wake {
    /// Returns the extension of a document that was checked.
    pub(crate) fn of(root: &Value) -> Option<Self> {
        Self::read(root.get(WAKE)?, &Pointer::default()).ok()
    }

    /// Reads the extension at the root of a document.
    pub(crate) fn read(value: &Value, at: &Pointer) -> Reading<Self> {
        let required = ["status", "read", "field", "wakeFrom", "wake", "target", "within"];
        let mut errors = check_keys(value, at, &required, &["waitIn"]);
        errors.extend(value.get("status").and_then(|status| RETRIED.check(status, "`status`", &at.key("status"))));
        for (key, help) in
            [("read", "write the `operationId` of a GET"), ("field", "write the name of a property of its result")]
        {
            errors.extend(check_name(value, key, at, help));
        }
        errors.append(&mut check_states(value, at));
        if let Some(command) = value.get("wake") {
            let at = at.key("wake");
            errors.append(&mut check_keys(command, &at, &["operation"], &["body"]));
            errors.extend(check_name(command, "operation", &at, "write the `operationId` of the command"));
        }
        errors.extend(value.get("within").and_then(|within| check_duration(within, &at.key("within"))));
        checked(errors, || {
            let states = |key| elements(value.get(key)).filter_map(Value::as_str).map(ToOwned::to_owned).collect();
            let command = value.get("wake")?;
            Some(Self {
                status: value.get("status")?.as_u64()?.try_into().ok()?,
                read: text(value, "read")?,
                field: text(value, "field")?,
                idle: states("wakeFrom"),
                wait_in: states("waitIn"),
                target: states("target"),
                command: WakeCommand { operation: text(command, "operation")?, body: command.get("body").cloned() },
                within: duration::parse(value.get("within")?.as_str()?)?,
            })
        })
    }

    /// Returns the lists of states, with their keys.
    pub(crate) fn states(&self) -> [(&'static str, &[String]); 3] {
        let [wake_from, wait_in, target] = STATES;
        [(wake_from, &self.idle), (wait_in, &self.wait_in), (target, &self.target)]
    }
}

impl Need {
    /// Reads the extension on an operation.
    pub(crate) fn read(value: &Value, at: &Pointer) -> Reading<Self> {
        if value == "wake" {
            return Ok(Self::Wake);
        }
        let message = format!("`x-needs` must be `wake`, but is {}", described(value));
        Err(vec![NodeDiagnostic::value(at.clone(), message, "write `wake`, or leave it out")])
    }
}

fn check_name(value: &Value, key: &str, at: &Pointer, help: &str) -> Option<NodeDiagnostic> {
    let name = value.get(key).filter(|name| name.as_str().is_none_or(|name| name.trim().is_empty()))?;
    let message = format!("`{key}` must be text, but is {}", described(name));
    Some(NodeDiagnostic::value(at.key(key), message, help))
}

/// Checks that each list has states, and that no state has two meanings.
fn check_states(value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut errors = Vec::new();
    let mut meanings = HashMap::new();
    for (key, states) in STATES.into_iter().filter_map(|key| Some((key, value.get(key)?))) {
        let at = at.key(key);
        let Some(listed) = states.as_array().filter(|states| !states.is_empty()) else {
            let message = format!("`{key}` must be a list of states, but is {}", described(states));
            errors.push(NodeDiagnostic::value(at, message, "list values of the field"));
            continue;
        };
        errors.append(&mut check_repeats(listed, &at));
        for (index, state) in listed.iter().enumerate() {
            let at = at.index(index);
            match state.as_str() {
                Some(name) => match meanings.insert(name, key) {
                    Some(other) if other != key => {
                        let message = format!("{} is also under `{other}`", quoted(name));
                        errors.push(NodeDiagnostic::value(at, message, "remove one of the two"));
                    }
                    _ => {}
                },
                None => {
                    let message = format!("an element of `{key}` must be text, but is {}", described(state));
                    let help = "write a value of the field, in quotes if need be";
                    errors.push(NodeDiagnostic::value(at, message, help));
                }
            }
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_read_whole() {
        let value = json!({
            "status": 424, "read": "getThing", "field": "state", "wakeFrom": ["idle"],
            "wake": {"operation": "wakeThing", "body": {"command": "awake"}}, "target": ["up"], "within": "10m",
        });
        let wake = Wake::read(&value, &Pointer::default()).unwrap();
        assert_eq!((wake.status, wake.wait_in.len(), wake.within), (424, 0, Duration::from_secs(600)));
        let body = Some(json!({"command": "awake"}));
        assert_eq!(wake.command, WakeCommand { operation: "wakeThing".to_owned(), body });
    }

    #[test]
    fn all_errors_are_found_at_once() {
        let value = json!({
            "status": 429, "read": "", "field": 5, "wakeFrom": [], "wake": {"body": {}}, "waitIn": ["a", 1, "a"],
            "target": ["a"], "within": "soon", "wait": [],
        });
        let messages = |errors: Vec<NodeDiagnostic>| errors.into_iter().map(|error| error.message).collect::<Vec<_>>();
        assert_eq!(
            messages(Wake::read(&value, &Pointer::default()).unwrap_err()),
            [
                "unknown key `wait`",
                "`status` must be from 400 to 499, except 408, 425 and 429, but is the number 429",
                "`read` must be text, but is blank",
                "`field` must be text, but is the number 5",
                "`wakeFrom` must be a list of states, but is an empty list",
                "`a` is in this list twice",
                "an element of `waitIn` must be text, but is the number 1",
                "`a` is also under `waitIn`",
                "`operation` is missing",
                "expected a duration longer than zero, but this is the text `soon`",
            ]
        );
        let errors = Need::read(&json!("sleep"), &Pointer::default()).unwrap_err();
        assert_eq!(messages(errors), ["`x-needs` must be `wake`, but is the text `sleep`"]);
    }
}
