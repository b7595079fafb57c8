//! What a new pipe has beside the request, and the changes to a source.

use serde_json::{Value, json};

use super::{
    HAS_LOADED, KIND,
    source::{Source, is_same_mapping},
};
use crate::{kinds::elements, resources::Resource};

/// Adds what a request may leave out. A pipe from a database has neither a scaling nor settings of its own.
pub(super) fn add_defaults(pipe: &mut Resource) {
    let id = KIND.id_of(&pipe.fields).unwrap_or_default().to_owned();
    let Some(Source { kind, .. }) = super::source(pipe) else { return };
    let is_database = super::is_from_database(pipe);
    let fields = &mut pipe.fields;
    if is_database {
        for name in ["fieldMappings", "scaling", "settings"] {
            fields.shift_remove(name);
        }
        return;
    }
    let mut scaling = match kind {
        "objectStorage" => json!({ "replicas": 1 }),
        _ => json!({ "replicas": 1, "replicaCpuMillicores": 125, "replicaMemoryGb": 0.5 }),
    };
    if let (Some(Value::Object(asked)), Some(scaling)) = (fields.get("scaling"), scaling.as_object_mut()) {
        scaling.extend(asked.clone());
    }
    fields.insert("scaling".to_owned(), scaling);
    fields.entry("fieldMappings").or_insert_with(|| json!([]));
    fields.entry("settings").or_insert_with(|| json!({}));
    if let Some(Value::Object(kafka)) = fields.get_mut("source").and_then(|source| source.get_mut("kafka")) {
        kafka.entry("consumerGroup").or_insert_with(|| format!("clickpipes-{id}").into());
    }
}

/// Changes the tables of a database as a request asks for. Returns whether the pipe resumes because of the request.
pub(super) fn apply(pipe: &mut Resource, sources: &Value) -> bool {
    let Some(request) = Source::of(sources).filter(Source::is_database) else { return false };
    let (added, removed) =
        (elements(&request.fields["tableMappingsToAdd"]), elements(&request.fields["tableMappingsToRemove"]));
    let stored = pipe.fields.get_mut("source").and_then(|sources| sources.get_mut(request.kind));
    if let Some(Value::Array(tables)) = stored.and_then(|source| source.get_mut("tableMappings")) {
        tables.retain(|table| !removed.iter().any(|other| is_same_mapping(table, other)));
        tables.extend(added.iter().cloned());
    }
    if !added.is_empty() {
        pipe.hidden.shift_remove(HAS_LOADED);
    }
    !added.is_empty() || !removed.is_empty() || request.fields.get("credentials").is_some()
}
