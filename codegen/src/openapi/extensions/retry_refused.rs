use std::time::Duration;

use serde_json::Value;

use super::{
    Reading, check_duration, check_keys, checked,
    refusal::{RETRIED, RefusalPattern},
};
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    openapi::duration,
    source::Pointer,
};

const HELP: &str = "write `{status: 409, messageStarts: '…', within: 15m}` for each refusal that passes by itself";

/// A refusal that passes by itself.
#[derive(Debug, PartialEq)]
pub(crate) struct PassingRefusal {
    pub(crate) pattern: RefusalPattern,
    /// The time that this takes at most.
    pub(crate) within: Duration,
}

impl PassingRefusal {
    /// Reads the extension on an operation.
    pub(crate) fn read_all(value: &Value, at: &Pointer) -> Reading<Vec<Self>> {
        let Some(refusals) = value.as_array() else {
            let message = format!("`x-retry-refused` must be a list of refusals, but is {}", described(value));
            return Err(vec![NodeDiagnostic::value(at.clone(), message, HELP)]);
        };
        if refusals.is_empty() {
            return Err(vec![NodeDiagnostic::value(at.clone(), "`x-retry-refused` is empty", HELP)]);
        }
        let errors = refusals.iter().enumerate().flat_map(|(index, refusal)| check(refusal, &at.index(index)));
        let errors = errors.chain(RefusalPattern::check_repeats(refusals, at)).collect();
        checked(errors, || refusals.iter().map(Self::read).collect())
    }

    fn read(refusal: &Value) -> Option<Self> {
        let within = duration::parse(refusal.get("within")?.as_str()?)?;
        Some(Self { pattern: RefusalPattern::read(refusal)?, within })
    }
}

fn check(refusal: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut errors = check_keys(refusal, at, &["status", "messageStarts", "within"], &[]);
    errors.append(&mut RefusalPattern::check(refusal, at, &RETRIED));
    errors.extend(refusal.get("within").and_then(|within| check_duration(within, &at.key("within"))));
    errors
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(value: &Value) -> Vec<String> {
        let errors = PassingRefusal::read_all(value, &Pointer::default()).unwrap_err();
        errors.into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn a_refusal_is_told_by_its_status_and_its_message_and_has_a_time() {
        let refusals = json!([{"status": 409, "messageStarts": "CONFLICT", "within": "15m"}]);
        let pattern = RefusalPattern { status: 409, message_starts: "CONFLICT".to_owned() };
        let read = PassingRefusal::read_all(&refusals, &Pointer::default()).unwrap();
        assert_eq!(read, [PassingRefusal { pattern, within: Duration::from_secs(900) }]);
    }

    #[test]
    fn all_errors_of_the_refusals_are_found_at_once() {
        let refusals = json!([
            {"status": 503, "messageStarts": "", "within": "soon"},
            {"status": 429, "messageStart": "No"},
        ]);
        assert_eq!(
            messages(&refusals),
            [
                "`status` must be from 400 to 499, except 408, 425 and 429, but is the number 503",
                "`messageStarts` must be text, but is blank",
                "expected a duration longer than zero, but this is the text `soon`",
                "`messageStarts` is missing",
                "`within` is missing",
                "unknown key `messageStart`",
                "`status` must be from 400 to 499, except 408, 425 and 429, but is the number 429",
            ]
        );
        assert_eq!(messages(&json!([])), ["`x-retry-refused` is empty"]);
    }
}
