use std::collections::HashSet;

use serde_json::Value;

use super::text;
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    source::Pointer,
};

/// A refusal, by its status and how its message starts.
#[derive(Debug, PartialEq)]
pub(crate) struct RefusalPattern {
    pub(crate) status: u16,
    pub(crate) message_starts: String,
}

impl RefusalPattern {
    pub(super) fn read(pattern: &Value) -> Option<Self> {
        let status = pattern.get("status")?.as_u64()?.try_into().ok()?;
        Some(Self { status, message_starts: text(pattern, "messageStarts")? })
    }

    /// Checks that no refusal is in a list twice.
    pub(super) fn check_repeats(patterns: &[Value], at: &Pointer) -> Vec<NodeDiagnostic> {
        let mut seen = HashSet::new();
        let mut is_new = |pattern: &Value| match Self::read(pattern) {
            Some(Self { status, message_starts }) => seen.insert((status, message_starts)),
            None => true,
        };
        let repeats = patterns.iter().enumerate().filter(|(_, pattern)| !is_new(pattern));
        let errors = repeats.map(|(index, _)| {
            let message = "this refusal is in the list twice, by its status and its message";
            NodeDiagnostic::value(at.index(index), message, "remove one of the two")
        });
        errors.collect()
    }

    /// Checks the values of a pattern whose keys are checked. Some refusals have another meaning already.
    pub(super) fn check(pattern: &Value, at: &Pointer, others: &OtherRefusals) -> Vec<NodeDiagnostic> {
        let status = pattern.get("status").and_then(|status| others.check(status, "`status`", &at.key("status")));
        let message =
            pattern.get("messageStarts").filter(|text| text.as_str().is_none_or(|text| text.trim().is_empty()));
        let message = message.map(|text| {
            let message = format!("`messageStarts` must be text, but is {}", described(text));
            NodeDiagnostic::value(at.key("messageStarts"), message, "write the start of the API's message")
        });
        status.into_iter().chain(message).collect()
    }
}

/// The statuses from 400 to 499 that an extension does not take, because they have another meaning.
pub(super) struct OtherRefusals {
    pub(super) statuses: &'static [u64],
    /// These statuses, in words.
    pub(super) listed: &'static str,
    pub(super) help: &'static str,
}

/// The statuses of requests that may have been carried out, or that are sent again anyway.
pub(super) const RETRIED: OtherRefusals = OtherRefusals {
    statuses: &[408, 425, 429],
    listed: "408, 425 and 429",
    help: "write the status of a refusal; these three and those from 500 on are no refusals, and are handled anyway",
};

impl OtherRefusals {
    /// Checks a status, which the message calls `name`.
    pub(super) fn check(&self, status: &Value, name: &str, at: &Pointer) -> Option<NodeDiagnostic> {
        let fits = |status| (400..500).contains(&status) && !self.statuses.contains(&status);
        (!status.as_u64().is_some_and(fits)).then(|| {
            let message =
                format!("{name} must be from 400 to 499, except {}, but is {}", self.listed, described(status));
            NodeDiagnostic::value(at.clone(), message, self.help)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(pattern: &Value) -> Vec<String> {
        let diagnostics = RefusalPattern::check(pattern, &Pointer::default(), &RETRIED);
        diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn a_pattern_has_the_status_of_a_refusal_and_the_start_of_a_message() {
        let pattern = json!({"status": 409, "messageStarts": "CONFLICT"});
        assert!(messages(&pattern).is_empty());
        let read = RefusalPattern { status: 409, message_starts: "CONFLICT".to_owned() };
        assert_eq!(RefusalPattern::read(&pattern), Some(read));
    }

    #[test]
    fn the_same_refusal_is_listed_once() {
        let refusal = |message: &str| json!({"status": 409, "messageStarts": message});
        let repeats = |refusals: [Value; 2]| RefusalPattern::check_repeats(&refusals, &Pointer::default()).len();
        assert_eq!(repeats([refusal("a"), refusal("a")]), 1);
        assert_eq!(repeats([refusal("a"), refusal("ab")]), 0);
    }

    #[test]
    fn statuses_that_are_no_refusals_and_empty_messages_are_errors() {
        for status in [200, 399, 408, 425, 429, 500] {
            let messages = messages(&json!({"status": status, "messageStarts": " "}));
            assert_eq!(messages.len(), 2, "{messages:?}");
            assert!(messages[0].ends_with(&format!("but is the number {status}")), "{messages:?}");
        }
    }
}
