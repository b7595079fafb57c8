//! The bodies of forms.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

use crate::{
    FilePart, ParameterStyle,
    content::{Content, Piece},
    file::FileContent,
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

/// Writes `multipart/form-data`, with a part for each property, or for each element of a list. Returns the
/// `Content-Type` as well, because it contains the boundary of the parts.
pub(crate) fn multipart(form: &impl Serialize, types: &[(&str, &str)]) -> Result<(String, Content), String> {
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
    let (mut body, mut bytes) = (Content::default(), BytesMut::new());
    for (head, content) in parts {
        bytes.put_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        match content {
            FileContent::Bytes(content) => bytes.put_slice(&content),
            FileContent::Reader(reader) => {
                body.push(Piece::Bytes(bytes.split().freeze()));
                body.push(Piece::File(reader));
            }
        }
        bytes.put_slice(b"\r\n");
    }
    bytes.put_slice(format!("--{boundary}--\r\n").as_bytes());
    body.push(Piece::Bytes(bytes.freeze()));
    Ok((format!("multipart/form-data; boundary={boundary}"), body))
}

fn properties(form: TextTree) -> Result<Vec<(String, TextTree)>, String> {
    match form {
        TextTree::Object(properties) => Ok(properties),
        TextTree::Null => Ok(Vec::new()),
        _ => Err("only an object can be a form".to_owned()),
    }
}

/// Returns the head and the content of a part.
fn part(
    name: &str,
    value: &TextTree,
    content_type: Option<&str>,
    files: &Files,
) -> Result<(String, FileContent), String> {
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
    // An object is written as JSON, whatever it is called.
    let content_type = content_type.filter(|content_type| !is_json || !content_type.ends_with("xml"));
    let content_type = content_type.or(is_json.then_some("application/json"));
    let content_type = content_type.map(|content_type| format!("\r\nContent-Type: {content_type}")).unwrap_or_default();
    Ok((format!("Content-Disposition: form-data; name=\"{name}\"{content_type}"), FileContent::Bytes(content.into())))
}

/// Escapes a name for `Content-Disposition`, as the HTML standard defines it.
fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Upload {
        title: &'static str,
        tags: [&'static str; 2],
        reason: Option<String>,
        size: Size,
    }

    #[derive(Serialize)]
    struct Size {
        width: u32,
    }

    const UPLOAD: Upload = Upload { title: "a b", tags: ["c", "d"], reason: None, size: Size { width: 5 } };

    #[test]
    fn a_urlencoded_form_has_the_styles_of_its_properties() {
        let fields = urlencoded(&UPLOAD, &[]).unwrap();
        assert_eq!(fields, "title=a%20b&tags=c&tags=d&size=%7B%22width%22%3A5%7D");
        let styles = [("tags", ParameterStyle::Form { explode: false }), ("size", ParameterStyle::DeepObject)];
        assert_eq!(urlencoded(&UPLOAD, &styles).unwrap(), "title=a%20b&tags=c,d&size%5Bwidth%5D=5");
        assert!(urlencoded(&[1], &[]).is_err());
    }

    #[test]
    fn a_multipart_form_has_a_part_for_each_element() {
        let (content_type, body) = multipart(&UPLOAD, &[("title", "text/markdown")]).unwrap();
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let head = |name: &str| format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n");
        let expected = [
            head("title") + "Content-Type: text/markdown\r\n\r\na b\r\n",
            head("tags") + "\r\nc\r\n",
            head("tags") + "\r\nd\r\n",
            head("size") + "Content-Type: application/json\r\n\r\n{\"width\":5}\r\n",
            format!("--{boundary}--\r\n"),
        ];
        assert_eq!(body.as_bytes().unwrap(), expected.concat().as_bytes());
    }

    #[test]
    fn a_file_is_a_part_with_its_name_and_media_type() {
        #[derive(Serialize)]
        struct Import {
            file: FilePart,
        }

        let import = Import { file: FilePart::new("a,b").name("\"t\".csv").content_type("text/csv") };
        let (_, body) = multipart(&import, &[]).unwrap();
        let text = String::from_utf8(body.as_bytes().unwrap().to_vec()).unwrap();
        let part = "name=\"file\"; filename=\"%22t%22.csv\"\r\nContent-Type: text/csv\r\n\r\na,b\r\n";
        assert!(text.contains(part), "{text}");
        assert!(serde_json::to_string(&import).is_err(), "JSON has no files");
        let invalid = Import { file: FilePart::new("a").content_type("a\nb") };
        assert!(multipart(&invalid, &[]).is_err());
    }
}
