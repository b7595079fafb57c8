//! What a call returns, out of all that its operation may answer.

use serde_json::{Value, json};

use super::{Answer, Content, OneOf, Outcome, prose};
use crate::{
    json::fields,
    names::{CATCH_ALL, Names, type_name},
    openapi::{
        media_type::{Format, essence},
        schema::reference,
    },
};

impl Answer {
    /// One type where all answers hold the same, else an enum with a variant for each that differs.
    pub(super) fn read(responses: Option<&Value>, name: impl FnOnce() -> String) -> Self {
        let mut outcomes: Vec<_> =
            fields(responses).flat_map(|(status, response)| outcomes(status, response)).collect();
        let contents = unique(outcomes.iter().map(|outcome| &outcome.content));
        let received = outcomes.iter().filter(|outcome| outcome.content != Content::Empty);
        let media_types = unique(received.map(|outcome| outcome.media_type.as_str())).join(", ");
        match contents.as_slice() {
            [] | [Content::Empty] => return Self::Empty,
            [Content::Json(schema)] => return Self::Result((*schema).clone(), media_types),
            [Content::Json(schema), Content::Empty] | [Content::Empty, Content::Json(schema)] => {
                return Self::Optional((*schema).clone(), media_types);
            }
            // Nothing is an empty text, and no bytes.
            _ if only(&contents, &Content::Text) => return Self::Text(media_types),
            _ if only(&contents, &Content::Bytes) => return Self::Bytes(media_types),
            _ => {}
        }
        let statuses: Vec<_> = outcomes.iter().map(|outcome| outcome.status.clone()).collect();
        for outcome in &mut outcomes {
            // What a status has one answer for is that, whatever the service calls it.
            if statuses.iter().filter(|status| **status == outcome.status).count() == 1 {
                "*/*".clone_into(&mut outcome.media_type);
            }
        }
        // A status comes before a range, and a range before `default`; the same for media types.
        let breadth = |outcome: &Outcome| (generality(&outcome.status), generality(&outcome.media_type));
        outcomes.sort_by_key(breadth);
        for outcome in &mut outcomes {
            outcome.media_type = essence(&outcome.media_type);
        }
        name_variants(&mut outcomes);
        Self::OneOf(OneOf { name: name(), media_types, outcomes })
    }
}

fn unique<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.fold(Vec::new(), |mut unique, value| {
        if !unique.contains(&value) {
            unique.push(value);
        }
        unique
    })
}

fn only(contents: &[&Content], wanted: &Content) -> bool {
    contents.contains(&wanted) && contents.iter().all(|content| [wanted, &Content::Empty].contains(content))
}

fn generality(pattern: &str) -> u8 {
    match pattern {
        "default" | "*/*" => 2,
        pattern if pattern.ends_with("XX") || pattern.ends_with('*') => 1,
        _ => 0,
    }
}

fn outcomes(status: &str, response: &Value) -> Vec<Outcome> {
    let meaning = prose(Some(response), "description").unwrap_or_default();
    let outcome = |media_type: String, content| Outcome {
        variant: String::new(),
        status: status.to_uppercase().replace("DEFAULT", "default"),
        media_type,
        meaning: meaning.clone(),
        content,
    };
    let contents = response.get("content").and_then(Value::as_object).filter(|contents| !contents.is_empty());
    let Some(contents) = contents else { return vec![outcome("*/*".to_owned(), Content::Empty)] };
    contents.iter().map(|(name, content)| outcome(name.clone(), Content::of(name, content))).collect()
}

impl Content {
    fn of(media_type: &str, content: &Value) -> Self {
        match Format::of(media_type, content) {
            Format::Json => Self::Json(content.get("schema").map_or_else(|| json!({}), undescribed)),
            Format::Text | Format::Form => Self::Text,
            Format::Bytes | Format::Multipart => Self::Bytes,
        }
    }
}

/// Two references to one schema are the same, whatever is said of them.
fn undescribed(schema: &Value) -> Value {
    match (reference(schema), schema.as_object()) {
        (Some(_), Some(schema)) => {
            let mut schema = schema.clone();
            schema.shift_remove("description");
            Value::Object(schema)
        }
        _ => schema.clone(),
    }
}

/// A variant is called after what it holds; where two would be called alike, with the status after it. Outcomes that
/// hold the same share one.
fn name_variants(outcomes: &mut [Outcome]) {
    let mut taken: Names = [CATCH_ALL].into_iter().collect();
    for index in 0..outcomes.len() {
        let (before, rest) = outcomes.split_at_mut(index);
        let outcome = &mut rest[0];
        let same = before.iter().find(|other| other.content == outcome.content);
        outcome.variant = match same {
            Some(same) => same.variant.clone(),
            None => {
                let name = outcome.content.name();
                let with_status = format!("{name}{}", type_name(&format!("of {}", outcome.status)));
                let is_free = taken.take(&name);
                if is_free { name } else { taken.unused(&with_status) }
            }
        };
    }
}

impl Content {
    fn name(&self) -> String {
        match self {
            Self::Json(schema) => json_name(schema),
            Self::Text => "Text".to_owned(),
            Self::Bytes => "Bytes".to_owned(),
            Self::Empty => "Nothing".to_owned(),
        }
    }
}

fn json_name(schema: &Value) -> String {
    if let Some(name) = reference(schema) {
        return type_name(name);
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => format!("{}List", schema.get("items").map(json_name).unwrap_or_default()),
        Some("string") => "Text".to_owned(),
        Some("object") => "Object".to_owned(),
        Some(kind) => type_name(kind),
        None => "Value".to_owned(),
    }
}
