use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        suggestion::{did_you_mean, nearest},
        wording::described,
    },
    openapi::grammar::{Form, Kind},
    source::{Dialect, Pointer},
};

/// Each object has what OpenAPI requires of it, in the form that it requires, and no key that is a slip of the pen.
pub(super) fn shape(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for node in outline.nodes().filter(|node| node.reference().is_none()) {
        missing(outline, node, &mut diagnostics);
        for (key, value) in node.keys().filter(|(key, _)| !key.starts_with("x-")) {
            let at = || outline.pointer(node).key(key);
            let form = match (node.kind.field(key), node.kind.entries()) {
                (Some(field), _) => {
                    if value.is_null() && !field.required {
                        diagnostics.extend(null(field.form, key, &at));
                        continue;
                    }
                    field.form
                }
                _ if key == "$ref" => {
                    diagnostics.push(no_reference(node.kind, &at));
                    continue;
                }
                (None, Some(kind)) => {
                    diagnostics.extend(bad_name(node, key, at()));
                    Form::One(kind)
                }
                (None, None) => {
                    diagnostics.extend(slip(node.kind, key, &at));
                    continue;
                }
            };
            check(form, &format_args!("`{key}`"), value, &at, &mut diagnostics);
        }
    }
    diagnostics
}

/// That serde reads the document too, which is how it is read after this.
pub(super) fn readable(root: &Value, dialect: Dialect) -> Option<NodeDiagnostic> {
    // To keep the path takes long.
    openapiv3::OpenAPI::deserialize(root).err()?;
    let error = serde_path_to_error::deserialize::<_, openapiv3::OpenAPI>(root).err()?;
    let at = error.path().iter().fold(Pointer::default(), |at, segment| match segment {
        serde_path_to_error::Segment::Seq { index } => at.index(*index),
        serde_path_to_error::Segment::Map { key } => at.key(key),
        _ => at,
    });
    Some(NodeDiagnostic::key(
        at,
        format!("this cannot be read: {}", error.inner()),
        format!("see {}", dialect.specification()),
    ))
}

fn missing(outline: &Outline<'_>, node: &Node<'_>, diagnostics: &mut Vec<NodeDiagnostic>) {
    let (kind, at) = (node.kind, || outline.pointer(node));
    let misspelt = |name| node.keys().any(|(key, _)| kind.field(key).is_none() && nearest(key, [name]).is_some());
    for field in kind.fields().iter().filter(|field| field.required && node.get(field.name).is_none()) {
        if misspelt(field.name) {
            continue;
        }
        let message = format!("{} must have `{}`, and this one has not", kind.name(), field.name);
        let diagnostic = NodeDiagnostic::key(at(), message, format!("add `{}`", field.name));
        // Nothing depends on what it says.
        let is_prose = matches!((kind, field.name), (Kind::Response, "description") | (Kind::Info, "version"));
        diagnostics.push(if is_prose { diagnostic.fixed_by_inserting(at().key(field.name), "") } else { diagnostic });
    }
    match kind {
        Kind::Parameter | Kind::Header if node.get("schema").is_some() == node.get("content").is_some() => {
            diagnostics.push(NodeDiagnostic::key(
                at(),
                format!("{} must have either `schema` or `content`", kind.name()),
                "say with `schema` what it can hold",
            ));
        }
        Kind::SecurityScheme => {
            let needed: &[_] = match node.text("type") {
                Some("apiKey") => &["name", "in"],
                Some("http") => &["scheme"],
                Some("oauth2") => &["flows"],
                Some("openIdConnect") => &["openIdConnectUrl"],
                _ => &[],
            };
            for field in needed.iter().filter(|field| node.get(field).is_none()) {
                let message = format!("a security scheme of this type must have `{field}`, and this one has not");
                diagnostics.push(NodeDiagnostic::key(at(), message, format!("add `{field}`")));
            }
        }
        _ => {}
    }
}

/// A `$ref` that leads nowhere, because of what it is or where it is: serde would pass over it without a word.
fn no_reference(kind: Kind, at: &dyn Fn() -> Pointer) -> NodeDiagnostic {
    if kind.may_be_reference() {
        return NodeDiagnostic::value(
            at(),
            "`$ref` must be text",
            "write something like `'#/components/schemas/Name'`",
        );
    }
    let message = format!("a `$ref` cannot stand for {}", kind.name());
    NodeDiagnostic::key(at(), message, "write it out, and refer to a part of it")
}

/// A path or a status that cannot be one: serde would pass over it without a word.
fn bad_name(node: &Node<'_>, name: &str, at: Pointer) -> Option<NodeDiagnostic> {
    match node.kind {
        Kind::Paths if !name.starts_with('/') => {
            let path = format!("/{name}");
            let help = format!("start it with a slash: `{path}`");
            let diagnostic = NodeDiagnostic::key(at.clone(), format!("`{name}` is not a path"), help);
            Some(if node.get(&path).is_none() { diagnostic.fixed_by_renaming(at, path) } else { diagnostic })
        }
        Kind::Responses if !is_status(name) => {
            let help = "write a code like `'200'`, a range like `4XX`, or `default`";
            let diagnostic = NodeDiagnostic::key(at.clone(), format!("`{name}` is not a status"), help);
            let range = name.to_uppercase();
            let is_range = is_status(&range) && node.get(&range).is_none();
            Some(if is_range { diagnostic.fixed_by_renaming(at, range) } else { diagnostic })
        }
        _ => None,
    }
}

fn is_status(name: &str) -> bool {
    match name.as_bytes() {
        [b'1'..=b'9', b'X', b'X'] => true,
        [b'1'..=b'9', rest @ ..] => rest.len() == 2 && rest.iter().all(u8::is_ascii_digit),
        name => name == b"default",
    }
}

/// A key that OpenAPI does not have but nearly. Others are passed over: newer versions have more.
fn slip(kind: Kind, key: &str, at: &dyn Fn() -> Pointer) -> Option<NodeDiagnostic> {
    let meant = nearest(key, kind.fields().iter().map(|field| field.name))?;
    let message = format!("{} has no `{key}`", kind.name());
    Some(NodeDiagnostic::key(at(), message, format!("did you mean `{meant}`?")).accepted("it is passed over"))
}

fn check(
    form: Form,
    subject: &dyn fmt::Display,
    value: &Value,
    at: &dyn Fn() -> Pointer,
    diagnostics: &mut Vec<NodeDiagnostic>,
) {
    if let Some((wanted, help)) = mismatch(form, value) {
        let message = format!("{subject} must be {wanted}, and is {}", described(value));
        diagnostics.push(NodeDiagnostic::value(at(), message, help));
        return;
    }
    let inner = match form {
        Form::Texts | Form::TextMap => Form::Text,
        Form::List(kind) | Form::Map(kind) => Form::One(kind),
        Form::Requirements => Form::Requirement,
        Form::Requirement => Form::Texts,
        _ => return,
    };
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let subject = format_args!("what is in {subject}");
                check(inner, &subject, element, &|| at().index(index), diagnostics);
            }
        }
        Value::Object(entries) => {
            for (name, entry) in entries {
                check(inner, &format_args!("`{name}`"), entry, &|| at().key(name), diagnostics);
            }
        }
        _ => {}
    }
}

/// A `null` where there may be nothing, which is as good as that: many tools write out what they have no value for.
/// Where a `null` could be meant as one of several words, it is an error.
fn null(form: Form, key: &str, at: &dyn Fn() -> Pointer) -> Option<NodeDiagnostic> {
    let (wanted, help) = mismatch(form, &Value::Null)?;
    let message = format!("`{key}` must be {wanted}, and is {}", described(&Value::Null));
    let diagnostic = NodeDiagnostic::value(at(), message, help);
    Some(if matches!(form, Form::Choice(_)) { diagnostic } else { diagnostic.fixed_by_removing(at()) })
}

/// What a value should be that is something else, and what to do.
fn mismatch(form: Form, value: &Value) -> Option<(String, String)> {
    let (fits, wanted, help) = match form {
        Form::Any => return None,
        Form::Text => (value.is_string(), "text", "put it in quotes"),
        Form::Flag => (value.is_boolean(), "true or false", "write `true` or `false`, without quotes"),
        Form::Number => (value.is_number(), "a number", "write a number, without quotes"),
        Form::Count => (value.is_u64(), "a whole number that is not negative", "write a number like `0` or `10`"),
        Form::Texts | Form::Values | Form::List(_) | Form::Requirements => {
            (value.is_array(), "a list", "write a list: each entry on a line of its own, after `- `")
        }
        Form::One(_) | Form::Map(_) | Form::TextMap | Form::Requirement => {
            (value.is_object(), "an object", "write its keys below it, indented")
        }
        Form::SchemaOrFlag => {
            (value.is_object() || value.is_boolean(), "a schema, true or false", "write a schema, `true` or `false`")
        }
        Form::Choice(choices) => return wrong_choice(choices, value),
    };
    let help = if value.is_null() { "write it out, or leave the key out" } else { help };
    (!fits).then(|| (wanted.to_owned(), help.to_owned()))
}

fn wrong_choice(choices: &[&str], value: &Value) -> Option<(String, String)> {
    let names: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    let help = match value {
        Value::String(text) if choices.contains(&text.as_str()) => return None,
        Value::String(text) if text != "null" => did_you_mean(text, choices.iter().copied(), "write one of these"),
        Value::String(_) | Value::Array(_) => "write one; where `null` may be as well, add `nullable: true`".to_owned(),
        _ => "write one of these".to_owned(),
    };
    let wanted = if names.len() == 1 { names.concat() } else { format!("one of {}", names.join(", ")) };
    Some((wanted, help))
}
