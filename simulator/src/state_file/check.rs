//! What a state has to be like, apart from its form: a person may have edited it, and another version may have had
//! another document.

use chrono::{DateTime, Datelike, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    cloud::{Cloud, find_refused_setting, inspect},
    document::Document,
};

/// The clock can go on from here for a thousand years and more, and every year still has four digits.
const MAX_YEAR: i32 = 7999;

/// A field of a state that the simulator cannot go on with.
pub(super) struct Misfit {
    /// Its path. What the document has a name for ends in that name.
    pub(super) field: String,
    pub(super) problem: String,
}

/// Returns the first field that breaks the document, or that contradicts another field.
pub(super) fn find_misfit(cloud: &Cloud, now: DateTime<Utc>, document: &Document) -> Option<Misfit> {
    if !(0..=MAX_YEAR).contains(&now.year()) {
        return Some(Misfit::new("now", format!("the year is not between 0 and {MAX_YEAR}")));
    }
    for (organization, id, service) in cloud.services() {
        let place = format!("cloud.organizations.{organization}.services.{id}");
        if service.id() != id {
            return Some(Misfit::new(format!("{place}.id"), "it is not the id that the service is filed under"));
        }
        let misfit = serde_json::to_value(service).ok().and_then(|stored| find_time_out_of_range(&stored, &place));
        if misfit.is_some() {
            return misfit;
        }
        for shown in inspect(service, now) {
            if let Some(Misfit { field, problem }) = find_violation(document, shown.operation, &shown.result) {
                return Some(Misfit::new(format!("{place}{}{field}", shown.place), problem));
            }
        }
        if let Some((below, refusal)) = find_refused_setting(service, now) {
            return Some(Misfit::new(format!("{place}{below}"), refusal.message));
        }
    }
    let is_missing = |organization: &Uuid| cloud.organizations().all(|other| other != *organization);
    let (id, _) = cloud.keys().find(|(_, organization)| is_missing(organization))?;
    Some(Misfit::new(format!("cloud.keys.{id}.organization"), "there is no such organization"))
}

impl Misfit {
    fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// Returns the first field of a result that is not like the document says.
fn find_violation(document: &Document, operation: &str, result: &Value) -> Option<Misfit> {
    let envelope = json!({ "status": 200, "requestId": Uuid::nil(), "result": result });
    let violations = document.operation(operation)?.answer(200)?.violations(&envelope);
    let violation = violations.into_iter().next()?;
    let field =
        violation.field().strip_prefix("result").map_or(violation.field(), |below| below.trim_start_matches('.'));
    let field = if field.is_empty() { String::new() } else { format!(".{field}") };
    Some(Misfit::new(field, violation.message()))
}

/// Returns the first time of a year that does not have four digits. Nothing that is counted on from there ends well.
fn find_time_out_of_range(stored: &Value, path: &str) -> Option<Misfit> {
    match stored {
        // Years that do not have four digits have a sign: no other text is taken for a time.
        Value::String(text) if text.starts_with(['+', '-']) && text.parse::<DateTime<Utc>>().is_ok() => {
            Some(Misfit::new(path, "the year does not have four digits"))
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
