//! What the server logs: its start, a checkpoint every five minutes, and the queries that fail.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    created_at,
    queries::PATTERNS,
    window::{Window, is_descending, page},
};
use crate::{
    call::{Call, Output},
    clock::timestamp,
    refusal::Refusal,
    resources::{Making, Resource},
};

const LONGEST: TimeDelta = TimeDelta::days(30);
const CHECKPOINTS: TimeDelta = TimeDelta::minutes(5);

pub(super) fn list(service: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let Window { from, to } = Window::of(call)?;
    if to - from > LONGEST {
        return Err(Refusal::bad_request("to_date: this is more than 30 days after from_date"));
    }
    // The last time counts.
    let to = to.min(call.now) + TimeDelta::milliseconds(1);
    let mut entries = entries(service, Window { from, to }, call.now);
    entries.sort_by_key(|(at, ..)| *at);
    if is_descending(call) {
        entries.reverse();
    }
    let severity = call.query.get("severity");
    let part = call.query["body_contains"].as_str().unwrap_or_default();
    let selected = entries.into_iter().filter_map(|(at, of, body)| {
        let body = body.to_string();
        let is_selected = severity.is_none_or(|severity| severity == of) && body.contains(part);
        is_selected.then(|| json!({ "timestamp": timestamp(at), "severity": of, "body": body }))
    });
    Ok(Some(Output::list(page(call, selected).into_iter())))
}

/// Returns the entries of a time, each with its severity and its body.
fn entries(service: &Resource, window: Window, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, &'static str, Value)> {
    let start = created_at(service, now);
    let mut entries = Vec::new();
    if (window.from..window.to).contains(&start) {
        entries.push((start, "LOG", json!({ "message": "database system is ready to accept connections" })));
    }
    let before = (window.from - start).num_seconds().max(0) / CHECKPOINTS.num_seconds();
    let mut at = start + CHECKPOINTS * i32::try_from(before).unwrap_or(i32::MAX);
    while at < window.to {
        if at > start && at >= window.from {
            entries.push((at, "LOG", json!({ "message": "checkpoint complete: wrote 184 buffers" })));
        }
        at += CHECKPOINTS;
    }
    for pattern in &PATTERNS {
        let Some(failure) = &pattern.error else { continue };
        let body = json!({ "message": failure.message, "state_code": failure.state });
        entries.extend(pattern.executions(service, window, now).map(|at| (at, "ERROR", body.clone())));
    }
    entries
}
