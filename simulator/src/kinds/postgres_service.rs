//! Postgres services: primaries, read replicas, and those from backups. None has a database.

mod access_list;
mod backups;
mod check;
mod config;
mod logs;
mod metrics;
mod queries;
mod window;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::{
    call::{Call, File, Output},
    clock::timestamp,
    refusal::Refusal,
    resources::{Action, Assumed, Completion, Id, Kind, Making, Operation, Resource, States, Transition, make},
};

pub(crate) use backups::backups;

/// The Postgres services of an organization.
pub(crate) const KIND: Kind = Kind {
    name: "Postgres service",
    title: "Postgres services",
    id: Some(Id { parameter: "postgresId", field: "id" }),
    operations: &[
        Operation::new("listPostgresServices", Action::List),
        Operation::new("createPostgresService", Action::Create),
        Operation::new("restorePostgresService", Action::Create),
        Operation::new("createPostgresReadReplica", Action::Create),
        Operation::new("getPostgresService", Action::Get),
        Operation::new("updatePostgresService", Action::Special(update)),
        Operation::new("deletePostgresService", Action::Delete),
        Operation::new(
            "updatePostgresPassword",
            Action::Special(|_, call, making| Ok(Some(set_password(call, making)))),
        ),
        Operation::new("updatePostgresState", Action::Special(command)),
        Operation::new("getPostgresCaCertificates", Action::Special(|_, _, _| Ok(Some(Output::File(CA_CERTIFICATES))))),
        Operation::new("getPostgresConfig", Action::Special(|service, _, _| Ok(Some(config::get(service))))),
        Operation::new(
            "replacePostgresConfig",
            Action::Special(|service, call, _| Ok(Some(config::replace(service, call)))),
        ),
        Operation::new(
            "updatePostgresConfig",
            Action::Special(|service, call, _| Ok(Some(config::update(service, call)))),
        ),
        Operation::new("getPostgresMetrics", Action::Special(metrics::get)),
        Operation::new("listPostgresSlowQueryPatterns", Action::Special(queries::list)),
        Operation::new("getPostgresSlowQueryPattern", Action::Special(queries::get)),
        Operation::new("listPostgresLogs", Action::Special(logs::list)),
    ],
    made: &[("id", make::uuid), ("createdAt", make::now)],
    defaults: &[("postgresVersion", |_| json!("18")), ("haType", |_| json!("none")), ("tags", make::empty_list)],
    assumed: &[
        Assumed { operation: "createPostgresService", field: ACCESS, value: access_list::everybody },
        Assumed { operation: "updatePostgresService", field: "tags", value: || json!([]) },
    ],
    states: Some(STATES),
    check: check::check,
    complete,
    shown,
    created: Some(created),
    ..Kind::PLAIN
};

const STATES: States = States {
    field: "state",
    first: "creating",
    transitions: &[
        Transition::new("creating", 60, "restoring_backup").of(is_replica),
        Transition::new("creating", 180, "running"),
        Transition::new("restoring_backup", 180, "replaying_wal"),
        Transition::new("replaying_wal", 60, "finalizing_restore"),
        Transition::new("finalizing_restore", 30, "running"),
        Transition::new("restarting", 20, "running"),
        Transition::end("deleting", 30),
    ],
    deletion: Some("deleting"),
};

/// The time until a new size or new standbys are shown.
const RESIZING: TimeDelta = TimeDelta::seconds(120);

const CA_CERTIFICATES: File = File {
    name: "ca-certificates.pem",
    media_type: "application/x-pem-file",
    text: include_str!("postgres_service/ca_certificates.pem"),
};

/// The field with the access list.
const ACCESS: &str = "ipAccessList";

// What the API does not show of a service.
/// The id of the primary that a read replica follows.
const PRIMARY: &str = "primary";
/// The part of the host name that stays when the service is renamed.
const HOST: &str = "host";
/// The time of the last new size or new standbys.
const RESIZED_AT: &str = "resizedAt";
/// The size and the standbys before.
const RESIZED_FROM: &str = "resizedFrom";

pub(crate) fn is_running(service: &Resource) -> bool {
    service.state(&STATES) == "running"
}

fn is_replica(service: &Resource) -> bool {
    service.hidden.contains_key(PRIMARY)
}

fn is_replica_of(service: &Resource, primary: &Resource) -> bool {
    service.hidden.get(PRIMARY).is_some_and(|id| *id == primary.fields["id"])
}

fn time_of(map: &Map<String, Value>, name: &str) -> Option<DateTime<Utc>> {
    map.get(name)?.as_str()?.parse().ok()
}

fn created_at(service: &Resource, now: DateTime<Utc>) -> DateTime<Utc> {
    time_of(&service.fields, "createdAt").unwrap_or(now)
}

/// Completes a new service. One from another has what that one has.
fn complete(service: &mut Resource, completion: &mut Completion<'_, '_>) {
    if !matches!(completion.action, Action::Create) {
        return;
    }
    let call = completion.call;
    let source = call.path.get("postgresId").and_then(|id| completion.store.peek(&KIND, completion.scope, id)).cloned();
    let is_replica = call.operation.id() == "createPostgresReadReplica";
    if let Some(source) = source {
        for name in ["provider", "region", "postgresVersion", "size"] {
            service.fields.insert(name.to_owned(), source.fields[name].clone());
        }
        service.fields.insert("haType".to_owned(), "none".into());
        if is_replica {
            service.hidden.insert(PRIMARY.to_owned(), source.fields["id"].clone());
            service.fields.extend(source.fields.get(ACCESS).map(|list| (ACCESS.to_owned(), list.clone())));
            config::copy(&source, service);
        } else {
            service.fields.insert(ACCESS.to_owned(), access_list::everybody());
            service.fields.insert(STATES.field.to_owned(), "restoring_backup".into());
        }
    }
    config::set(service, call);
    let identity = &mut *completion.making.identity;
    access_list::number(access_list(service), identity);
    service.hidden.insert(HOST.to_owned(), identity.host_label().into());
    service.fields.insert("isPrimary".to_owned(), (!is_replica).into());
    service.fields.insert("hostname".to_owned(), host_name(service).into());
    service.fields.shift_remove("earliestRestoreTime");
    if !is_replica {
        backups::begin(service, call.now);
    }
}

fn access_list(service: &mut Resource) -> &mut Value {
    service.fields.entry(ACCESS).or_insert_with(|| json!([]))
}

fn host_name(service: &Resource) -> String {
    let text = |name: &str| service.fields[name].as_str().unwrap_or_default();
    let name = text("name").to_lowercase();
    let name = name.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let host = service.hidden.get(HOST).and_then(Value::as_str).unwrap_or_default();
    let name = name.chain([host]).collect::<Vec<_>>().join("-");
    format!("{name}.{}.{}.pg.clickhouse.cloud", text("region"), text("provider"))
}

/// Shows the size and the standbys before a change for a while, and how far a restore can go back.
fn shown(fields: &mut Map<String, Value>, service: &Resource, seen_at: DateTime<Utc>) {
    if let (Some(at), Some(Value::Object(before))) =
        (time_of(&service.hidden, RESIZED_AT), service.hidden.get(RESIZED_FROM))
        && at + RESIZING > seen_at
    {
        fields.extend(before.clone());
    }
    if let Some((_, earliest)) = backups(service, seen_at).next() {
        fields.insert("earliestRestoreTime".to_owned(), timestamp(earliest).into());
    }
}

/// Returns what the API shows in the response to a call that neither reads nor changes the access list.
fn show_without_access_list(service: &Resource, call: &Call<'_>) -> Value {
    let mut shown = service.show(&KIND, call.seen_at);
    remove(&mut shown, ACCESS);
    shown
}

fn remove(shown: &mut Value, name: &str) {
    if let Some(fields) = shown.as_object_mut() {
        fields.shift_remove(name);
    }
}

/// Only the creation of a service that is from no other one tells its password.
fn created(service: &mut Resource, call: &Call<'_>, making: &mut Making<'_>) -> Value {
    if call.operation.id() != "createPostgresService" {
        return show_without_access_list(service, call);
    }
    let mut shown = service.show(&KIND, call.seen_at);
    let text = |name: &str| service.fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let (user, host) = (text("username"), text("hostname"));
    let password = making.identity.password();
    shown["connectionString"] =
        format!("postgres://{user}:{password}@{host}:5432/postgres?channel_binding=require").into();
    shown["password"] = password.into();
    shown
}

fn update(service: &mut Resource, call: &Call<'_>, making: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let body = call.known_body();
    service.fields.insert("tags".to_owned(), body["tags"].clone());
    if let Some(name) = body.get("name") {
        service.fields.insert("name".to_owned(), name.clone());
        service.fields.insert("hostname".to_owned(), host_name(service).into());
    }
    let resized = ["size", "haType"].map(|name| (name, body.get(name).unwrap_or(&service.fields[name]).clone()));
    if resized.iter().any(|(name, value)| service.fields[*name] != *value) {
        let mut before = Map::new();
        for (name, value) in resized {
            before.extend(service.fields.insert(name.to_owned(), value).map(|value| (name.to_owned(), value)));
        }
        service.hidden.insert(RESIZED_FROM.to_owned(), before.into());
        service.hidden.insert(RESIZED_AT.to_owned(), timestamp(call.now).into());
    }
    let Some(changes) = body.get(ACCESS) else {
        return Ok(Some(Output::Json(show_without_access_list(service, call))));
    };
    access_list::update(access_list(service), changes, making.identity)?;
    Ok(None)
}

fn set_password(call: &Call<'_>, making: &mut Making<'_>) -> Output {
    let is_given = call.body.get("password").is_some();
    let result = if is_given { json!({}) } else { json!({ "password": making.identity.password() }) };
    Output::Json(result)
}

fn command(service: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let command = call.body["command"].as_str().unwrap_or_default();
    let state = service.state(&STATES).to_owned();
    let mut left_out = None;
    match (command, state.as_str()) {
        ("restart", "running" | "unavailable") => service.enter(&STATES, "restarting", call.now),
        ("promote", "running") if is_replica(service) => {
            service.hidden.shift_remove(PRIMARY);
            service.fields.insert("isPrimary".to_owned(), true.into());
            backups::begin(service, call.now);
            left_out = Some("isPrimary");
        }
        ("promote", "running") => return Err(Refusal::bad_request("only a read replica can be promoted")),
        // Which server has the work is not shown, and without a standby, nothing happens at all.
        ("restart", "restarting") | ("switchover", "running") => {}
        _ => return Err(Refusal::bad_request(format_args!("{command} is not possible in the state {state}"))),
    }
    let mut shown = show_without_access_list(service, call);
    if let Some(name) = left_out {
        remove(&mut shown, name);
    }
    Ok(Some(Output::Json(shown)))
}
