//! Media types: how a body of each is written and read, and which ones the crate uses.

use serde_json::{Map, Value};

use super::reference::resolve;
use crate::json::{elements, fields, text};

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
    pub(crate) fn of(media_type: &str, schema: Option<&Value>) -> Self {
        let media_type = essence(media_type);
        let (family, subtype) = media_type.split_once('/').unwrap_or((&media_type, ""));
        let kind = |keyword| text(schema?, keyword);
        match (family, subtype) {
            ("multipart", "form-data") => Self::Multipart,
            ("application", "x-www-form-urlencoded") => Self::Form,
            (_, "json") => Self::Json,
            (_, subtype) if subtype.ends_with("+json") => Self::Json,
            ("text", _) => Self::Text,
            (_, subtype) if is_xml(&media_type) || subtype.ends_with("yaml") => Self::Text,
            ("application", "octet-stream") | ("image" | "audio" | "video" | "font" | "multipart", _) => Self::Bytes,
            _ if kind("type") == Some("string") && !matches!(kind("format"), Some("binary" | "byte")) => Self::Text,
            ("*", _) | ("application", "*") if schema.is_some_and(|schema| schema.get("format").is_none()) => {
                Self::Json
            }
            _ => Self::Bytes,
        }
    }
}

pub(crate) fn is_xml(media_type: &str) -> bool {
    let media_type = essence(media_type);
    media_type.ends_with("/xml") || media_type.ends_with("+xml")
}

/// Returns whether a media type stands for several, like `image/*`.
pub(crate) fn is_range(media_type: &str) -> bool {
    media_type.contains('*')
}

/// Returns whether a media type lacks what only a caller knows: it is a range, or has parts between boundaries.
pub(crate) fn is_incomplete(media_type: &str) -> bool {
    let essence = essence(media_type);
    is_range(media_type) || essence.starts_with("multipart/") && essence != "multipart/form-data"
}

/// Returns the media types in which a request is sent: JSON if it is listed, else the first. A multipart form is
/// another one if its schema differs, and the only one if just a form can hold the files of their common schema.
pub(crate) fn request_media_types<'a>(content: &'a Map<String, Value>, root: &Value) -> Vec<&'a String> {
    let Some((first, first_content)) = json(content).or_else(|| content.iter().next()) else { return Vec::new() };
    let mut forms =
        content.iter().filter(|(name, content)| Format::of(name, content.get("schema")) == Format::Multipart);
    let Some((form, form_content)) = forms.next().filter(|(form, _)| *form != first) else { return vec![first] };
    let schema = form_content.get("schema");
    match schema {
        schema if schema != first_content.get("schema") => vec![first, form],
        Some(schema) if has_file(schema, root) => vec![form],
        _ => vec![first],
    }
}

/// Returns whether the schema of a form has a property that is a file, or a list of files.
fn has_file(form: &Value, root: &Value) -> bool {
    let form = resolve(form, root);
    let parts = elements(form.get("allOf")).map(|part| resolve(part, root)).chain([form]);
    parts.flat_map(|part| fields(part.get("properties"))).any(|(_, property)| {
        let property = resolve(property, root);
        let items = property.get("items").map(|items| resolve(items, root));
        [Some(property), items].into_iter().flatten().any(|schema| text(schema, "format") == Some("binary"))
    })
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
    content.iter().find(|(name, content)| Format::of(name, content.get("schema")) == Format::Json)
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
        "302" | "303" | "307" | "3XX" => true,
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

    fn sent(content: &Value, root: &Value) -> String {
        request_media_types(object(content), root).into_iter().cloned().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_name_tells_the_format_before_the_schema() {
        let format = |name, schema: Value| Format::of(name, Some(&schema));
        assert_eq!(format("Application/Problem+JSON; charset=utf-8", json!({})), Format::Json);
        assert_eq!(format("text/xml", json!({})), Format::Text);
        assert_eq!(format("application/x-ndjson", json!({"type": "string"})), Format::Text);
        assert_eq!(format("application/zip", json!({"type": "string", "format": "binary"})), Format::Bytes);
        assert_eq!(format("*/*", json!({"type": "object"})), Format::Json);
    }

    #[test]
    fn json_is_sent_before_the_first_media_type() {
        let sent = |content: Value| sent(&content, &Value::Null);
        assert_eq!(sent(json!({"text/plain": {}, "application/json": {}})), "application/json");
        assert_eq!(sent(json!({"text/plain": {}, "text/csv": {}})), "text/plain");
    }

    #[test]
    fn a_multipart_form_is_sent_if_it_differs_from_json_or_has_a_file() {
        let root = json!({ "components": { "schemas": {
            "File": { "properties": { "file": { "items": { "format": "binary" } } } },
            "Note": { "properties": { "text": {} } },
        } } });
        let sent = |form: &str, json: &str| {
            let schema = |name: &str| json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
            let content = json!({ "multipart/form-data": schema(form), "application/json": schema(json) });
            sent(&content, &root)
        };
        assert_eq!(sent("File", "Note"), "application/json multipart/form-data");
        assert_eq!(sent("File", "File"), "multipart/form-data");
        assert_eq!(sent("Note", "Note"), "application/json");
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
