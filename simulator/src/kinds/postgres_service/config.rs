//! The parameters of Postgres and PgBouncer that are set.

use serde_json::{Map, Value, json};

use crate::{
    call::{Call, Output},
    resources::Resource,
};

/// The parameters by program, in the hidden fields under the same names.
const PROGRAMS: [&str; 2] = ["pgConfig", "pgBouncerConfig"];

/// The parameters that Postgres reads when it starts.
const READ_AT_START: [&str; 11] = [
    "autovacuum_freeze_max_age",
    "autovacuum_max_workers",
    "io_method",
    "max_connections",
    "max_logical_replication_workers",
    "max_replication_slots",
    "max_wal_senders",
    "max_worker_processes",
    "shared_memory_percent",
    "track_activity_query_size",
    "wal_buffers",
];

pub(super) fn get(service: &Resource) -> Output {
    Output::Json(shown(service))
}

pub(super) fn replace(service: &mut Resource, call: &Call<'_>) -> Output {
    change(service, call, |_| Map::new())
}

pub(super) fn update(service: &mut Resource, call: &Call<'_>) -> Output {
    change(service, call, |others| others)
}

/// Gives a service the parameters of another one.
pub(super) fn copy(from: &Resource, to: &mut Resource) {
    for program in PROGRAMS {
        to.hidden.extend(from.hidden.get(program).map(|set| (program.to_owned(), set.clone())));
    }
}

/// Sets the parameters in the request of a creation.
pub(super) fn set(service: &mut Resource, call: &Call<'_>) {
    let body = call.known_body();
    for program in PROGRAMS {
        let mut set = parameters(service, program);
        set.extend(body[program].as_object().cloned().unwrap_or_default());
        service.hidden.insert(program.to_owned(), set.into());
    }
}

/// Sets the parameters in the request and those that are kept, and tells whether Postgres has to start again.
fn change(service: &mut Resource, call: &Call<'_>, keep: fn(Map<String, Value>) -> Map<String, Value>) -> Output {
    let body = call.known_body();
    let before = shown(service);
    for program in PROGRAMS {
        let mut set = keep(parameters(service, program));
        set.extend(body[program].as_object().cloned().unwrap_or_default());
        service.hidden.insert(program.to_owned(), set.into());
    }
    let mut after = shown(service);
    if READ_AT_START.iter().any(|name| after["pgConfig"].get(name) != before["pgConfig"].get(name)) {
        after["message"] = "Some of the changed parameters take effect after a restart.".into();
    }
    Output::Json(after)
}

fn parameters(service: &Resource, program: &str) -> Map<String, Value> {
    service.hidden.get(program).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Returns the parameters as the API shows them: numbers are texts.
fn shown(service: &Resource) -> Value {
    let shown = PROGRAMS.map(|program| {
        let mut set = parameters(service, program);
        for value in set.values_mut().filter(|value| value.is_number()) {
            *value = value.to_string().into();
        }
        (program, json!(set))
    });
    shown.into_iter().collect()
}
