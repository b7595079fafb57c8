//! Slow queries. Nobody makes any, so the same ones run at regular times for as long as the service exists.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    created_at, is_replica,
    window::{Window, is_descending, page},
};
use crate::{
    call::{Call, Output},
    clock::timestamp,
    refusal::Refusal,
    resources::{Making, Resource},
};

/// The number of executions that are shown of a pattern.
const SHOWN: usize = 10;

/// A query that runs at regular times, and takes the same each time.
pub(super) struct Pattern {
    id: &'static str,
    text: &'static str,
    operation: &'static str,
    app: &'static str,
    /// The seconds from one execution to the next.
    every: i64,
    duration_us: f64,
    rows: i64,
    blocks_hit: i64,
    blocks_read: i64,
    wal_bytes: i64,
    pub(super) error: Option<Failure>,
}

pub(super) struct Failure {
    pub(super) message: &'static str,
    pub(super) state: &'static str,
}

const USER: &str = "postgres";
const DATABASE: &str = "postgres";

/// The CPU time of each execution, in microseconds.
const CPU_USER_US: i64 = 620;
const CPU_SYSTEM_US: i64 = 90;

/// The number of the severity `ERROR` in the code of Postgres.
const ERROR: i64 = 21;

/// What no execution does.
const ALWAYS_ZERO: [&str; 22] = [
    "sharedBlksWritten",
    "sharedBlksDirtied",
    "sharedBlkReadTimeUs",
    "sharedBlkWriteTimeUs",
    "localBlksHit",
    "localBlksRead",
    "localBlksWritten",
    "localBlksDirtied",
    "tempBlksRead",
    "tempBlksWritten",
    "tempBlkReadTimeUs",
    "tempBlkWriteTimeUs",
    "walRecords",
    "walFpi",
    "jitFunctions",
    "jitGenerationTimeUs",
    "jitInliningTimeUs",
    "jitOptimizationTimeUs",
    "jitEmissionTimeUs",
    "jitDeformTimeUs",
    "parallelWorkersPlanned",
    "parallelWorkersLaunched",
];

pub(super) const PATTERNS: [Pattern; 3] = [
    Pattern {
        id: "-4519027338120964871",
        text: "SELECT * FROM orders WHERE customer_id = $1 ORDER BY placed_at DESC",
        operation: "SELECT",
        app: "webshop",
        every: 60,
        duration_us: 1190.25,
        rows: 20,
        blocks_hit: 160,
        blocks_read: 3,
        wal_bytes: 0,
        error: None,
    },
    Pattern {
        id: "7730465511893021906",
        text: "INSERT INTO orders (customer_id, placed_at) VALUES ($1, $2)",
        operation: "INSERT",
        app: "webshop",
        every: 300,
        duration_us: 840.5,
        rows: 1,
        blocks_hit: 12,
        blocks_read: 1,
        wal_bytes: 312,
        error: None,
    },
    Pattern {
        id: "1182940676035527744",
        text: "SELECT sum(total) FROM orders JOIN customers USING (customer_id) GROUP BY country",
        operation: "SELECT",
        app: "reports",
        every: 900,
        duration_us: 60_000_000.0,
        rows: 0,
        blocks_hit: 90_000,
        blocks_read: 41_000,
        wal_bytes: 0,
        error: Some(Failure { message: "canceling statement due to statement timeout", state: "57014" }),
    },
];

pub(super) fn list(service: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let window = Window::in_milliseconds(call)?;
    let key = sort_key(call.query["sort_by"].as_str().unwrap_or("total_duration"));
    let selected = PATTERNS.iter().filter(|pattern| pattern.is_selected(call.query));
    let mut found: Vec<Value> = selected.filter_map(|pattern| pattern.aggregate(service, window, call.now)).collect();
    let number = |pattern: &Value| pattern[key].as_f64().unwrap_or_default();
    found.sort_by(|one, other| {
        let order = number(one).total_cmp(&number(other));
        if is_descending(call) { order.reverse() } else { order }
    });
    Ok(Some(Output::list(page(call, found).into_iter())))
}

pub(super) fn get(service: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let id = call.path.get("queryId").unwrap_or_default();
    let pattern = PATTERNS.iter().find(|pattern| pattern.id == id && pattern.is_selected(call.query));
    let pattern = pattern.ok_or_else(|| Refusal::no_such("query pattern"))?;
    let always = Window { from: created_at(service, call.now), to: call.now };
    let only = call.query["timestamp"].as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    let shown: Value = match only {
        Some(only) => {
            let at = Window { from: only, to: only + TimeDelta::seconds(1) };
            pattern.executions(service, at, call.now).take(1).map(|at| pattern.execution(service, at)).collect()
        }
        None => {
            let last = pattern.executions(service, always, call.now).rev().take(SHOWN);
            last.map(|at| pattern.execution(service, at)).collect()
        }
    };
    let mut result = json!({ "recentExecutions": shown });
    if let Some(aggregate) = pattern.aggregate(service, always, call.now) {
        result["aggregate"] = aggregate;
    }
    Ok(Some(Output::Json(result)))
}

/// Returns the field that a value of `sort_by` stands for.
fn sort_key(name: &str) -> &'static str {
    match name {
        "avg_duration" => "avgDurationUs",
        "call_count" => "callCount",
        "total_blks_read" => "totalSharedBlksRead",
        "total_cpu_time" => "totalCpuTimeUs",
        "error_count" => "errorCount",
        "max_duration" => "maxDurationUs",
        "p50_duration" => "p50DurationUs",
        "p95_duration" => "p95DurationUs",
        "p99_duration" => "p99DurationUs",
        "total_rows" => "totalRows",
        "total_shared_blks_hit" => "totalSharedBlksHit",
        "total_wal_bytes" => "totalWalBytes",
        _ => "totalDurationUs",
    }
}

impl Pattern {
    /// Returns the times of its executions in a time, up to now, the first one first.
    pub(super) fn executions(
        &self,
        service: &Resource,
        Window { from, to }: Window,
        now: DateTime<Utc>,
    ) -> impl DoubleEndedIterator<Item = DateTime<Utc>> + ExactSizeIterator + use<> {
        let (start, every) = (created_at(service, now), TimeDelta::seconds(self.every));
        // The number of the first execution from a time on. The first of all comes some time after the creation.
        let first_from = |at: DateTime<Utc>| {
            let since = (at - start).num_milliseconds();
            i32::try_from((since - 1).div_euclid(every.num_milliseconds()) + 1).unwrap_or(i32::MAX).max(1)
        };
        (first_from(from)..first_from(to.min(now))).map(move |number| start + every * number)
    }

    /// Returns whether it has what a query asks for.
    fn is_selected(&self, query: &Value) -> bool {
        let own = [("db_name", DATABASE), ("db_user", USER), ("db_operation", self.operation), ("app", self.app)];
        own.iter().all(|(name, value)| query.get(name).is_none_or(|asked| asked == value))
    }

    /// Returns the fields that the pattern and its executions have in common.
    fn shown(&self) -> Value {
        json!({
            "queryId": self.id,
            "queryText": self.text,
            "dbName": DATABASE,
            "dbUser": USER,
            "dbOperation": self.operation,
            "app": self.app,
        })
    }

    /// Returns the sums over its executions in a time, if there are any.
    fn aggregate(&self, service: &Resource, window: Window, now: DateTime<Utc>) -> Option<Value> {
        let count = self.executions(service, window, now).len();
        if count == 0 {
            return None;
        }
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        let (duration, calls) = (self.duration_us, i64::from(count));
        let mut shown = self.shown();
        for name in ["avgDurationUs", "maxDurationUs", "p50DurationUs", "p95DurationUs", "p99DurationUs"] {
            shown[name] = duration.into();
        }
        shown["totalDurationUs"] = (duration * f64::from(count)).into();
        for (name, each) in [
            ("callCount", 1),
            ("errorCount", self.error.is_some().into()),
            ("totalRows", self.rows),
            ("totalSharedBlksRead", self.blocks_read),
            ("totalSharedBlksHit", self.blocks_hit),
            ("totalCpuTimeUs", CPU_USER_US + CPU_SYSTEM_US),
            ("totalWalBytes", self.wal_bytes),
        ] {
            shown[name] = (each * calls).into();
        }
        Some(shown)
    }

    fn execution(&self, service: &Resource, at: DateTime<Utc>) -> Value {
        let mut shown = self.shown();
        shown["timestamp"] = timestamp(at).into();
        shown["pid"] = "4182".into();
        shown["durationUs"] = self.duration_us.into();
        shown["serverRole"] = if is_replica(service) { "standby" } else { "primary" }.into();
        for (name, number) in [
            ("rows", self.rows),
            ("sharedBlksHit", self.blocks_hit),
            ("sharedBlksRead", self.blocks_read),
            ("walBytes", self.wal_bytes),
            ("cpuUserTimeUs", CPU_USER_US),
            ("cpuSysTimeUs", CPU_SYSTEM_US),
        ] {
            shown[name] = number.into();
        }
        for name in ALWAYS_ZERO {
            shown[name] = 0.into();
        }
        if let Some(Failure { message, state }) = &self.error {
            shown["errMessage"] = (*message).into();
            shown["errSqlstate"] = (*state).into();
            shown["errElevel"] = ERROR.into();
            // The client of the reports traces its queries.
            shown["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736".into();
            shown["spanId"] = "00f067aa0ba902b7".into();
        }
        shown
    }
}
