use std::collections::HashMap;

use serde_json::Value;

use super::{described, did_you_mean, keys, length_of_time, quoted};
use crate::{
    check::{
        bodies::{is_json, successes},
        outline::{Node, Operation, Outline},
    },
    diagnostic::NodeDiagnostic,
    names::value_name,
    source::Pointer,
};

const REQUIRED: [&str; 2] = ["operation", "field"];
const OPTIONAL: [&str; 8] = ["description", "target", "failure", "notFound", "gone", "settle", "every", "within"];

/// More polls than this are a wait of their own.
const MAX_SETTLE: u64 = 100;
const PATTERN: &str = "write `{status: 400, messageStarts: '…'}` for each refusal that means that it is gone";

/// Each rule has a name of its own, and tells what to wait for in terms of what an operation returns.
pub(super) fn waiters(outline: &Outline<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let Some(rules) = value.as_object() else {
        let message = format!("`x-waiters` must be an object, and is {}", described(value));
        return vec![NodeDiagnostic::value(at.clone(), message, "write a rule under the name of each waiter")];
    };
    let mut names = method_names(outline);
    let mut diagnostics = Vec::new();
    for (name, rule) in rules {
        let at = at.key(name);
        diagnostics.extend(clash(name, &mut names, &at));
        diagnostics.append(&mut keys(rule, &at, &REQUIRED, &OPTIONAL));
        if rule.is_object() {
            diagnostics.append(&mut details(rule, &at));
            diagnostics.append(&mut gone(outline, rule, &at));
            diagnostics.append(&mut states(outline, rule, &at));
        }
    }
    diagnostics
}

/// What has each name.
fn method_names(outline: &Outline<'_>) -> HashMap<String, String> {
    let ids = outline.operations().filter_map(|operation| operation.node.text("operationId"));
    ids.map(|id| (value_name(id), format!("the operation {}", quoted(id)))).collect()
}

fn clash(name: &str, names: &mut HashMap<String, String>, at: &Pointer) -> Option<NodeDiagnostic> {
    if !name.contains(char::is_alphanumeric) {
        let message = format!("no method can be called {}", quoted(name));
        return Some(NodeDiagnostic::key(at.clone(), message, "write a name, like `waitUntilThingReady`"));
    }
    let method = value_name(name);
    let other = names.insert(method.clone(), format!("the waiter {}", quoted(name)))?;
    let message = format!("{} and {other} would both become the method `{method}`", quoted(name));
    Some(NodeDiagnostic::key(at.clone(), message, "give the waiter another name, like `waitUntilThingReady`"))
}

/// What can be said of a rule by itself.
fn details(rule: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for key in ["every", "within"] {
        diagnostics.extend(rule.get(key).and_then(|time| length_of_time(time, &at.key(key))));
    }
    if let Some(description) = rule.get("description").filter(|description| !description.is_string()) {
        let message = format!("`description` must be text, and is {}", described(description));
        diagnostics.push(NodeDiagnostic::value(
            at.key("description"),
            message,
            "say what is waited for, in a sentence",
        ));
    }
    if let Some(settle) = rule.get("settle")
        && !settle.as_u64().is_some_and(|polls| (1..=MAX_SETTLE).contains(&polls))
    {
        let message = format!("`settle` must be a number from 1 to {MAX_SETTLE}, and is {}", described(settle));
        let help = "write how many polls in a row must show a target state, else leave it out";
        diagnostics.push(NodeDiagnostic::value(at.key("settle"), message, help));
    }
    match rule.get("notFound") {
        Some(value) if value != "done" => {
            let message = format!("`notFound` must be `done`, and is {}", described(value));
            let help = "write `done` where an answer of 404 is a success, else leave it out";
            diagnostics.push(NodeDiagnostic::value(at.key("notFound"), message, help));
        }
        None if rule.get("target").is_none_or(|target| target == &Value::Array(Vec::new())) => {
            let help = "list the values that are waited for under `target`, or write `notFound: done`";
            diagnostics.push(NodeDiagnostic::key(at.clone(), "this would wait for nothing", help));
        }
        _ => {}
    }
    diagnostics
}

/// What is wrong with the refusals that mean that the thing is gone.
fn gone(outline: &Outline<'_>, rule: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let Some(value) = rule.get("gone") else { return Vec::new() };
    let at = at.key("gone");
    let Some(patterns) = value.as_array() else {
        let message = format!("`gone` must be a list, and is {}", described(value));
        return vec![NodeDiagnostic::value(at, message, PATTERN)];
    };
    let mut diagnostics = Vec::new();
    if patterns.is_empty() {
        diagnostics.push(NodeDiagnostic::value(at.clone(), "`gone` lists nothing", PATTERN));
    }
    if rule.get("notFound").is_none() {
        let help = "add `notFound: done`, or leave `gone` out";
        diagnostics.push(NodeDiagnostic::key(at.clone(), "`gone` has no meaning without `notFound: done`", help));
    }
    let envelope = outline.document().and_then(|document| document.get("x-envelope"));
    if envelope.is_none_or(|envelope| envelope.get("error").is_none()) {
        let message = "`gone` needs the message of a refusal, and the document does not say where that is";
        diagnostics.push(NodeDiagnostic::key(at.clone(), message, "add `x-envelope` with `error` to the document"));
    }
    for (index, pattern) in patterns.iter().enumerate() {
        diagnostics.append(&mut refusal_pattern(pattern, &at.index(index)));
    }
    diagnostics
}

fn refusal_pattern(pattern: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut diagnostics = keys(pattern, at, &["status", "messageStarts"], &[]);
    if let Some(status) = pattern.get("status")
        && !status.as_u64().is_some_and(|status| (400..500).contains(&status) && !matches!(status, 404 | 429))
    {
        let message = format!("`status` must be that of a refusal, and is {}", described(status));
        let help = "write a status from 400 to 499; 404 is `notFound: done`, and 429 passes";
        diagnostics.push(NodeDiagnostic::value(at.key("status"), message, help));
    }
    if let Some(text) = pattern.get("messageStarts")
        && text.as_str().is_none_or(|text| text.trim().is_empty())
    {
        let message = format!("`messageStarts` must be text, and is {}", described(text));
        diagnostics.push(NodeDiagnostic::value(at.key("messageStarts"), message, "write how the API's message starts"));
    }
    diagnostics
}

/// What can be said of a rule with the operation that it is about.
fn states(outline: &Outline<'_>, rule: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let listed = match operation(outline, rule).map(|operation| field(outline, &operation, rule, at)) {
        Some(Ok(field)) => outline.parts(field).iter().find_map(|part| part.get("enum")?.as_array()),
        Some(Err(diagnostic)) => return diagnostic.into_iter().collect(),
        None => return unknown_operation(outline, rule, at).into_iter().collect(),
    };
    let mut diagnostics = Vec::new();
    for key in ["target", "failure"] {
        let Some(values) = rule.get(key) else { continue };
        let Some(values) = values.as_array() else {
            let message = format!("`{key}` must be a list, and is {}", described(values));
            diagnostics.push(NodeDiagnostic::value(at.key(key), message, "list values of the field"));
            continue;
        };
        let values = values.iter().enumerate();
        diagnostics.extend(values.filter_map(|(index, value)| {
            let (message, help) = problem(key, value, listed, rule)?;
            Some(NodeDiagnostic::value(at.key(key).index(index), message, help))
        }));
    }
    diagnostics
}

/// What is wrong with a value under `target` or `failure`.
fn problem(key: &str, value: &Value, listed: Option<&Vec<Value>>, rule: &Value) -> Option<(String, String)> {
    let Some(text) = value.as_str() else {
        let message = format!("what is in `{key}` must be text, and is {}", described(value));
        return Some((message, "write a value of the field, in quotes if need be".to_owned()));
    };
    if listed.is_some_and(|listed| !listed.contains(value)) {
        let names = listed.into_iter().flatten().filter_map(Value::as_str);
        let help = did_you_mean(text, names, "write one of its values");
        return Some((format!("{} is not in the `enum` of the field", quoted(text)), help));
    }
    let target = rule.get("target").and_then(Value::as_array);
    (key == "failure" && target.is_some_and(|target| target.contains(value)))
        .then(|| (format!("{} is under `target`, too", quoted(text)), "leave one of the two out".to_owned()))
}

fn operation<'o, 'a>(outline: &'o Outline<'a>, rule: &Value) -> Option<Operation<'o, 'a>> {
    let id = rule.get("operation")?.as_str()?;
    outline.operations().find(|operation| operation.node.text("operationId") == Some(id))
}

fn unknown_operation(outline: &Outline<'_>, rule: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    let value = rule.get("operation")?;
    let at = at.key("operation");
    let Some(id) = value.as_str() else {
        let message = format!("`operation` must be text, and is {}", described(value));
        return Some(NodeDiagnostic::value(at, message, "write the `operationId` of a GET"));
    };
    let ids = outline.operations().filter_map(|operation| operation.node.text("operationId"));
    let help = did_you_mean(id, ids, "write the `operationId` of a GET");
    Some(NodeDiagnostic::value(at, format!("there is no operation {}", quoted(id)), help))
}

/// The property that a rule is about, or what is wrong with what it says of it.
fn field<'o, 'a>(
    outline: &'o Outline<'a>,
    operation: &Operation<'o, 'a>,
    rule: &Value,
    at: &Pointer,
) -> Result<&'o Node<'a>, Option<NodeDiagnostic>> {
    let id = quoted(operation.node.text("operationId").unwrap_or_default());
    let wrong = |message: String| {
        Some(NodeDiagnostic::value(at.key("operation"), message, "name a GET that returns an object"))
    };
    if operation.method != "get" {
        return Err(wrong(format!("{id} cannot be repeated at will: it is a {}", operation.method.to_uppercase())));
    }
    if operation.node.get("requestBody").is_some() {
        return Err(wrong(format!("{id} takes a body")));
    }
    if answers_in_several_ways(outline, operation.node) {
        return Err(wrong(format!("{id} answers in several ways")));
    }
    let properties = result(outline, operation.node);
    if properties.is_empty() {
        return Err(wrong(format!("{id} does not return an object with properties")));
    }
    let value = rule.get("field").ok_or(None)?;
    let at = at.key("field");
    let Some(name) = value.as_str() else {
        let message = format!("`field` must be text, and is {}", described(value));
        return Err(Some(NodeDiagnostic::value(at, message, "write the name of a property")));
    };
    let names = properties.iter().filter_map(|property| property.name);
    let Some(property) = properties.iter().find(|property| property.name == Some(name)) else {
        let help = did_you_mean(name, names, "write the name of a property");
        return Err(Some(NodeDiagnostic::value(at, format!("what {id} returns has no {}", quoted(name)), help)));
    };
    let parts = outline.parts(property);
    let is_text = parts.iter().any(|part| part.text("type") == Some("string"));
    if !is_text || parts.iter().any(|part| part.get("format").is_some()) {
        let message = format!("{} is not plain text", quoted(name));
        return Err(Some(NodeDiagnostic::value(
            at,
            message,
            "name a property of the type `string` without a `format`",
        )));
    }
    Ok(property)
}

/// Whether what an operation returns is more than one type, or one that may be missing.
fn answers_in_several_ways<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> bool {
    let schema = |response: &'o Node<'a>| outline.children(response, "content").next()?.get("schema");
    let mut schemas = successes(outline, operation).map(schema);
    let first = schemas.next();
    schemas.any(|other| Some(other) != first)
}

/// The properties of what an operation returns.
fn result<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> Vec<&'o Node<'a>> {
    let contents = successes(outline, operation).flat_map(|response| outline.children(response, "content"));
    let schema = contents.filter(|content| is_json(content)).find_map(|content| outline.child(content, "schema"));
    let answer = schema.map(|schema| properties(outline, schema)).unwrap_or_default();
    let envelope = outline.document().filter(|_| operation.get("x-envelope").is_none());
    let envelope = envelope.and_then(|document| document.get("x-envelope")?.get("result")?.as_str());
    let Some(envelope) = envelope else { return answer };
    let result = answer.into_iter().find(|property| property.name == Some(envelope));
    result.map(|result| properties(outline, result)).unwrap_or_default()
}

fn properties<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Vec<&'o Node<'a>> {
    let parts = outline.parts(schema).into_iter();
    let properties = parts.flat_map(|part| outline.children(part, "properties"));
    properties.filter(|property| !property.flag("writeOnly")).collect()
}
