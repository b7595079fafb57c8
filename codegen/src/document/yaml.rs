use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};
use serde_json::{Map, Number, Value};

/// How deep containers may be in each other. What walks a document may recurse that deep.
const MAX_DEPTH: usize = 128;
/// How long a key may be, in characters.
const MAX_KEY: usize = 1024;
/// How much text, in characters, aliases may repeat: a few lines of them can stand for gigabytes.
const MAX_REPEATED: usize = 8 << 20;

/// Why a text is not a document.
pub(super) struct YamlError {
    pub(super) at: Span,
    pub(super) message: String,
    pub(super) help: String,
}

/// The tree that a YAML text describes.
pub(super) fn parse(text: &str) -> Result<Value, YamlError> {
    refuse_control_characters(text)?;
    let mut tree = Tree::default();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => tree.read(event, span)?,
            // JSON escapes characters outside of the basic plane in a way that YAML does not have.
            Err(error) => return serde_json::from_str(text).map_err(|_| syntax_error(&error)),
        }
    }
    Ok(tree.root.unwrap_or_default())
}

/// The parser would take a NUL for the end of the text.
fn refuse_control_characters(text: &str) -> Result<(), YamlError> {
    let is_binary = |character: char| character.is_ascii_control() && !matches!(character, '\t' | '\n' | '\r');
    let Some(offset) = text.find(is_binary) else { return Ok(()) };
    let (before, character) = (&text[..offset], text[offset..].chars().next().unwrap_or_default());
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let place =
        Marker::new(before.chars().count(), before.matches('\n').count() + 1, before[line_start..].chars().count());
    Err(error(
        Span::empty(place),
        format!("this is not text: it holds the control character U+{:04X}", u32::from(character)),
        "name a YAML or JSON file in UTF-8, or remove the character",
    ))
}

/// A tree as far as it has been read.
#[derive(Default)]
struct Tree {
    root: Option<Value>,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    repeated: usize,
}

/// A container whose end has not been read.
struct Open {
    start: Span,
    anchor: usize,
    repeated_before: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping { fields: Map<String, Value>, key: Option<Key>, merged: Vec<Value> },
}

struct Key {
    name: String,
    /// Whether it is a `<<`, whose value is merged into the object.
    merges: bool,
}

struct Anchor {
    value: Value,
    length: usize,
}

impl Tree {
    fn read(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        match event {
            Event::Scalar(.., Some(tag)) | Event::MappingStart(_, Some(tag)) | Event::SequenceStart(_, Some(tag)) => {
                Err(error(span, format!("the tag `{tag}` has no meaning in an OpenAPI document"), "leave the tag out"))
            }
            Event::Scalar(text, style, anchor, None) => self.scalar(&text, style, anchor, span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceStart(anchor, None) => self.start(Content::Sequence(Vec::new()), anchor, span),
            Event::MappingStart(anchor, None) => {
                self.start(Content::Mapping { fields: Map::new(), key: None, merged: Vec::new() }, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::DocumentStart(_) if self.root.is_some() => Err(error(
                span,
                "a second YAML document starts here, and only one can be read",
                "put each document into a file of its own",
            )),
            _ => Ok(()),
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, span: Span) -> Result<(), YamlError> {
        if let Some(Open { content: Content::Mapping { fields, key: key @ None, .. }, .. }) = self.open.last_mut() {
            *key = Some(read_key(fields, text, style, span)?);
            return Ok(());
        }
        let value = if style == ScalarStyle::Plain { plain(text, span)? } else { Value::String(text.to_owned()) };
        self.finish(value, anchor, span.len(), span)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), YamlError> {
        let Some(Anchor { value, length }) = self.anchors.get(&anchor) else {
            let message = "this alias cannot be read: what it repeats is a key, or has not ended yet";
            return Err(error(span, message, "write the content out"));
        };
        let (value, length) = (value.clone(), *length);
        self.repeat(length, span)?;
        self.put(value, span)
    }

    fn start(&mut self, content: Content, anchor: usize, span: Span) -> Result<(), YamlError> {
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep(span));
        }
        self.open.push(Open { start: span, anchor, repeated_before: self.repeated, content });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), YamlError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let value = match open.content {
            Content::Sequence(elements) => Value::Array(elements),
            Content::Mapping { fields, merged, .. } => Value::Object(merge(fields, merged)),
        };
        let written = span.end.index() - open.start.start.index();
        self.finish(value, open.anchor, written + self.repeated - open.repeated_before, open.start)
    }

    /// Puts a value where it belongs, and keeps it for the aliases of its anchor. The parser numbers them from 1.
    fn finish(&mut self, value: Value, anchor: usize, length: usize, span: Span) -> Result<(), YamlError> {
        if anchor != 0 {
            self.repeat(length, span)?;
            self.anchors.insert(anchor, Anchor { value: value.clone(), length });
        }
        self.put(value, span)
    }

    fn repeat(&mut self, length: usize, span: Span) -> Result<(), YamlError> {
        self.repeated = self.repeated.saturating_add(length);
        if self.repeated <= MAX_REPEATED {
            return Ok(());
        }
        Err(error(
            span,
            format!("with its aliases written out, the document is longer than {} MiB here", MAX_REPEATED >> 20),
            "use `$ref` for what is repeated, not aliases of aliases",
        ))
    }

    fn put(&mut self, value: Value, span: Span) -> Result<(), YamlError> {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(value),
            Some(Content::Sequence(elements)) => elements.push(value),
            Some(Content::Mapping { fields, key, merged }) => match key.take() {
                None => return Err(error(span, "this key is not a string", "write a string, in quotes")),
                Some(Key { merges: true, .. }) => merged.append(&mut objects(value, span)?),
                Some(Key { name, merges: false }) => {
                    fields.insert(name, value);
                }
            },
        }
        Ok(())
    }
}

/// A key is what is written: response codes are often written without quotes.
fn read_key(fields: &Map<String, Value>, text: &str, style: ScalarStyle, span: Span) -> Result<Key, YamlError> {
    if fields.contains_key(text) {
        return Err(error(span, format!("the key `{text}` is here for the second time"), "leave one of the two out"));
    }
    if text.chars().nth(MAX_KEY).is_some() {
        return Err(error(span, format!("this key is longer than {MAX_KEY} characters"), "shorten it"));
    }
    Ok(Key { name: text.to_owned(), merges: text == "<<" && style == ScalarStyle::Plain })
}

/// What a scalar without quotes stands for, by the core schema of YAML 1.2: `no` and `on` are strings.
fn plain(text: &str, span: Span) -> Result<Value, YamlError> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(text) {
            None => Value::String(text.to_owned()),
            Some(Ok(number)) => Value::Number(number),
            Some(Err(NotInJson)) => {
                let message = format!("the number `{text}` cannot be in JSON, which is what the API speaks");
                return Err(error(span, message, "write another number, or a string in quotes"));
            }
        },
    })
}

struct NotInJson;

fn number(text: &str) -> Option<Result<Number, NotInJson>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Err(NotInJson));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return u64::from_str_radix(digits, radix).ok().map(|integer| Ok(integer.into()));
        }
    }
    // Rust reads numbers that YAML does not: `inf`, `infinity`, `nan`.
    if !unsigned.starts_with(|first: char| first == '.' || first.is_ascii_digit()) {
        return None;
    }
    if let Ok(integer) = text.parse::<u64>() {
        return Some(Ok(integer.into()));
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(Ok(integer.into()));
    }
    Some(Number::from_f64(text.parse().ok()?).ok_or(NotInJson))
}

/// The objects that a merge key brings in.
fn objects(value: Value, span: Span) -> Result<Vec<Value>, YamlError> {
    match value {
        Value::Object(_) => Ok(vec![value]),
        Value::Array(elements) if elements.iter().all(Value::is_object) => Ok(elements),
        _ => {
            Err(error(span, "`<<` merges objects, and this is none", "write an alias of an object, or a list of them"))
        }
    }
}

/// What an object says itself comes before what is merged into it, and that in the order of the list.
fn merge(mut fields: Map<String, Value>, merged: Vec<Value>) -> Map<String, Value> {
    for object in merged {
        if let Value::Object(object) = object {
            for (key, value) in object {
                fields.entry(key).or_insert(value);
            }
        }
    }
    fields
}

fn syntax_error(scan_error: &ScanError) -> YamlError {
    let place = Span::empty(*scan_error.marker());
    if scan_error.info() == "recursion limit exceeded" {
        return too_deep(place);
    }
    error(
        place,
        format!("this is not YAML: {}", scan_error.info()),
        "mend the syntax here, or just above: look at quotes and indentation",
    )
}

fn too_deep(at: Span) -> YamlError {
    error(
        at,
        format!("more than {MAX_DEPTH} objects and lists are in each other here"),
        "give the inner ones a name under `components`, and refer to them",
    )
}

fn error(at: Span, message: impl Into<String>, help: impl Into<String>) -> YamlError {
    YamlError { at, message: message.into(), help: help.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;

    fn read(text: &str) -> Value {
        Document::parse("api.yaml", text).unwrap().root().clone()
    }

    fn refusal(text: &str) -> String {
        let complaint = Document::parse("api.yaml", text).unwrap_err().0.remove(0);
        let place = complaint.place.unwrap();
        format!("{}:{} {}", place.line, place.column, complaint.message)
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
    fn keys_are_what_is_written() {
        assert_eq!(read("200: a\ntrue: b\n1.0: c\n"), serde_json::json!({"200": "a", "true": "b", "1.0": "c"}));
    }

    #[test]
    fn merge_keys_add_what_is_not_there() {
        let text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 0}\nd: {'<<': 5}\n";
        let value = read(text);
        assert_eq!(value["c"], serde_json::json!({"x": 0, "y": 2, "z": 4}));
        assert_eq!(value["d"]["<<"], 5, "quotes make it a key like any other");
    }

    #[test]
    fn json_may_escape_what_yaml_may_not() {
        assert_eq!(read(r#"{"a": "\ud83d\ude00", "b": 1}"#)["a"], "😀");
    }

    #[test]
    fn what_is_no_plain_tree_is_refused_where_it_is() {
        for (text, message) in [
            ("a: 1\nb: !secret x\n", "2:4 the tag `!secret` has no meaning in an OpenAPI document"),
            ("a: 1\n? [b]\n: 2\n", "2:3 this key is not a string"),
            ("a: 1\nb:\n  a: 1\n  a: 2\n", "4:3 the key `a` is here for the second time"),
            ("a: 1\n---\nb: 2\n", "2:1 a second YAML document starts here, and only one can be read"),
            ("a: 1\nb: .inf\n", "2:4 the number `.inf` cannot be in JSON, which is what the API speaks"),
            ("a: &a [1, *a]\n", "1:11 this alias cannot be read: what it repeats is a key, or has not ended yet"),
            ("a: 1\nb: {<<: 5}\n", "2:9 `<<` merges objects, and this is none"),
            ("a: 1\nb: x\u{0}y\n", "2:5 this is not text: it holds the control character U+0000"),
            (&format!("a: 1\n? {}\n: 2\n", "k".repeat(2000)), "2:3 this key is longer than 1024 characters"),
        ] {
            assert_eq!(refusal(text), message);
        }
    }
}
