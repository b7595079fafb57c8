//! Writes YAML in the style of hand-written documents: blocks, with references and short lists in one line.

use serde_json::Value;

/// The length of a line, in bytes.
const MAX_LINE: usize = 100;

/// Words that older YAML reads as other values.
const NOT_TEXT: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

/// Writes the members of an object, indented.
pub(super) fn write_members(members: &Value, indent: usize) -> String {
    let mut text = String::new();
    for (key, value) in members.as_object().into_iter().flatten() {
        write_member(&mut text, &scalar(&Value::from(key.as_str())), value, indent);
    }
    text
}

fn write_member(text: &mut String, key: &str, value: &Value, indent: usize) {
    let start = format!("{:indent$}{key}:", "");
    text.push_str(&start);
    match flow(value, start.len() + 1) {
        Some(flow) => text.extend([" ", &flow, "\n"]),
        None => {
            text.push('\n');
            text.push_str(&block(value, indent + 2));
        }
    }
}

/// Writes an object or a list of several lines.
fn block(value: &Value, indent: usize) -> String {
    let Value::Array(elements) = value else { return write_members(value, indent) };
    let mut text = String::new();
    for element in elements {
        let start = format!("{:indent$}- ", "");
        match flow(element, start.len()) {
            Some(flow) => text.extend([&start, &*flow, "\n"]),
            // The first line of the element follows the dash.
            None => text.extend([&*start, block(element, indent + 2).trim_start()]),
        }
    }
    text
}

/// Returns a value that is written in one line, after this many bytes.
fn flow(value: &Value, before: usize) -> Option<String> {
    match value {
        Value::Array(elements) => {
            let are_scalars = elements.iter().all(|element| !element.is_array() && !element.is_object());
            let line = format!("[{}]", elements.iter().map(scalar).collect::<Vec<_>>().join(", "));
            (are_scalars && before + line.len() <= MAX_LINE).then_some(line)
        }
        Value::Object(members) => match members.iter().next() {
            None => Some("{}".to_owned()),
            Some((key, target)) if key == "$ref" && members.len() == 1 => {
                Some(format!("{{$ref: {}}}", quoted(target.as_str()?)))
            }
            Some(_) => None,
        },
        value => Some(scalar(value)),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) if text.chars().any(char::is_control) => value.to_string(),
        Value::String(text) => quoted(text),
        value => value.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Returns whether a text needs no quotes, also within a list in one line.
fn is_plain(text: &str) -> bool {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || " /._$+-{}".contains(letter);
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/');
    let is_text = || matches!(serde_yaml::from_str(text), Ok(Value::String(read)) if read == text);
    // Braces end a list in one line, but not a key, which starts with a slash.
    let has_braces = text.contains(['{', '}']) && !text.starts_with('/');
    is_word && !has_braces && text.chars().all(is_allowed) && !NOT_TEXT.contains(&&*text.to_lowercase()) && is_text()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_and_short_lists_stand_in_one_line() {
        let members = json!({
            "/things/{id}": {"parameters": [{"$ref": "#/a"}, {"name": "b", "schema": {}}], "tags": ["A b"]},
            "200": {"enum": ["a,b", "on", "it's", "1", 1, null, "", "a: b", "\u{1b}"], "description": "To be described"},
        });
        insta::assert_snapshot!(write_members(&members, 0), @r#"
        /things/{id}:
          parameters:
            - {$ref: '#/a'}
            - name: b
              schema: {}
          tags: [A b]
        '200':
          enum: ['a,b', 'on', 'it''s', '1', 1, null, '', 'a: b', "\u001b"]
          description: To be described
        "#);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let members = json!({"a": [[1, [2]], {"b": {"c": "{d}"}}, []], "/{e}": "/{f}", "long": vec!["word"; 40]});
        assert_eq!(serde_yaml::from_str::<Value>(&write_members(&members, 4)).unwrap(), members);
    }
}
