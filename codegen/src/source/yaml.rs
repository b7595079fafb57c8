mod tree;

use serde_json::{Map, Number, Value};
use serde_yaml::Value as Yaml;

use super::{
    Part, Pointer,
    bounds::{self, refuse_bombs},
    formats, json,
};
use tree::Tree;

/// The reason why a text is not a document.
pub(super) struct YamlError {
    pub(super) at: At,
    pub(super) message: String,
    pub(super) help: String,
}

/// The location of an error.
pub(super) enum At {
    /// A line and a column, from 1.
    LineColumn(usize, usize),
    /// A node of the tree.
    Node(Pointer, Part),
}

/// Returns the tree of a YAML text.
pub(super) fn parse(text: &str) -> Result<Value, YamlError> {
    refuse_control_characters(text)?;
    formats::refuse_other_formats(text)?;
    if let Some(value) = json::parse(text.trim_start_matches('\u{feff}')).filter(bounds::fits) {
        return Ok(value);
    }
    refuse_bombs(text)?;
    let yaml = serde_yaml::from_str(text.trim_start_matches('\u{feff}')).and_then(|Tree(mut yaml)| {
        yaml.apply_merge()?;
        Ok(yaml)
    });
    match yaml {
        Ok(yaml) => convert(yaml, &Pointer::default()),
        // YAML has no surrogate pairs in escapes, as JSON has.
        Err(error) => serde_json::from_str(text).map_err(|_| syntax_error(&error)),
    }
}

/// Refuses control characters, whose line and column the library does not report.
fn refuse_control_characters(text: &str) -> Result<(), YamlError> {
    let is_binary = |character: char| character.is_ascii_control() && !matches!(character, '\t' | '\n' | '\r');
    let Some(offset) = text.find(is_binary) else { return Ok(()) };
    let (before, character) = (&text[..offset], text[offset..].chars().next().unwrap_or_default());
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let location = At::LineColumn(before.matches('\n').count() + 1, before[line_start..].chars().count() + 1);
    Err(error(
        location,
        format!("this is not text: it holds the control character U+{:04X}", u32::from(character)),
        "name a YAML or JSON file in UTF-8, or remove the character",
    ))
}

fn convert(yaml: Yaml, at: &Pointer) -> Result<Value, YamlError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => Value::Number(convert_number(&number, at)?),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(elements) => {
            let elements = elements.into_iter().enumerate();
            Value::Array(elements.map(|(index, element)| convert(element, &at.index(index))).collect::<Result<_, _>>()?)
        }
        Yaml::Mapping(fields) => {
            let mut object = Map::with_capacity(fields.len());
            for (key, value) in fields {
                let key = convert_key(key, at)?;
                let value = convert(value, &at.key(&key))?;
                object.insert(key, value);
            }
            Value::Object(object)
        }
        Yaml::Tagged(tagged) => {
            let message = format!("the tag `{}` has no meaning in an OpenAPI document", tagged.tag);
            return Err(error(At::Node(at.clone(), Part::Value), message, "remove the tag"));
        }
    })
}

/// Returns a key as it is written: status codes often have no quotes.
fn convert_key(key: Yaml, at: &Pointer) -> Result<String, YamlError> {
    match key {
        Yaml::String(text) => Ok(text),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(value) => Ok(value.to_string()),
        _ => {
            let message = "this object has a key that is not a string";
            Err(error(At::Node(at.clone(), Part::Key), message, "write its keys as strings, in quotes"))
        }
    }
}

fn convert_number(number: &serde_yaml::Number, at: &Pointer) -> Result<Number, YamlError> {
    let whole = number.as_u64().map(Number::from).or_else(|| number.as_i64().map(Number::from));
    whole.or_else(|| number.as_f64().and_then(Number::from_f64)).ok_or_else(|| {
        let message = format!("the number `{number}` cannot be written in JSON");
        error(At::Node(at.clone(), Part::Value), message, "write another number, or a string in quotes")
    })
}

fn syntax_error(yaml_error: &serde_yaml::Error) -> YamlError {
    let location = yaml_error.location();
    let at = location.map_or(At::LineColumn(1, 1), |location| At::LineColumn(location.line(), location.column()));
    let text = yaml_error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    if text.contains("more than one document") {
        return error(at, "this file has several YAML documents", "move each of them to a file of its own");
    }
    if let Some((_, key)) = text.split_once("duplicate entry with key ") {
        return error(at, format!("this object has the key {key} twice"), "remove one of the two");
    }
    not_yaml(at, text)
}

pub(super) fn not_yaml(at: At, problem: &str) -> YamlError {
    error(
        at,
        format!("this is not YAML: {problem}"),
        "fix the syntax here, or in the line above: look at quotes and indentation",
    )
}

pub(super) fn error(at: At, message: impl Into<String>, help: impl Into<String>) -> YamlError {
    YamlError { at, message: message.into(), help: help.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Document;

    fn read(text: &str) -> Value {
        Document::parse("api.yaml", text).unwrap().root().clone()
    }

    fn refusal(text: &str) -> String {
        let error = Document::parse("api.yaml", text).unwrap_err().0.remove(0);
        let span = error.location.span;
        format!("{}:{} {}", span.line, span.column, error.message)
    }

    #[test]
    fn plain_scalars_are_read_by_the_core_schema() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("no", Value::from("no")),
            ("on", Value::from("on")),
            ("0", Value::from(0)),
            ("-7", Value::from(-7)),
            ("+7", Value::from(7)),
            ("0x1F", Value::from(31)),
            ("0o17", Value::from(15)),
            ("18446744073709551615", Value::from(u64::MAX)),
            ("18446744073709552000", Value::from(18_446_744_073_709_552_000.0)),
            ("-9223372036854776000", Value::from(-9_223_372_036_854_776_000.0)),
            ("1000000000000000000000000000000000000000000000", Value::from(1e45)),
            ("1.50", Value::from(1.5)),
            ("-.5", Value::from(-0.5)),
            ("1e3", Value::from(1000.0)),
            ("3.0.3", Value::from("3.0.3")),
            ("2024-05-14", Value::from("2024-05-14")),
            ("infinity", Value::from("infinity")),
            ("nan", Value::from("nan")),
            ("'1'", Value::from("1")),
        ] {
            assert_eq!(read(&format!("a: {text}\n"))["a"], value, "{text}");
        }
    }

    #[test]
    fn keys_are_strings_as_they_are_written() {
        assert_eq!(read("200: a\ntrue: b\n1.0: c\n"), serde_json::json!({"200": "a", "true": "b", "1.0": "c"}));
    }

    #[test]
    fn merge_keys_add_missing_keys() {
        let text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 0}\n";
        let value = read(text);
        assert_eq!(value["c"], serde_json::json!({"x": 0, "y": 2, "z": 4}));
    }

    #[test]
    fn json_may_escape_what_yaml_may_not() {
        assert_eq!(read(r#"{"a": "\ud83d\ude00", "b": 1}"#)["a"], "😀");
    }

    #[test]
    fn a_text_that_is_no_plain_tree_is_refused_with_its_location() {
        for (text, message) in [
            ("a: 1\nb: !secret x\n", "2:4 the tag `!secret` has no meaning in an OpenAPI document"),
            ("a:\n  ? [b]\n  : 2\n", "1:1 this object has a key that is not a string"),
            ("a: 1\nb:\n  a: 1\n  a: 2\n", "3:3 this object has the key \"a\" twice"),
            ("a: 1\n---\nb: 2\n", "1:1 this file has several YAML documents"),
            ("a: 1\nb: .inf\n", "2:4 the number `.inf` cannot be written in JSON"),
            ("a: &a [1, *a]\n", "1:11 this alias repeats a value that contains it"),
            (
                "a: 1\nb: {<<: 5}\n",
                "1:1 this is not YAML: expected a mapping or list of mappings for merging, but found scalar",
            ),
            ("\n<!DOCTYPE html>\n<p>a: b</p>\n", "2:1 this is not an OpenAPI document, but a web page"),
            ("a: 1\nb: x\u{0}y\n", "2:5 this is not text: it holds the control character U+0000"),
        ] {
            assert_eq!(refusal(text), message);
        }
    }
}
