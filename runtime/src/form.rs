//! Bodies that are forms.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

use crate::{
    FilePart, ParameterStyle,
    style::Written,
    tree::{Files, Tree},
};

/// `application/x-www-form-urlencoded`: as in a query, unless a property has a style of its own. What is inside
/// something else is JSON.
pub(crate) fn urlencoded(form: &impl Serialize, styles: &[(&str, ParameterStyle)]) -> Result<Bytes, String> {
    let fields = properties(Tree::of(form)?)?.into_iter().flat_map(|(name, value)| {
        let style = styles.iter().find(|(other, _)| *other == name).map(|(_, style)| *style);
        let style = style.unwrap_or(match value {
            Tree::Object(_) => ParameterStyle::Json,
            _ => ParameterStyle::Form { explode: true },
        });
        let is_absent = value == Tree::Null;
        let fields = Written::from((style, value)).query(&name);
        if is_absent { Vec::new() } else { fields }
    });
    Ok(fields.collect::<Vec<_>>().join("&").into())
}

/// `multipart/form-data`: a part for each property, or for each element of one that is a list. Returns the header
/// `Content-Type` as well, because it holds what separates the parts.
pub(crate) fn multipart(form: &impl Serialize, types: &[(&str, &str)]) -> Result<(String, Bytes), String> {
    let (tree, files) = Tree::with_files(form)?;
    let mut parts = Vec::new();
    for (name, value) in properties(tree)? {
        let content_type = types.iter().find(|(other, _)| *other == name).map(|(_, content_type)| *content_type);
        let values = match value {
            Tree::List(values) if content_type != Some("application/json") => values,
            Tree::Null => Vec::new(),
            value => vec![value],
        };
        for value in values {
            parts.push(part(&name, &value, content_type, &files)?);
        }
    }

    // What separates the parts must not be in one of them, and by chance it never is.
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

fn properties(form: Tree) -> Result<Vec<(String, Tree)>, String> {
    match form {
        Tree::Object(properties) => Ok(properties),
        Tree::Null => Ok(Vec::new()),
        _ => Err("a form is an object".to_owned()),
    }
}

/// A part's head and its content.
fn part(name: &str, value: &Tree, content_type: Option<&str>, files: &Files) -> Result<(String, Bytes), String> {
    let name = escaped(name);
    if let Some(FilePart { content, name: file_name, content_type: own }) = files.find(value) {
        let file_name = escaped(file_name.as_deref().unwrap_or("file"));
        let content_type = own.as_deref().or(content_type).unwrap_or("application/octet-stream");
        if content_type.contains(char::is_control) {
            return Err(format!("the content type of `{name}` holds a control character"));
        }
        let head = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {content_type}"
        );
        return Ok((head, content.clone()));
    }
    let is_json = matches!(value, Tree::List(_) | Tree::Object(_));
    let content = if content_type == Some("application/json") { value.to_json() } else { value.to_text() };
    let content_type = content_type.or(is_json.then_some("application/json"));
    let content_type = content_type.map(|content_type| format!("\r\nContent-Type: {content_type}")).unwrap_or_default();
    Ok((format!("Content-Disposition: form-data; name=\"{name}\"{content_type}"), content.into()))
}

/// As the HTML standard has it.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
