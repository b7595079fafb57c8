use serde_json::{Map, Value, json};

use super::elements;
use crate::{
    call::{Call, Output},
    document::Document,
    refusal::Refusal,
    resources::{Action, Attempt, Kind, Making, Operation, Resource, make},
};

/// The ClickHouse settings of a service, which are a list of names and values.
pub(crate) const KIND: Kind = Kind {
    name: "list of ClickHouse settings",
    title: "ClickHouse settings",
    with_parent: true,
    operations: &[
        Operation::new("listClickhouseSettings", Action::Get),
        Operation::new("updateClickhouseSettings", Action::Special(update)),
        Operation::new("getClickhouseSetting", Action::Special(get)),
        Operation::new("resetClickhouseSetting", Action::Special(reset)),
    ],
    defaults: &[("settings", make::empty_list)],
    update_delay: 5,
    check,
    ..Kind::PLAIN
};

/// Returns the settings that a service can have: those in the document's example.
pub(crate) fn schema() -> &'static Value {
    let operation = Document::embedded().ok().and_then(|document| document.operation("getClickhouseSettingsSchema"));
    operation.map_or(&Value::Null, |operation| operation.example())
}

/// Returns what a setting takes.
fn schema_of(name: &str) -> Result<&'static Value, Refusal> {
    elements(&schema()["settings"]).iter().find(|setting| setting["name"] == name).ok_or_else(|| {
        Refusal::bad_request(format_args!("settings.{name}: there is no such setting, or it cannot be changed"))
    })
}

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    for (name, value) in attempt.call.body["settings"].as_object().into_iter().flatten() {
        let schema = schema_of(name)?;
        let fits = if schema["type"] == "integer" { value.is_i64() || value.is_u64() } else { value.is_string() };
        if !fits {
            return Err(Refusal::bad_request(format_args!(
                "settings.{name}: this is not of the type {}",
                schema["type"]
            )));
        }
        let allowed = elements(&schema["enum"]);
        if !allowed.is_empty() && !allowed.contains(value) {
            return Err(Refusal::bad_request(format_args!("settings.{name}: this is not one of {}", schema["enum"])));
        }
    }
    Ok(())
}

fn update(settings: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let changes = call.body["settings"].as_object().cloned().unwrap_or_default();
    let mut warnings = Vec::new();
    for name in changes.keys() {
        if let Some(warning) = schema_of(name)?.get("warning") {
            warnings.push(json!({ "name": name, "message": warning }));
        }
    }
    change(settings, call, |list| {
        list.retain(|setting| setting["name"].as_str().is_none_or(|name| !changes.contains_key(name)));
        list.extend(changes.iter().map(|(name, value)| json!({ "name": name, "value": value })));
    });
    Ok(Some(Output::Json(json!({ "settings": changes, "warnings": warnings }))))
}

fn get(settings: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    let shown = settings.show(&KIND, call.seen_at);
    let found = elements(&shown["settings"]).iter().find(|setting| setting["name"] == name(call));
    found.map(|setting| Some(Output::Json(setting.clone()))).ok_or_else(|| Refusal::no_such("setting"))
}

fn reset(settings: &mut Resource, call: &Call<'_>, _: &mut Making<'_>) -> Result<Option<Output>, Refusal> {
    schema_of(name(call))?;
    change(settings, call, |list| list.retain(|setting| setting["name"] != name(call)));
    Ok(Some(Output::Nothing))
}

fn change(settings: &mut Resource, call: &Call<'_>, change: impl FnOnce(&mut Vec<Value>)) {
    let before: Map<_, _> = settings.fields.clone();
    if let Some(list) = settings.fields["settings"].as_array_mut() {
        change(list);
    }
    settings.note_update(&KIND, call.now, before);
}

fn name<'a>(call: &Call<'a>) -> &'a str {
    call.path.get("settingName").unwrap_or_default()
}
