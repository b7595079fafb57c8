use std::{fmt, time::Duration};

use serde_json::Value;

use crate::Error;

/// The length up to which a value is shown.
const MAX_VALUE_CHARS: usize = 200;

/// A search for what a call created that found nothing, or several items.
#[derive(Debug)]
pub struct Lookup {
    pub(super) operation: &'static str,
    pub(super) properties: Vec<(&'static str, String)>,
    pub(super) candidates: Vec<String>,
    pub(super) elapsed: Duration,
    pub(super) last_error: Option<Error>,
}

impl Lookup {
    /// The id of the operation that lists.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The properties that were looked for, by their wire names, with their values as text.
    #[must_use]
    pub fn properties(&self) -> &[(&'static str, String)] {
        &self.properties
    }

    /// The new items with these properties: none or several. Each is its id, or its JSON without secrets if it has none.
    #[must_use]
    pub fn candidates(&self) -> &[String] {
        &self.candidates
    }

    /// The time of the search.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The error of the last list, if it failed.
    #[must_use]
    pub fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }
}

impl fmt::Display for Lookup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, candidates, .. } = self;
        let properties: Vec<_> = self.properties.iter().map(|(name, value)| format!("{name} `{value}`")).collect();
        let properties = properties.join(", ");
        if !candidates.is_empty() {
            let (number, ids) = (candidates.len(), candidates.join(", "));
            return write!(
                formatter,
                "`{operation}` has {number} new items with {properties}, and there is no telling which of them this \
                 call created: {ids}"
            );
        }
        let elapsed = Duration::from_millis(self.elapsed.as_millis().try_into().unwrap_or(u64::MAX));
        write!(formatter, "`{operation}` has had no new item with {properties} for {elapsed:?}")?;
        match &self.last_error {
            Some(error) => write!(formatter, ", and failed the last time ({error})"),
            None => Ok(()),
        }
    }
}

/// Shows a value in one line.
pub(crate) fn show(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let shown: String =
        text.chars().take(MAX_VALUE_CHARS).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if shown.len() < text.len() { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_shown_in_one_line_of_bounded_length() {
        assert_eq!(show(&json!("a\nb")), "a b");
        assert_eq!(show(&json!({"a": 1})), r#"{"a":1}"#);
        assert_eq!(show(&json!("ä".repeat(300))).chars().count(), MAX_VALUE_CHARS + 1);
    }
}
