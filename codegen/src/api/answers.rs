//! What a call returns, out of all that its operation may answer.

use serde_json::Value;

use super::{Documented, Reader, Schema, prose};
use crate::{
    json::fields,
    names::{CATCH_ALL, Names, type_name},
    openapi::media_type::{Format, essence},
    progenitor::Type,
    source::Pointer,
};

/// What a successful call returns.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// JSON of this schema and this media type.
    Result(Schema, String),
    /// The same, or nothing.
    Optional(Schema, String),
    /// Text of these media types.
    Text(String),
    /// Bytes of these media types.
    Bytes(String),
    /// What the status and the media type say.
    OneOf(OneOf),
    Empty,
}

/// Answers that become an enum.
#[derive(Debug, PartialEq)]
pub(crate) struct OneOf {
    /// The name of the enum.
    pub(crate) name: String,
    /// All that are asked for.
    pub(crate) media_types: String,
    /// The most particular first.
    pub(crate) outcomes: Vec<Outcome>,
}

/// One of several answers.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// Its variant. Two outcomes that hold the same share one.
    pub(crate) variant: String,
    pub(crate) status: String,
    pub(crate) media_type: String,
    pub(crate) meaning: String,
    pub(crate) content: Content,
}

/// What an outcome holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Json(Schema),
    Text,
    Bytes,
    Empty,
}

impl Answer {
    /// One type where all answers hold the same, else an enum with a variant for each that differs.
    pub(super) fn read(
        responses: Option<&Value>,
        at: &Pointer,
        reader: &Reader<'_>,
        name: impl FnOnce() -> String,
    ) -> Self {
        let responses = fields(responses);
        let mut outcomes: Vec<_> =
            responses.flat_map(|(status, response)| outcomes(status, response, &at.key(status), reader)).collect();
        let contents = unique(outcomes.iter().map(|outcome| &outcome.content));
        let received = outcomes.iter().filter(|outcome| outcome.content != Content::Empty);
        let media_types = unique(received.map(|outcome| outcome.media_type.as_str())).join(", ");
        match contents.as_slice() {
            [] | [Content::Empty] => return Self::Empty,
            [Content::Json(schema)] if matches!(schema.ty, Type::Nullable(_)) => {
                return Self::Optional((*schema).clone(), media_types);
            }
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

fn outcomes(status: &str, response: &Value, at: &Pointer, reader: &Reader<'_>) -> Vec<Outcome> {
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
    let at = at.key("content");
    contents.iter().map(|(name, content)| outcome(name.clone(), Content::read(name, content, &at, reader))).collect()
}

impl Content {
    fn read(media_type: &str, content: &Value, at: &Pointer, reader: &Reader<'_>) -> Self {
        match Format::of(media_type, content) {
            Format::Json => Self::Json(reader.schema_of(content, &at.key(media_type))),
            Format::Text | Format::Form => Self::Text,
            Format::Bytes | Format::Multipart => Self::Bytes,
        }
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
            Self::Json(schema) => schema.documented.variant_name(),
            Self::Text => "Text".to_owned(),
            Self::Bytes => "Bytes".to_owned(),
            Self::Empty => "Nothing".to_owned(),
        }
    }
}

impl Documented {
    fn variant_name(&self) -> String {
        match self {
            Self::Named(name) => type_name(name),
            Self::List(element) => format!("{}List", element.variant_name()),
            Self::Map(_) => "Object".to_owned(),
            Self::Plain(kind, _) => match kind.as_str() {
                "any" => "Value".to_owned(),
                "array" => "List".to_owned(),
                "string" => "Text".to_owned(),
                kind => type_name(kind),
            },
        }
    }
}
