//! Metrics over time. They do not change: there are no queries.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{created_at, window::Window};
use crate::{
    call::{Call, Output},
    refusal::Refusal,
    resources::{Making, Resource},
};

/// The largest number of buckets.
const MAX_BUCKETS: i64 = 250;

const MINUTE: i64 = 60;

struct Metric {
    key: &'static str,
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    /// What the metric tells apart, with the value of each.
    series: &'static [(&'static str, f64)],
}

const METRICS: [Metric; 3] = [
    Metric {
        key: "cpu_usage",
        name: "CPU usage",
        unit: "%",
        description: "The share of the CPU in use.",
        series: &[("user", 2.5), ("system", 1.25)],
    },
    Metric {
        key: "connection_count",
        name: "Connections",
        unit: "count",
        description: "The number of open connections.",
        series: &[("postgres", 1.0)],
    },
    Metric {
        key: "cache_hit_ratio",
        name: "Cache hit ratio",
        unit: "%",
        description: "The share of blocks that were found in the shared buffers.",
        series: &[("postgres", 99.5)],
    },
];

pub(super) fn get(service: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let Window { from, to } = Window::in_milliseconds(call)?;
    let bucket = match call.query["bucket_size_seconds"].as_i64() {
        Some(seconds) => seconds,
        None => suitable_bucket((to - from).num_seconds()),
    };
    let bucket = TimeDelta::try_seconds(bucket).unwrap_or(TimeDelta::MAX);
    let (start, end) = (created_at(service, call.now), to.min(call.now));
    let mut begin = from;
    let mut times = Vec::new();
    while begin < end && times.len() < usize::try_from(MAX_BUCKETS).unwrap_or_default() {
        let Some(next) = begin.checked_add_signed(bucket) else { break };
        times.extend((next > start).then_some(begin.timestamp()));
        begin = next;
    }
    let shown = METRICS.iter().map(|Metric { key, name, unit, description, series }| {
        let series = series.iter().map(|(label, value)| {
            let points = times.iter().map(|at| json!({ "timestamp": at, "value": value })).collect::<Value>();
            json!({ "label": label, "dataPoints": points })
        });
        let series = series.collect::<Value>();
        json!({ "key": key, "name": name, "unit": unit, "description": description, "series": series })
    });
    Ok(Some(Output::Json(json!({ "metrics": shown.collect::<Value>() }))))
}

/// Returns a number of whole minutes, so that there are few enough buckets.
fn suitable_bucket(seconds: i64) -> i64 {
    (seconds / (MAX_BUCKETS * MINUTE) + 1) * MINUTE
}
