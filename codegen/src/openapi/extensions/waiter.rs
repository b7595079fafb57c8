use std::time::Duration;

use serde_json::Value;

use super::{check_duration, check_keys, text};
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    json::elements,
    names::value_name,
    openapi::duration,
    source::Pointer,
};

/// A waiter: the states to wait for, by polling an operation.
#[derive(Debug, Default)]
pub(crate) struct Waiter {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// The id of the operation.
    pub(crate) operation: String,
    /// The wire name of the field that shows the state.
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

const REQUIRED: [&str; 2] = ["operation", "field"];
const OPTIONAL: [&str; 8] = ["description", "target", "failure", "notFound", "gone", "settle", "every", "within"];

/// How many polls in a row may have to show a target state.
const MAX_SETTLE_POLLS: u64 = 100;

const GONE_HELP: &str = "write `{status: 400, messageStarts: '…'}` for each refusal that means that it is gone";

impl Waiter {
    /// Reads a rule under `x-waiters` as far as possible, and returns the errors in it, too.
    pub(crate) fn read(name: &str, rule: &Value, at: &Pointer) -> (Self, Vec<NodeDiagnostic>) {
        let mut errors = check_keys(rule, at, &REQUIRED, &OPTIONAL);
        if !rule.is_object() {
            return (Self::default(), errors);
        }
        for (key, help) in [
            ("description", "describe what is waited for, in a sentence"),
            ("operation", "write the `operationId` of a GET"),
            ("field", "write the name of a property"),
        ] {
            errors.extend(rule.get(key).and_then(|value| check_text(value, key, at, help)));
        }
        for key in ["every", "within"] {
            errors.extend(rule.get(key).and_then(|time| check_duration(time, &at.key(key))));
        }
        for key in ["target", "failure"] {
            errors.extend(rule.get(key).into_iter().flat_map(|states| check_states(states, key, at)));
        }
        errors.extend(rule.get("settle").and_then(|settle| check_settle(settle, at)));
        errors.extend(check_end(rule, at));
        errors.extend(rule.get("gone").into_iter().flat_map(|gone| check_gone(gone, rule, at)));
        let texts = |key| elements(rule.get(key)).filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        let time = |key| duration::parse(rule.get(key)?.as_str()?);
        let waiter = Self {
            name: name.to_owned(),
            description: text(rule, "description"),
            operation: text(rule, "operation").unwrap_or_default(),
            field: text(rule, "field").unwrap_or_default(),
            target: texts("target"),
            failure: texts("failure"),
            done_when_gone: rule.get("notFound").is_some(),
            gone: elements(rule.get("gone")).filter_map(RefusalPattern::read).collect(),
            settle: rule.get("settle").and_then(Value::as_u64).and_then(|polls| polls.try_into().ok()),
            every: time("every"),
            within: time("within"),
        };
        (waiter, errors)
    }

    pub(crate) fn method_name(&self) -> String {
        value_name(&self.name)
    }
}

impl RefusalPattern {
    fn read(pattern: &Value) -> Option<Self> {
        let status = pattern.get("status")?.as_u64()?.try_into().ok()?;
        Some(Self { status, message_starts: text(pattern, "messageStarts")? })
    }

    fn check(pattern: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
        let mut errors = check_keys(pattern, at, &["status", "messageStarts"], &[]);
        if let Some(status) = pattern.get("status")
            && !status.as_u64().is_some_and(|status| (400..500).contains(&status) && !matches!(status, 404 | 429))
        {
            let message = format!("`status` must be from 400 to 499, except 404 and 429, but is {}", described(status));
            let help = "for 404, write `notFound: done`; 429 is retried anyway";
            errors.push(NodeDiagnostic::value(at.key("status"), message, help));
        }
        if let Some(text) = pattern.get("messageStarts")
            && text.as_str().is_none_or(|text| text.trim().is_empty())
        {
            let message = format!("`messageStarts` must be text, but is {}", described(text));
            let help = "write the start of the API's message";
            errors.push(NodeDiagnostic::value(at.key("messageStarts"), message, help));
        }
        errors
    }
}

fn check_text(value: &Value, key: &str, at: &Pointer, help: &str) -> Option<NodeDiagnostic> {
    (!value.is_string())
        .then(|| NodeDiagnostic::value(at.key(key), format!("`{key}` must be text, but is {}", described(value)), help))
}

fn check_states(states: &Value, key: &str, at: &Pointer) -> Vec<NodeDiagnostic> {
    let at = at.key(key);
    let Some(states) = states.as_array() else {
        let message = format!("`{key}` must be a list, but is {}", described(states));
        return vec![NodeDiagnostic::value(at, message, "list values of the field")];
    };
    let wrong = states.iter().enumerate().filter(|(_, state)| !state.is_string());
    let errors = wrong.map(|(index, state)| {
        let message = format!("an element of `{key}` must be text, but is {}", described(state));
        NodeDiagnostic::value(at.index(index), message, "write a value of the field, in quotes if need be")
    });
    errors.collect()
}

fn check_settle(settle: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    let fits = settle.as_u64().is_some_and(|polls| (1..=MAX_SETTLE_POLLS).contains(&polls));
    (!fits).then(|| {
        let message = format!("`settle` must be a number from 1 to {MAX_SETTLE_POLLS}, but is {}", described(settle));
        let help = "write how many polls in a row must show a target state, else leave it out";
        NodeDiagnostic::value(at.key("settle"), message, help)
    })
}

/// Checks that something ends the wait.
fn check_end(rule: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    let has_target = rule.get("target").is_some_and(|target| target != &Value::Array(Vec::new()));
    match rule.get("notFound") {
        Some(value) if value != "done" => {
            let message = format!("`notFound` must be `done`, but is {}", described(value));
            let help = "write `done` if a 404 means success, else leave it out";
            Some(NodeDiagnostic::value(at.key("notFound"), message, help))
        }
        None if !has_target => {
            let help = "list the values that are waited for under `target`, or write `notFound: done`";
            Some(NodeDiagnostic::key(at.clone(), "this waiter has no target state", help))
        }
        _ => None,
    }
}

fn check_gone(gone: &Value, rule: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let at = at.key("gone");
    let Some(patterns) = gone.as_array() else {
        let message = format!("`gone` must be a list, but is {}", described(gone));
        return vec![NodeDiagnostic::value(at, message, GONE_HELP)];
    };
    let mut errors = Vec::new();
    if patterns.is_empty() {
        errors.push(NodeDiagnostic::value(at.clone(), "`gone` is empty", GONE_HELP));
    }
    if rule.get("notFound").is_none() {
        let help = "add `notFound: done`, or leave `gone` out";
        errors.push(NodeDiagnostic::key(at.clone(), "`gone` has no effect without `notFound: done`", help));
    }
    errors.extend(
        patterns.iter().enumerate().flat_map(|(index, pattern)| RefusalPattern::check(pattern, &at.index(index))),
    );
    errors
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(rule: &Value) -> Vec<String> {
        Waiter::read("ready", rule, &Pointer::default()).1.into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn a_rule_is_read_whole() {
        let rule = json!({
            "operation": "getThing", "field": "state", "target": ["ready"], "failure": ["broken"],
            "notFound": "done", "gone": [{"status": 400, "messageStarts": "No such"}], "settle": 2, "within": "5m",
        });
        let (waiter, errors) = Waiter::read("waitUntilReady", &rule, &Pointer::default());
        assert!(errors.is_empty());
        assert_eq!(waiter.method_name(), "wait_until_ready");
        assert_eq!(waiter.gone, [RefusalPattern { status: 400, message_starts: "No such".to_owned() }]);
        assert_eq!((waiter.settle, waiter.within), (Some(2), Some(Duration::from_secs(300))));
    }

    #[test]
    fn a_rule_says_what_ends_the_wait() {
        let rule = json!({"operation": "getThing", "field": "state"});
        assert_eq!(messages(&rule), ["this waiter has no target state"]);
    }

    #[test]
    fn all_errors_of_a_rule_are_found_at_once() {
        let rule = json!({
            "operation": 1, "target": ["ready", 2], "settle": 0, "gone": [{"status": 404, "messageStarts": ""}],
        });
        assert_eq!(
            messages(&rule),
            [
                "`field` is missing",
                "`operation` must be text, but is the number 1",
                "an element of `target` must be text, but is the number 2",
                "`settle` must be a number from 1 to 100, but is the number 0",
                "`gone` has no effect without `notFound: done`",
                "`status` must be from 400 to 499, except 404 and 429, but is the number 404",
                "`messageStarts` must be text, but is the text ``",
            ]
        );
    }
}
