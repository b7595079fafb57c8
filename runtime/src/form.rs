//! The bodies of forms.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

use crate::{
    FilePart, ParameterStyle,
    style::ParameterValue,
    text_tree::{Files, TextTree},
};

/// Writes `application/x-www-form-urlencoded`. A property is written as in a query, and objects are JSON, unless
/// `styles` has another style for it.
pub(crate) fn urlencoded(form: &impl Serialize, styles: &[(&str, ParameterStyle)]) -> Result<Bytes, String> {
    let fields = properties(TextTree::of(form)?)?.into_iter().flat_map(|(name, value)| {
        let style = styles.iter().find(|(other, _)| *other == name).map(|(_, style)| *style);
        let style = style.unwrap_or(match value {
            TextTree::Object(_) => ParameterStyle::Json,
            _ => ParameterStyle::Form { explode: true },
        });
        let is_absent = value == TextTree::Null;
        let fields = ParameterValue::from((style, value)).query(&name);
        if is_absent { Vec::new() } else { fields }
    });
    Ok(fields.collect::<Vec<_>>().join("&").into())
}

/// Writes `multipart/form-data`, with a part for each property, or for each element of a list. Returns the `Content-Type`
/// as well, because it contains the boundary of the parts.
pub(crate) fn multipart(form: &impl Serialize, types: &[(&str, &str)]) -> Result<(String, Bytes), String> {
    let (tree, files) = TextTree::with_files(form)?;
    let mut parts = Vec::new();
    for (name, value) in properties(tree)? {
        let content_type = types.iter().find(|(other, _)| *other == name).map(|(_, content_type)| *content_type);
        let values = match value {
            TextTree::List(values) if content_type != Some("application/json") => values,
            TextTree::Null => Vec::new(),
            value => vec![value],
        };
        for value in values {
            parts.push(part(&name, &value, content_type, &files)?);
        }
    }

    // Random, because the boundary must not be in any part.
    let boundary = format!("form-{:032x}", fastrand::u128(..));
    let mut body = BytesMut::new();
    for (head, content) in parts {
        body.put_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.put_slice(&content);
        body.put_slice(b"\r\n");
    }
    body.put_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), body.freeze()))
}

fn properties(form: TextTree) -> Result<Vec<(String, TextTree)>, String> {
    match form {
        TextTree::Object(properties) => Ok(properties),
        TextTree::Null => Ok(Vec::new()),
        _ => Err("only an object can be a form".to_owned()),
    }
}

/// Returns the head and the content of a part.
fn part(name: &str, value: &TextTree, content_type: Option<&str>, files: &Files) -> Result<(String, Bytes), String> {
    let name = escape(name);
    if let Some(FilePart { content, name: file_name, content_type: file_type }) = files.find(value) {
        let file_name = escape(file_name.as_deref().unwrap_or("file"));
        let content_type = file_type.as_deref().or(content_type).unwrap_or("application/octet-stream");
        if content_type.contains(char::is_control) {
            return Err(format!("the content type of `{name}` contains a control character"));
        }
        let head = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {content_type}"
        );
        return Ok((head, content.clone()));
    }
    let is_json = matches!(value, TextTree::List(_) | TextTree::Object(_));
    let content = if content_type == Some("application/json") { value.to_json() } else { value.to_text() };
    let content_type = content_type.or(is_json.then_some("application/json"));
    let content_type = content_type.map(|content_type| format!("\r\nContent-Type: {content_type}")).unwrap_or_default();
    Ok((format!("Content-Disposition: form-data; name=\"{name}\"{content_type}"), content.into()))
}

/// Escapes a name for `Content-Disposition`, as the HTML standard defines it.
fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
