//! What is done with a body of some media type.

use serde_json::{Map, Value};

use crate::json::text;

/// How a body is written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
    Text,
    Bytes,
}

/// A media type in lower case, without parameters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl Format {
    /// The way that fits a media type; where that says little, its schema.
    pub(crate) fn of(media_type: &str, content: &Value) -> Self {
        let media_type = essence(media_type);
        let (family, subtype) = media_type.split_once('/').unwrap_or((&media_type, ""));
        let kind = |keyword| text(content.get("schema")?, keyword);
        match (family, subtype) {
            ("multipart", "form-data") => Self::Multipart,
            ("application", "x-www-form-urlencoded") => Self::Form,
            (_, "json") => Self::Json,
            (_, subtype) if subtype.ends_with("+json") => Self::Json,
            ("text", _) => Self::Text,
            (_, subtype) if is_xml(&media_type) || subtype.ends_with("yaml") => Self::Text,
            ("application", "octet-stream") | ("image" | "audio" | "video" | "font" | "multipart", _) => Self::Bytes,
            _ if kind("type") == Some("string") && !matches!(kind("format"), Some("binary" | "byte")) => Self::Text,
            ("*", _) if content.get("schema").is_some_and(|schema| schema.get("format").is_none()) => Self::Json,
            _ => Self::Bytes,
        }
    }
}

pub(crate) fn is_xml(media_type: &str) -> bool {
    let media_type = essence(media_type);
    media_type.ends_with("/xml") || media_type.ends_with("+xml")
}

/// The media type in which a request is sent: JSON where that is possible, else the first.
pub(crate) fn sent(content: &Map<String, Value>) -> Option<&String> {
    json(content).or_else(|| content.iter().next()).map(|(name, _)| name)
}

/// The media types in which a response is read: all but those that say the same as the JSON beside them.
pub(crate) fn received(content: &Map<String, Value>) -> Vec<&String> {
    let Some((json, said)) = json(content) else { return content.keys().collect() };
    let says_more = |name: &String, content: &Value| {
        let schema = content.get("schema");
        !is_xml(name) && schema.is_some() && schema != said.get("schema")
    };
    content.iter().filter(|(name, content)| *name == json || says_more(name, content)).map(|(name, _)| name).collect()
}

fn json(content: &Map<String, Value>) -> Option<(&String, &Value)> {
    content.iter().find(|(name, content)| Format::of(name, content) == Format::Json)
}

/// Whether a response of this status, among all that an operation lists, is what a call returns. An operation that
/// lists no success succeeds with `default`.
pub(crate) fn is_success(status: &str, responses: &Map<String, Value>) -> bool {
    status.starts_with('2') || status == "default" && !responses.keys().any(|other| other.starts_with('2'))
}
