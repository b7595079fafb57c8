//! What the document allows and the API refuses.

use serde_json::Value;

use super::{
    STATES, is_deleted,
    source::{Source, is_same_mapping},
};
use crate::{
    kinds::{elements, reverse_private_endpoint},
    refusal::Refusal,
    resources::{Action, Attempt},
};

const MAX_NAME_CHARACTERS: usize = 255;

/// The fields of a destination that pipes from databases do not take.
const TABLE_FIELDS: [&str; 4] = ["table", "columns", "managedTable", "tableDefinition"];

/// The states of a pipe that is at work.
const AT_WORK: [&str; 7] = ["Provisioning", "Setup", "Snapshot", "Running", "Degraded", "Modifying", "Resync"];

type Check = Result<(), Refusal>;

pub(super) fn check(attempt: &Attempt<'_>) -> Check {
    let body = attempt.call.body;
    match (attempt.action, attempt.call.operation.id()) {
        (Action::Create, _) => {
            check_name(body)?;
            Source::of(&body["source"]).map_or(Ok(()), |source| check_creation(attempt, &source))
        }
        (Action::List | Action::Get, _) | (_, "deleteClickPipe" | "getClickPipeSettings") => Ok(()),
        _ if attempt.resource.is_some_and(is_deleted) => Err(Refusal::bad_request("the ClickPipe is being deleted")),
        (Action::Update, _) => {
            Source::of(attempt.field("source")).map_or(Ok(()), |source| check_update(attempt, &source))
        }
        _ => Ok(()),
    }
}

/// Refuses a source whose host does not exist.
pub(crate) fn check_reachable(source: &Source<'_>) -> Check {
    source.unreachable_host().map_or(Ok(()), |host| {
        // In the words of the API.
        Err(Refusal::bad_request(format_args!("failed to establish connection: dial tcp: lookup {host}: no such host")))
    })
}

fn check_creation(attempt: &Attempt<'_>, source: &Source<'_>) -> Check {
    let body = attempt.call.body;
    let destination = &body["destination"];
    let takes = |name: &str| destination.get(name).is_some();
    let table_field = TABLE_FIELDS.into_iter().find(|name| takes(name));
    match (source.is_database(), table_field) {
        (true, Some(name)) => {
            return refuse(&format!("destination.{name}"), "a ClickPipe from a database takes only a database");
        }
        (false, None) => return refuse("destination.table", "a ClickPipe from a stream or from files needs it"),
        _ => {}
    }
    if source.is_database() {
        if body["startPaused"] == true {
            return refuse("startPaused", "a ClickPipe from a database does not take it");
        }
        check_without_mappings(body)?;
        if body.get("scaling").is_some() {
            return refuse("scaling", "ClickPipes from databases share one, clickpipesCdcScaling");
        }
    } else {
        check_mappings(&destination["columns"], &body["fieldMappings"])?;
        check_scaling(source, &body["scaling"])?;
    }
    check_settings(source, &body["settings"])?;
    check_endpoints(attempt, source)?;
    check_reachable(source)
}

fn check_update(attempt: &Attempt<'_>, source: &Source<'_>) -> Check {
    let body = attempt.call.body;
    check_name(body)?;
    check_settings(source, &body["settings"])?;
    let changes = [&body["destination"]["columns"], &body["fieldMappings"]];
    if source.is_database() {
        check_without_mappings(body)?;
    } else if changes.iter().any(|list| list.is_array()) {
        let stored = [&attempt.field("destination")["columns"], attempt.field("fieldMappings")];
        let [columns, mappings] =
            [0, 1].map(|index| if changes[index].is_array() { changes[index] } else { stored[index] });
        check_mappings(columns, mappings)?;
    }
    let Some(change) = Source::of(&body["source"]) else { return Ok(()) };
    if change.kind != source.kind {
        return refuse(
            &format!("source.{}", change.kind),
            format_args!("the source of the ClickPipe is {}", source.kind),
        );
    }
    check_tables(attempt, source, &change)?;
    check_endpoints(attempt, &change)?;
    check_reachable(&change)
}

/// Refuses changes of tables while a pipe is at work, and those that contradict each other or the tables that there are.
fn check_tables(attempt: &Attempt<'_>, source: &Source<'_>, change: &Source<'_>) -> Check {
    let (added, removed) =
        (elements(&change.fields["tableMappingsToAdd"]), elements(&change.fields["tableMappingsToRemove"]));
    let state = attempt.field(STATES.field).as_str().unwrap_or_default();
    let changes_tables = !added.is_empty() || !removed.is_empty();
    if changes_tables && !["Paused", "Failed"].contains(&state) {
        // In the words of the API.
        return Err(Refusal::bad_request("ClickPipe must be paused to edit table mappings"));
    }
    let path = |name: &str, index: usize| format!("source.{}.{name}[{index}]", change.kind);
    let is_among = |tables: &[Value], table: &Value| tables.iter().any(|other| is_same_mapping(table, other));
    for (index, table) in removed.iter().enumerate() {
        if !is_among(source.table_mappings(), table) {
            return refuse(&path("tableMappingsToRemove", index), "there is no such table mapping");
        }
    }
    for (index, table) in added.iter().enumerate() {
        if is_among(removed, table) {
            return refuse(
                &path("tableMappingsToAdd", index),
                "one request cannot remove and add the same table mapping",
            );
        }
        if is_among(source.table_mappings(), table) || is_among(&added[..index], table) {
            return refuse(&path("tableMappingsToAdd", index), "there already is such a table mapping");
        }
    }
    Ok(())
}

pub(super) fn check_command(command: &str, state: &str, source: &Source<'_>) -> Check {
    match command {
        // The API's message.
        "start" if AT_WORK.contains(&state) => Err(Refusal::bad_request("ClickPipe is already running")),
        "start" if !["Stopped", "Paused", "Failed"].contains(&state) => {
            Err(Refusal::bad_request(format_args!("ClickPipe cannot be started in the state {state}")))
        }
        "resync" if !["postgres", "mysql"].contains(&source.kind) => {
            Err(Refusal::bad_request("ClickPipe cannot be resynced: this is only for Postgres and MySQL"))
        }
        _ => Ok(()),
    }
}

fn check_name(body: &Value) -> Check {
    let length = body["name"].as_str().map(|name| name.chars().count());
    if length.is_none_or(|length| (1..=MAX_NAME_CHARACTERS).contains(&length)) {
        Ok(())
    } else {
        refuse("name", format_args!("it has to have 1 to {MAX_NAME_CHARACTERS} characters"))
    }
}

/// Refuses columns without a mapping.
fn check_mappings(columns: &Value, mappings: &Value) -> Check {
    for column in elements(columns) {
        let is_mapped = elements(mappings).iter().any(|mapping| mapping["destinationField"] == column["name"]);
        if !is_mapped {
            let name = column["name"].as_str().unwrap_or_default();
            return refuse("fieldMappings", format_args!("the column {name} has none"));
        }
    }
    Ok(())
}

fn check_without_mappings(body: &Value) -> Check {
    if elements(&body["fieldMappings"]).is_empty() {
        Ok(())
    } else {
        refuse("fieldMappings", "a ClickPipe from a database has none")
    }
}

pub(super) fn check_settings(source: &Source<'_>, settings: &Value) -> Check {
    let is_stream = ["kafka", "kinesis", "pubsub"].contains(&source.kind);
    for (name, _) in settings.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let suits = match name.split('_').next() {
            Some("kafka") => source.kind == "kafka",
            Some("object") => source.kind == "objectStorage",
            Some("streaming") => is_stream,
            _ => !source.is_database(),
        };
        if !suits {
            return refuse(name, format_args!("this setting is not for {}", source.kind));
        }
    }
    Ok(())
}

pub(super) fn check_scaling(source: &Source<'_>, scaling: &Value) -> Check {
    if source.is_database() {
        return Err(Refusal::bad_request("ClickPipes from databases share one scaling, clickpipesCdcScaling"));
    }
    let is_object_storage = source.kind == "objectStorage";
    for (name, is_for_object_storage) in
        [("concurrency", true), ("replicaCpuMillicores", false), ("replicaMemoryGb", false)]
    {
        if scaling.get(name).is_some() && is_object_storage != is_for_object_storage {
            return refuse(name, format_args!("this is not for {}", source.kind));
        }
    }
    Ok(())
}

/// Refuses reverse private endpoints that do not exist.
fn check_endpoints(attempt: &Attempt<'_>, source: &Source<'_>) -> Check {
    for (index, id) in elements(&source.fields["reversePrivateEndpointIds"]).iter().enumerate() {
        let id = id.as_str().unwrap_or_default().to_lowercase();
        if attempt.store.peek(&reverse_private_endpoint::KIND, attempt.scope, &id).is_none() {
            let field = format!("source.{}.reversePrivateEndpointIds[{index}]", source.kind);
            return refuse(&field, "there is no such reverse private endpoint");
        }
    }
    Ok(())
}

fn refuse(field: &str, problem: impl std::fmt::Display) -> Check {
    Err(Refusal::bad_request(format_args!("{field}: {problem}")))
}
