//! Media types: how a body of each is written and read, and which ones the crate uses.

use serde_json::{Map, Value};

use crate::json::text;

/// The format in which a body is written or read.
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

/// Returns a media type in lower case, without parameters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl Format {
    /// Returns the format of a media type. If the name of the media type does not tell, its schema does.
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

/// Returns the media type in which a request is sent: JSON if it is listed, else the first.
pub(crate) fn request_media_type(content: &Map<String, Value>) -> Option<&String> {
    json(content).or_else(|| content.iter().next()).map(|(name, _)| name)
}

/// Returns whether a response of this media type is a stream of events.
pub(crate) fn is_event_stream(media_type: &str) -> bool {
    essence(media_type) == "text/event-stream"
}

/// Returns the media types in which a response is read: without XML, and others of the same schema, beside JSON. Events
/// are read by a method of their own.
pub(crate) fn response_media_types(content: &Map<String, Value>) -> Vec<&String> {
    let Some((json, json_content)) = json(content) else { return content.keys().collect() };
    let adds_something = |name: &String, content: &Value| {
        let schema = content.get("schema");
        !is_xml(name) && schema.is_some() && schema != json_content.get("schema")
    };
    content
        .iter()
        .filter(|(name, content)| *name == json || is_event_stream(name) || adds_something(name, content))
        .map(|(name, _)| name)
        .collect()
}

fn json(content: &Map<String, Value>) -> Option<(&String, &Value)> {
    content.iter().find(|(name, content)| Format::of(name, content) == Format::Json)
}

/// Returns whether the response under this status means success. `default` does, if an operation lists neither a 2xx
/// status nor a redirect.
pub(crate) fn is_success(status: &str, responses: &Map<String, Value>) -> bool {
    let is_other = |other: &String| other.starts_with('2') || is_redirect(other, responses);
    status.starts_with('2') || status == "default" && !responses.keys().any(is_other)
}

/// Returns whether the response under this status is a redirect that a call returns. Beside a success, a permanent one
/// is an error: it says that the URL of the request is an old one.
pub(crate) fn is_redirect(status: &str, responses: &Map<String, Value>) -> bool {
    match status {
        "302" | "303" | "307" | "3XX" | "3xx" => true,
        "301" | "308" => !responses.keys().any(|other| other.starts_with('2')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> &Map<String, Value> {
        value.as_object().unwrap()
    }

    #[test]
    fn the_name_tells_the_format_before_the_schema() {
        let format = |name, schema| Format::of(name, &json!({"schema": schema}));
        assert_eq!(format("Application/Problem+JSON; charset=utf-8", json!({})), Format::Json);
        assert_eq!(format("text/xml", json!({})), Format::Text);
        assert_eq!(format("application/x-ndjson", json!({"type": "string"})), Format::Text);
        assert_eq!(format("application/zip", json!({"type": "string", "format": "binary"})), Format::Bytes);
        assert_eq!(format("*/*", json!({"type": "object"})), Format::Json);
    }

    #[test]
    fn json_is_sent_before_the_first_media_type() {
        assert_eq!(
            request_media_type(object(&json!({"text/plain": {}, "application/json": {}}))).unwrap(),
            "application/json"
        );
        assert_eq!(request_media_type(object(&json!({"text/plain": {}, "text/csv": {}}))).unwrap(), "text/plain");
    }

    #[test]
    fn a_response_is_read_as_json_and_what_differs_from_it() {
        let content = json!({
            "text/csv": {"schema": {"type": "string"}},
            "application/yaml": {"schema": {"type": "object"}},
            "text/xml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        });
        assert_eq!(response_media_types(object(&content)), ["text/csv", "application/json"]);
    }

    #[test]
    fn default_means_success_only_without_a_2xx_and_a_redirect() {
        assert!(is_success("default", object(&json!({"default": {}, "404": {}, "304": {}}))));
        assert!(!is_success("default", object(&json!({"default": {}, "2XX": {}}))));
        assert!(!is_success("default", object(&json!({"default": {}, "302": {}}))));
    }

    #[test]
    fn a_permanent_redirect_is_an_error_beside_a_success() {
        assert!(is_redirect("301", object(&json!({"301": {}}))));
        assert!(!is_redirect("301", object(&json!({"301": {}, "200": {}}))));
        assert!(is_redirect("303", object(&json!({"303": {}, "200": {}}))));
        assert!(!is_redirect("304", object(&json!({"304": {}}))));
    }
}
