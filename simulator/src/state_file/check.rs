//! Rules for a state that serde does not check: a person may have edited the file, and another version of the simulator
//! may have had another document.

use chrono::{DateTime, Datelike, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    cloud::{Cloud, find_invalid_hash, find_refused_setting, inspect},
    document::Document,
    kinds::api_key,
    resources::{Located, Models},
};

/// The last year of the time of a state. After the 2000 years that the clock can go on, years still have four digits.
const MAX_YEAR: i32 = 7999;

/// The greatest number of backups, and of snapshots, that a service has made. With one in each hour, they last for more
/// than 8000 years.
const MAX_BACKUPS_MADE: u64 = 100_000_000;

/// The greatest number of resources that were created. JSON numbers of any program have room for it.
const MAX_CREATED: u64 = 1 << 53;

/// A field of a state with a value that the simulator cannot use.
pub(super) struct Violation {
    /// The path of the field. It ends in the document's name of the field, if there is one.
    pub(super) field: String,
    pub(super) problem: String,
}

/// Returns the first field that breaks the document, or that contradicts another field.
pub(super) fn find_violation(cloud: &Cloud, now: DateTime<Utc>, models: &Models) -> Option<Violation> {
    if !(0..=MAX_YEAR).contains(&now.year()) {
        return Some(Violation::new("now", format!("the year is not between 0 and {MAX_YEAR}")));
    }
    if cloud.resources().created() > MAX_CREATED {
        return Some(Violation::new("cloud.resources.created", format!("this is above {MAX_CREATED}")));
    }
    let is_missing = |organization: &Uuid| cloud.organizations().all(|other| other != *organization);
    let invalid = cloud.resources().everything().find_map(|located| {
        if located.scope.organization().is_some_and(|organization| is_missing(&organization)) {
            let field = format!("cloud.resources.by_kind.{}.{}", located.kind, located.scope.as_str());
            return Some(Violation::new(field, "there is no such organization"));
        }
        find_invalid_resource(models, &located)
    });
    if invalid.is_some() {
        return invalid;
    }
    for (organization, id, service) in cloud.services() {
        let path = format!("cloud.services.{organization}.{id}");
        if is_missing(&organization) {
            return Some(Violation::new(path, "there is no such organization"));
        }
        if service.id() != id {
            return Some(Violation::new(format!("{path}.id"), "this is not the id that the service is stored under"));
        }
        for (below, made) in [("backups", service.backups().made()), ("snapshots", service.snapshots().made())] {
            if made > MAX_BACKUPS_MADE {
                return Some(Violation::new(
                    format!("{path}.{below}.made"),
                    format!("this is above {MAX_BACKUPS_MADE}"),
                ));
            }
        }
        let violation = serde_json::to_value(service).ok().and_then(|stored| find_time_out_of_range(&stored, &path));
        if violation.is_some() {
            return violation;
        }
        for shown in inspect(service, now) {
            if let Some(Violation { field, problem }) =
                find_invalid_field(models.document(), shown.operation, &shown.result)
            {
                return Some(Violation::new(format!("{path}{}{field}", shown.path), problem));
            }
        }
        if let Some((below, refusal)) = find_refused_setting(service, now) {
            return Some(Violation::new(format!("{path}{below}"), refusal.message));
        }
    }
    None
}

impl Violation {
    fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// Returns the first field of a resource that breaks the document, or that the simulator cannot use.
fn find_invalid_resource(models: &Models, located: &Located<'_>) -> Option<Violation> {
    let Located { kind, scope, id, resource } = located;
    let Some(model) = models.named(kind) else {
        return Some(Violation::new(format!("cloud.resources.by_kind.{kind}"), "there is no such kind"));
    };
    let path = format!("cloud.resources.by_kind.{kind}.{scope}.{id}", scope = scope.as_str());
    if model.kind().id_of(&resource.fields).is_some_and(|found| found != *id) {
        let field = model.kind().id_field().unwrap_or_default();
        let problem = "this is not the id that the resource is stored under";
        return Some(Violation::new(format!("{path}.fields.{field}"), problem));
    }
    let shown = Value::Object(resource.fields.clone());
    if let Some(violation) = model.schema().violations(&shown).first() {
        return Some(Violation::new(format!("{path}.fields.{}", violation.field()), violation.message()));
    }
    if *kind == api_key::KIND.name
        && let Some(field) = find_invalid_hash(resource)
    {
        return Some(Violation::new(format!("{path}.hidden.{field}"), "this is not a SHA-256 hash"));
    }
    let stored = serde_json::to_value(resource).ok()?;
    find_time_out_of_range(&stored, &path)
}

/// Returns the first field of a result that breaks the document.
fn find_invalid_field(document: &Document, operation: &str, result: &Value) -> Option<Violation> {
    let envelope = json!({ "status": 200, "requestId": Uuid::nil(), "result": result });
    let violations = document.operation(operation)?.response(200)?.violations(&envelope);
    let violation = violations.into_iter().next()?;
    let whole = violation.field();
    let field = whole.strip_prefix("result").map_or(&*whole, |below| below.trim_start_matches('.'));
    let field = if field.is_empty() { String::new() } else { format!(".{field}") };
    Some(Violation::new(field, violation.message()))
}

/// Returns the first time of a year that does not have four digits: times after it could leave the calendar.
fn find_time_out_of_range(stored: &Value, path: &str) -> Option<Violation> {
    match stored {
        // Only such years are written with a sign.
        Value::String(text) if text.starts_with(['+', '-']) && text.parse::<DateTime<Utc>>().is_ok() => {
            Some(Violation::new(path, "the year does not have four digits"))
        }
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| find_time_out_of_range(item, &format!("{path}[{index}]")))
        }
        Value::Object(fields) => {
            fields.iter().find_map(|(name, value)| find_time_out_of_range(value, &format!("{path}.{name}")))
        }
        _ => None,
    }
}
