use std::time::Duration;

use serde_json::{Map, Value};

use super::{
    check_duration, check_keys, check_repeats,
    refusal::{OtherRefusals, RETRIED, RefusalPattern},
    text,
};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        wording::{described, quoted},
    },
    json::{elements, fields},
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
    /// The fields that show the state.
    pub(crate) fields: Vec<WaiterField>,
    pub(crate) done_when_gone: bool,
    /// The refusals that mean the same as a 404.
    pub(crate) gone: Vec<RefusalPattern>,
    /// The statuses of refusals that mean "not yet".
    pub(crate) not_yet: Vec<u16>,
    /// The number of polls in a row that must show a target state.
    pub(crate) settle: Option<u32>,
    pub(crate) every: Option<Duration>,
    pub(crate) within: Option<Duration>,
}

/// A field of a waiter, and the states to wait for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct WaiterField {
    /// The wire name.
    pub(crate) name: String,
    pub(crate) target: Vec<String>,
    pub(crate) failure: Vec<String>,
    /// The location of the name.
    pub(crate) at: Pointer,
    /// The location of the object with the states.
    pub(crate) states_at: Pointer,
}

/// The states of a field.
const STATES: [&str; 2] = ["target", "failure"];
/// The keys of a waiter for one field, which one for several has in `fields`.
const ONE_FIELD: [&str; 3] = ["field", "target", "failure"];
const OPTIONAL: [&str; 7] = ["description", "notFound", "gone", "notYet", "settle", "every", "within"];

/// How many polls in a row may have to show a target state.
const MAX_SETTLE_POLLS: u64 = 100;

const FIELDS_HELP: &str = "write `{target: [..], failure: [..]}` under the name of each property";

/// The refusals that `gone` does not take.
const NOT_GONE: OtherRefusals = OtherRefusals {
    statuses: &[404, 429],
    listed: "404 and 429",
    help: "for 404, write `notFound: done`; 429 is retried anyway",
};

const GONE_HELP: &str = "write `{status: 400, messageStarts: '…'}` for each refusal that means that it is gone";

impl Waiter {
    /// Reads a rule under `x-waiters` as far as possible, and returns the errors in it, too.
    pub(crate) fn read(name: &str, rule: &Value, at: &Pointer) -> (Self, Vec<NodeDiagnostic>) {
        let name_key = if rule.get("fields").is_some() { "fields" } else { "field" };
        let optional = [&ONE_FIELD[..], &["fields"], &OPTIONAL].concat();
        let mut errors = check_keys(rule, at, &["operation", name_key], &optional);
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
        errors.append(&mut check_times(rule, at));
        let (fields, mut wrong) = WaiterField::read_all(rule, at);
        errors.append(&mut wrong);
        errors.extend(rule.get("settle").and_then(|settle| check_settle(settle, at)));
        errors.extend(check_end(rule, &fields, at));
        errors.extend(rule.get("gone").into_iter().flat_map(|gone| check_gone(gone, rule, at)));
        errors.extend(rule.get("notYet").into_iter().flat_map(|statuses| check_not_yet(statuses, rule, at)));
        let waiter = Self {
            name: name.to_owned(),
            description: text(rule, "description"),
            operation: text(rule, "operation").unwrap_or_default(),
            fields,
            done_when_gone: rule.get("notFound").is_some(),
            gone: elements(rule.get("gone")).filter_map(RefusalPattern::read).collect(),
            not_yet: elements(rule.get("notYet")).filter_map(|status| status.as_u64()?.try_into().ok()).collect(),
            settle: rule.get("settle").and_then(Value::as_u64).and_then(|polls| polls.try_into().ok()),
            every: time(rule, "every"),
            within: time(rule, "within"),
        };
        (waiter, errors)
    }

    pub(crate) fn method_name(&self) -> String {
        value_name(&self.name)
    }
}

impl WaiterField {
    /// Reads the one field of a rule, or its `fields`, and returns the errors in them, too.
    fn read_all(rule: &Value, rule_at: &Pointer) -> (Vec<Self>, Vec<NodeDiagnostic>) {
        let Some(several) = rule.get("fields") else {
            let name = text(rule, "field").unwrap_or_default();
            let field = Self::read(&name, rule, rule_at.key("field"), rule_at.clone());
            return (vec![field], check_states_of(rule, rule_at));
        };
        let at = rule_at.key("fields");
        if several.as_object().is_none_or(Map::is_empty) {
            let message = format!("`fields` must be an object with a field at least, but is {}", described(several));
            return (Vec::new(), vec![NodeDiagnostic::value(at, message, FIELDS_HELP)]);
        }
        let outside = ONE_FIELD.into_iter().filter(|key| rule.get(key).is_some());
        let mut errors: Vec<_> = outside
            .map(|key| {
                let message = format!("`{key}` and `fields` exclude each other");
                NodeDiagnostic::key(rule_at.key(key), message, "move it into `fields`, or leave `fields` out")
            })
            .collect();
        let mut all = Vec::new();
        for (name, states) in fields(Some(several)) {
            let at = at.key(name);
            if !states.is_object() {
                let message = format!("expected an object with states, but this is {}", described(states));
                errors.push(NodeDiagnostic::value(at, message, FIELDS_HELP));
                continue;
            }
            errors.append(&mut check_keys(states, &at, &[], &STATES));
            errors.append(&mut check_states_of(states, &at));
            let field = Self::read(name, states, at.clone(), at.clone());
            if field.target.is_empty() && field.failure.is_empty() {
                let message = format!("{} has no states", quoted(name));
                errors.push(NodeDiagnostic::key(at, message, "list values of the field under `target`, or `failure`"));
            }
            all.push(field);
        }
        (all, errors)
    }

    fn read(name: &str, states: &Value, at: Pointer, states_at: Pointer) -> Self {
        let texts = |key| elements(states.get(key)).filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        Self { name: name.to_owned(), target: texts("target"), failure: texts("failure"), at, states_at }
    }
}

fn check_text(value: &Value, key: &str, at: &Pointer, help: &str) -> Option<NodeDiagnostic> {
    (!value.is_string())
        .then(|| NodeDiagnostic::value(at.key(key), format!("`{key}` must be text, but is {}", described(value)), help))
}

fn time(rule: &Value, key: &str) -> Option<Duration> {
    duration::parse(rule.get(key)?.as_str()?)
}

fn check_times(rule: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let keys = ["every", "within"].into_iter();
    let mut errors: Vec<_> = keys.filter_map(|key| check_duration(rule.get(key)?, &at.key(key))).collect();
    if let (Some(every), Some(within)) = (time(rule, "every"), time(rule, "within"))
        && every > within
    {
        let help = "write a shorter time between two polls, or a longer timeout";
        errors.push(NodeDiagnostic::value(at.key("every"), "`every` is longer than `within`", help));
    }
    errors
}

fn check_states_of(rule: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let keys = STATES.into_iter();
    keys.flat_map(|key| rule.get(key).into_iter().flat_map(move |states| check_states(states, key, at))).collect()
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
    errors.chain(check_repeats(states, &at)).collect()
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
fn check_end(rule: &Value, fields: &[WaiterField], at: &Pointer) -> Option<NodeDiagnostic> {
    let is_list = |rule: &Value| rule.get("target").is_some_and(|target| target != &Value::Array(Vec::new()));
    let has_target = is_list(rule) || fields.iter().any(|field| !field.target.is_empty());
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
    errors.extend(patterns.iter().enumerate().flat_map(|(index, pattern)| {
        let at = at.index(index);
        let mut errors = check_keys(pattern, &at, &["status", "messageStarts"], &[]);
        errors.append(&mut RefusalPattern::check(pattern, &at, &NOT_GONE));
        errors
    }));
    errors.append(&mut RefusalPattern::check_repeats(patterns, &at));
    errors
}

fn check_not_yet(statuses: &Value, rule: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let at = at.key("notYet");
    let Some(listed) = statuses.as_array().filter(|statuses| !statuses.is_empty()) else {
        let help = "list the statuses that mean that the state cannot be read yet: `[400, 404]`";
        let message = format!("`notYet` must be a list of statuses, but is {}", described(statuses));
        return vec![NodeDiagnostic::value(at, message, help)];
    };
    let mut errors = check_repeats(listed, &at);
    for (index, status) in listed.iter().enumerate() {
        let at = at.index(index);
        if *status == 404 && rule.get("notFound").is_some() {
            let help = "remove it here, or leave `notFound` out";
            errors.push(NodeDiagnostic::value(at, "404 means success by `notFound: done`", help));
        } else {
            errors.extend(RETRIED.check(status, "a status in `notYet`", &at));
        }
    }
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
    fn a_rule_may_have_several_fields_each_with_states_of_its_own() {
        let rule = json!({
            "operation": "getThing", "notYet": [400, 404],
            "fields": {"state": {"target": ["ready"], "failure": ["broken"]}, "size": {"target": ["8"]}},
        });
        let (waiter, errors) = Waiter::read("ready", &rule, &Pointer::default());
        assert!(errors.is_empty(), "{}", errors[0].message);
        let fields: Vec<_> = waiter.fields.iter().map(|field| (field.name.as_str(), field.failure.len())).collect();
        assert_eq!(fields, [("state", 1), ("size", 0)]);
        assert_eq!(waiter.not_yet, [400, 404]);
    }

    #[test]
    fn several_fields_stand_in_place_of_one() {
        let rule = json!({
            "operation": "getThing", "field": "state", "target": ["ready"],
            "fields": {"state": {}, "size": {"targets": ["8"]}, "mode": 5},
        });
        assert_eq!(
            messages(&rule),
            [
                "`field` and `fields` exclude each other",
                "`target` and `fields` exclude each other",
                "`state` has no states",
                "unknown key `targets`",
                "`size` has no states",
                "expected an object with states, but this is the number 5",
            ]
        );
        assert_eq!(
            messages(&json!({"operation": "getThing", "fields": {}})),
            [
                "`fields` must be an object with a field at least, but is an empty object",
                "this waiter has no target state"
            ]
        );
    }

    #[test]
    fn not_yet_lists_refusals() {
        let rule = json!({"operation": "getThing", "field": "state", "notFound": "done", "notYet": [404, 503, "400"]});
        assert_eq!(
            messages(&rule),
            [
                "404 means success by `notFound: done`",
                "a status in `notYet` must be from 400 to 499, except 408, 425 and 429, but is the number 503",
                "a status in `notYet` must be from 400 to 499, except 408, 425 and 429, but is the text `400`",
            ]
        );
    }

    #[test]
    fn the_time_between_polls_fits_into_the_timeout() {
        let rule = |every: &str, within: &str| json!({"operation": "getThing", "field": "state", "target": ["ready"], "every": every, "within": within});
        assert_eq!(messages(&rule("1m", "60s")), [""; 0]);
        assert_eq!(messages(&rule("61s", "1m")), ["`every` is longer than `within`"]);
        assert_eq!(messages(&rule("5s", "0s")), ["expected a duration longer than zero, but this is the text `0s`"]);
    }

    #[test]
    fn states_statuses_and_refusals_are_listed_once() {
        let gone = json!({"status": 400, "messageStarts": "No"});
        let rule = json!({
            "operation": "getThing", "field": "state", "target": ["ready", "ready"], "failure": ["a", "b", "a"],
            "notFound": "done", "notYet": [400, 400], "gone": [gone, gone],
        });
        assert_eq!(
            messages(&rule),
            [
                "`ready` is in this list twice",
                "`a` is in this list twice",
                "this refusal is in the list twice, by its status and its message",
                "`400` is in this list twice",
            ]
        );
        let rule = json!({"operation": "getThing", "field": "state", "target": ["ready"], "notYet": []});
        assert_eq!(messages(&rule), ["`notYet` must be a list of statuses, but is an empty list"]);
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
                "`messageStarts` must be text, but is blank",
            ]
        );
    }
}
