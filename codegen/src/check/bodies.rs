use std::collections::HashSet;

use serde_json::{Map, Value};

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::{
        grammar::Kind,
        media_type::{self, Format},
    },
};

/// What is sent and received has a media type that something can be done with.
pub(super) fn bodies(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for body in outline.all(Kind::RequestBody) {
        let contents = contents(body);
        if contents.is_some_and(Map::is_empty) {
            let message = "this request body has no media type";
            diagnostics.push(NodeDiagnostic::key(
                outline.pointer(body).key("content"),
                message,
                "describe `application/json`",
            ));
        }
        let sent = contents.and_then(media_type::sent);
        diagnostics.extend(unused(outline, body, |name| sent.is_some_and(|sent| sent == name)));
        let content = outline.children(body, "content").find(|content| content.name == sent.map(String::as_str));
        diagnostics.extend(content.and_then(|content| no_form(outline, content)));
    }
    let mut seen = HashSet::new();
    for operation in outline.operations() {
        for response in successes(outline, operation.node).filter(|response| seen.insert(response.number)) {
            let received = contents(response).map(media_type::received).unwrap_or_default();
            diagnostics.extend(unused(outline, response, |name| received.iter().any(|received| *received == name)));
        }
        diagnostics.extend(no_success(outline, operation.node));
    }
    for content in outline.all(Kind::MediaType).filter(|content| !is_of_parameter(outline, content)) {
        diagnostics.extend(no_schema(outline, content));
        diagnostics.extend(encoding(outline, content));
    }
    diagnostics
}

/// The responses of an operation that mean success.
pub(super) fn successes<'o, 'a>(
    outline: &'o Outline<'a>,
    operation: &'o Node<'a>,
) -> impl Iterator<Item = &'o Node<'a>> {
    let all = operation.get("responses").and_then(Value::as_object);
    let responses = outline.child(operation, "responses").into_iter().flat_map(|responses| outline.entries(responses));
    let is_success = move |status: &str| all.is_some_and(|all| media_type::is_success(status, all));
    responses
        .filter(move |response| response.name.is_some_and(&is_success))
        .filter_map(|response| outline.target(response))
}

/// Whether a media type is one of JSON.
pub(super) fn is_json(content: &Node<'_>) -> bool {
    content.name.is_some_and(|name| format(content, name) == Format::Json)
}

fn format(content: &Node<'_>, name: &str) -> Format {
    let schema = content.get("schema").cloned().unwrap_or_default();
    Format::of(name, &Value::Object(Map::from_iter([("schema".to_owned(), schema)])))
}

fn contents<'a>(holder: &Node<'a>) -> Option<&'a Map<String, Value>> {
    holder.get("content")?.as_object()
}

/// The media types of which a call makes no use.
fn unused(outline: &Outline<'_>, holder: &Node<'_>, is_used: impl Fn(&str) -> bool) -> Vec<NodeDiagnostic> {
    let contents = outline.children(holder, "content");
    let unused = contents.filter_map(|content| Some((content, content.name.filter(|name| !is_used(name))?)));
    unused
        .map(|(content, name)| {
            let used = if holder.kind == Kind::RequestBody { "sent" } else { "asked for" };
            let message = format!("{} is not {used}: another media type beside it is", quoted(name));
            let help = "nothing is to be done, unless the service prefers it: then put it first, and JSON nowhere";
            NodeDiagnostic::key(outline.pointer(content), message, help).warning()
        })
        .collect()
}

/// What is sent in a form has to have fields.
fn no_form(outline: &Outline<'_>, content: &Node<'_>) -> Option<NodeDiagnostic> {
    let name = content.name?;
    let is_form = matches!(format(content, name), Format::Form | Format::Multipart);
    let schema = outline.child(content, "schema").filter(|_| is_form)?;
    let parts = outline.parts(schema);
    let is_object = |part: &&Node<'_>| part.text("type").is_none_or(|kind| kind == "object");
    (!parts.iter().all(is_object)).then(|| {
        let message = format!("{} is a form, and this schema is not of an object", quoted(name));
        NodeDiagnostic::key(
            outline.pointer(schema),
            message,
            "describe an object, with a property for each field of the form",
        )
    })
}

fn no_success(outline: &Outline<'_>, operation: &Node<'_>) -> Option<NodeDiagnostic> {
    let responses = outline.child(operation, "responses")?;
    successes(outline, operation).next().is_none().then(|| {
        let message = "this operation has no response that means success, so its call returns nothing";
        let help = "add one, under `'200'` or another 2xx status, if it returns something";
        NodeDiagnostic::key(outline.pointer(responses), message, help).warning()
    })
}

fn no_schema(outline: &Outline<'_>, content: &Node<'_>) -> Option<NodeDiagnostic> {
    let is_needed = matches!(format(content, content.name?), Format::Json | Format::Form | Format::Multipart);
    (is_needed && content.get("schema").is_none()).then(|| {
        let message = "this media type has no `schema`";
        NodeDiagnostic::key(outline.pointer(content), message, "say with `schema` what it holds")
            .accepted("it is any JSON")
    })
}

fn encoding(outline: &Outline<'_>, content: &Node<'_>) -> Option<NodeDiagnostic> {
    content.get("encoding")?;
    let is_form = matches!(format(content, content.name?), Format::Form | Format::Multipart);
    (!is_form).then(|| {
        let help = "leave it out: only the fields of a form have encodings of their own";
        let at = outline.pointer(content).key("encoding");
        NodeDiagnostic::key(at, "`encoding` has no effect on this media type", help).accepted("it is left out")
    })
}

fn is_of_parameter(outline: &Outline<'_>, content: &Node<'_>) -> bool {
    outline.parent(content).is_some_and(|holder| matches!(holder.kind, Kind::Parameter | Kind::Header))
}
