use serde_json::Value;

use super::{keys, length_of_time};
use crate::{diagnostic::NodeDiagnostic, source::Pointer};

/// So many requests in a window of so long.
pub(super) fn rate_limit(value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut diagnostics = keys(value, at, &["requests", "window"], &[]);
    if let Some(requests) = value.get("requests") {
        diagnostics.extend(count(requests, &at.key("requests")));
    }
    if let Some(window) = value.get("window") {
        diagnostics.extend(length_of_time(window, &at.key("window")));
    }
    diagnostics
}

fn count(value: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    let fits = value.as_u64().is_some_and(|count| (1..=u64::from(u32::MAX)).contains(&count));
    (!fits).then(|| {
        let message = format!("`requests` must be a whole number from 1, and is {}", super::described(value));
        NodeDiagnostic::value(at.clone(), message, "write a number like `10`")
    })
}
