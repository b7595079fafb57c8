use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::{
    clock::timestamp,
    resources::{Action, Id, Kind, Operation, Resource, States, Transition, make},
};

/// The snapshots of a service, which no call makes.
pub(crate) const KIND: Kind = Kind {
    name: "snapshot",
    title: "Snapshots",
    id: Some(Id { parameter: "snapshotId", field: "id" }),
    operations: &[Operation::new("listSnapshots", Action::List), Operation::new("getSnapshot", Action::Get)],
    made: &[("id", make::uuid), ("serviceId", |making| making.path.get("serviceId").into())],
    max_page_size: 250,
    newest_first: true,
    states: Some(STATES),
    shown,
    ..Kind::PLAIN
};

pub(crate) const STATES: States = States {
    field: "status",
    first: "in_progress",
    transitions: &[Transition::new("throttled", 120, "in_progress"), Transition::new("in_progress", 8, "done")],
    deletion: None,
};

fn shown(fields: &mut Map<String, Value>, snapshot: &Resource, seen_at: DateTime<Utc>) {
    let started_at = fields["startedAt"].as_str().and_then(|time| time.parse().ok()).unwrap_or(seen_at);
    let is_over = fields["status"] == "done" || fields["status"] == "error";
    let until = if is_over { snapshot.since() } else { seen_at };
    fields.insert("durationInSeconds".to_owned(), (until - started_at).as_seconds_f64().into());
    if is_over {
        fields.insert("finishedAt".to_owned(), timestamp(until).into());
    } else {
        fields.shift_remove("finishedAt");
        fields.insert("sizeInBytes".to_owned(), 0.into());
    }
}
