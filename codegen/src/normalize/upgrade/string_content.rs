use serde_json::{Map, Value};

use super::site::Site;

/// Replaces the encoding and the media type of a string by a `format`: `byte` for base64, `binary` for other media
/// types than text.
pub(super) fn replace(schema: &mut Map<String, Value>, site: &mut Site) {
    let encoding = schema.shift_remove("contentEncoding");
    let media_type = schema.shift_remove("contentMediaType");
    let (keyword, format) =
        match (encoding.as_ref().and_then(Value::as_str), media_type.as_ref().and_then(Value::as_str)) {
            (Some("base64" | "base64url"), _) => ("/contentEncoding", "byte"),
            (None, Some(media_type)) if !is_text(media_type) => ("/contentMediaType", "binary"),
            (Some(_), _) => {
                let help = "decode it where it is used, or send `base64`";
                return site.warn(
                    "contentEncoding",
                    "the crate does not decode this encoding: the field is a string",
                    help,
                );
            }
            (None, _) => return,
        };
    if !schema.contains_key("format") {
        site.moved("/format", keyword);
        schema.insert("format".to_owned(), Value::from(format));
    }
    // Only texts have an encoding and a media type.
    if ["type", "$ref", "allOf", "oneOf", "anyOf"].iter().all(|keyword| !schema.contains_key(*keyword)) {
        schema.insert("type".to_owned(), Value::from("string"));
    }
}

fn is_text(media_type: &str) -> bool {
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    media_type.starts_with("text/")
        || ["json", "xml", "yaml", "graphql", "jwt"].iter().any(|syntax| {
            media_type.strip_suffix(syntax).is_some_and(|rest| rest.ends_with('/') || rest.ends_with('+'))
        })
}
