//! ClickPipes. No data moves: a source is in order unless its host ends in `.invalid`.

mod changes;
mod check;
mod source;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::{
    call::{Call, Output},
    clock::timestamp,
    refusal::Refusal,
    resources::{Action, Completion, Id, Kind, Making, Operation, Resource, States, Transition, make},
};

pub(crate) use check::check_reachable;
pub(crate) use source::{Source, sample_fields};

/// The time until a scaling is applied. Until then, its numbers are 0.
const SCALING: TimeDelta = TimeDelta::seconds(60);

/// The ClickPipes of a service.
pub(crate) const KIND: Kind = Kind {
    name: "ClickPipe",
    title: "ClickPipes",
    id: Some(Id { parameter: "clickPipeId", field: "id" }),
    operations: &[
        Operation::new("listClickPipes", Action::List),
        Operation::new("createClickPipe", Action::Create),
        Operation::new("getClickPipe", Action::Get),
        Operation::new("updateClickPipe", Action::Update),
        // A pipe has no state of its own for its deletion.
        Operation::new(
            "deleteClickPipe",
            Action::Special(|pipe, call, _| {
                delete(pipe, call.now);
                Ok(Some(Output::Nothing))
            }),
        ),
        Operation::new("getClickPipeSettings", Action::Special(|pipe, _, _| Ok(Some(settings(pipe))))),
        Operation::new("replaceClickPipeSettings", Action::Special(replace_settings)),
        Operation::new("updateClickPipeScaling", Action::Special(scale)),
        Operation::new("updateClickPipeState", Action::Special(command)),
    ],
    made: &[
        ("id", make::uuid),
        ("serviceId", |making| making.path.get("serviceId").into()),
        ("createdAt", make::now),
        ("updatedAt", make::now),
    ],
    update_delay: 5,
    states: Some(STATES),
    check: check::check,
    complete,
    shown,
    ..Kind::PLAIN
};

const STATES: States = States {
    field: "state",
    first: "Provisioning",
    transitions: &[
        Transition::new("Provisioning", 60, "Setup").of(is_from_database),
        Transition::new("Provisioning", 60, "Running"),
        Transition::new("Setup", 30, "Running").of(has_loaded),
        Transition::new("Setup", 30, "Snapshot"),
        Transition::new("Modifying", 30, "Running").of(has_loaded),
        Transition::new("Modifying", 30, "Snapshot"),
        Transition::new("Snapshot", 300, "Resync").of(is_resyncing),
        Transition::new("Snapshot", 300, "Completed").of(reads_once),
        Transition::new("Snapshot", 300, "Running"),
        Transition::new("Resync", 30, "Completed").of(reads_once),
        Transition::new("Resync", 30, "Running"),
        Transition::new("Running", 300, "Completed").of(reads_once),
        Transition::end("Stopping", 20).of(is_deleted),
        Transition::new("Stopping", 10, "Stopped"),
        Transition::new("Pausing", 10, "Paused"),
    ],
    deletion: None,
};

// What the API does not show of a pipe.
/// Whether all tables are loaded.
const HAS_LOADED: &str = "hasLoaded";
/// Whether the tables are loaded again, beside those that there are.
const IS_RESYNCING: &str = "isResyncing";
const IS_DELETED: &str = "isDeleted";
/// The time of the last scaling.
const SCALED_AT: &str = "scaledAt";

pub(super) fn is_from_database(pipe: &Resource) -> bool {
    source(pipe).is_some_and(|source| source.is_database())
}

/// Returns whether a pipe has what it runs on.
pub(super) fn is_provisioned(pipe: &Resource) -> bool {
    pipe.state(&STATES) != "Provisioning"
}

fn reads_once(pipe: &Resource) -> bool {
    source(pipe).is_some_and(|source| source.reads_once())
}

fn has_loaded(pipe: &Resource) -> bool {
    pipe.hidden.contains_key(HAS_LOADED) || source(pipe).is_some_and(|source| source.reads_changes_alone())
}

fn is_resyncing(pipe: &Resource) -> bool {
    pipe.hidden.contains_key(IS_RESYNCING)
}

fn is_deleted(pipe: &Resource) -> bool {
    pipe.hidden.contains_key(IS_DELETED)
}

fn source(pipe: &Resource) -> Option<Source<'_>> {
    Source::of(&pipe.fields["source"])
}

/// Notes whether all tables are loaded, in a state that tells it.
fn note_loading(pipe: &mut Resource) {
    if ["Running", "Degraded"].contains(&pipe.state(&STATES)) {
        pipe.hidden.insert(HAS_LOADED.to_owned(), true.into());
        pipe.hidden.shift_remove(IS_RESYNCING);
    }
}

fn touch(pipe: &mut Resource, now: DateTime<Utc>) {
    pipe.fields.insert("updatedAt".to_owned(), timestamp(now).into());
}

fn complete(pipe: &mut Resource, completion: &mut Completion<'_, '_>) {
    let call = completion.call;
    match completion.action {
        Action::Create => {
            changes::add_defaults(pipe);
            if call.body["startPaused"] == true {
                pipe.fields.insert(STATES.field.to_owned(), "Stopped".into());
            }
            note_scaling(pipe, call.now);
        }
        Action::Update => {
            let resumes = changes::apply(pipe, &call.known_body()["source"]);
            if resumes && ["Paused", "Failed"].contains(&pipe.state(&STATES)) {
                pipe.enter(&STATES, "Modifying", call.now);
            }
            touch(pipe, call.now);
        }
        _ => return,
    }
    if let Some(sources) = pipe.fields.get_mut("source") {
        source::hide_secrets(sources);
    }
}

fn note_scaling(pipe: &mut Resource, now: DateTime<Utc>) {
    pipe.hidden.insert(SCALED_AT.to_owned(), timestamp(now).into());
}

fn shown(fields: &mut Map<String, Value>, pipe: &Resource, seen_at: DateTime<Utc>) {
    let scaled_at = pipe.hidden.get(SCALED_AT).and_then(|at| at.as_str()?.parse::<DateTime<Utc>>().ok());
    if scaled_at.is_some_and(|at| at + SCALING > seen_at) {
        for (_, number) in fields.get_mut("scaling").and_then(Value::as_object_mut).into_iter().flatten() {
            *number = 0.into();
        }
    }
    if let Some(source) = fields.get_mut("source") {
        source::hide_azure(source);
    }
}

fn delete(pipe: &mut Resource, now: DateTime<Utc>) {
    if !is_deleted(pipe) {
        pipe.hidden.insert(IS_DELETED.to_owned(), true.into());
        pipe.enter(&STATES, "Stopping", now);
    }
}

fn settings(pipe: &Resource) -> Output {
    Output::Json(pipe.fields.get("settings").cloned().unwrap_or_else(|| json!({})))
}

fn replace_settings(pipe: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    source(pipe).map_or(Ok(()), |source| check::check_settings(&source, call.body))?;
    let settings = call.known_body();
    pipe.fields.insert("settings".to_owned(), settings.clone());
    touch(pipe, call.now);
    Ok(Some(Output::Json(settings)))
}

fn scale(pipe: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    source(pipe).map_or(Ok(()), |source| check::check_scaling(&source, call.body))?;
    let before = pipe.show(&KIND, call.seen_at);
    if let (Some(Value::Object(stored)), Value::Object(changes)) = (pipe.fields.get_mut("scaling"), call.known_body()) {
        stored.extend(changes);
    }
    note_scaling(pipe, call.now);
    touch(pipe, call.now);
    Ok(Some(Output::Json(before)))
}

fn command(pipe: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let (command, state) = (call.body["command"].as_str().unwrap_or_default(), pipe.state(&STATES).to_owned());
    source(pipe).map_or(Ok(()), |source| check::check_command(command, &state, &source))?;
    let (before, is_from_database) = (pipe.show(&KIND, call.seen_at), is_from_database(pipe));
    match command {
        "start" => {
            if state == "Failed" && pipe.before() == Some("Running") {
                pipe.hidden.insert(HAS_LOADED.to_owned(), true.into());
            }
            pipe.enter(&STATES, if is_from_database { "Setup" } else { "Provisioning" }, call.now);
        }
        "stop" if !["Stopping", "Stopped", "Pausing", "Paused", "Completed"].contains(&state.as_str()) => {
            note_loading(pipe);
            pipe.enter(&STATES, if is_from_database { "Pausing" } else { "Stopping" }, call.now);
        }
        "resync" => {
            pipe.hidden.insert(IS_RESYNCING.to_owned(), true.into());
            pipe.hidden.shift_remove(HAS_LOADED);
            pipe.enter(&STATES, "Snapshot", call.now);
        }
        _ => {}
    }
    touch(pipe, call.now);
    Ok(Some(Output::Json(before)))
}
