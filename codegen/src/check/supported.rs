use std::collections::HashSet;

use super::{
    grammar::Kind,
    outline::{Node, Outline},
    wording::quoted,
};
use crate::document::Finding;

/// The media type of bodies that become types.
pub(super) const JSON: &str = "application/json";

/// The document has nothing that no code can be made for yet.
pub(super) fn supported(outline: &Outline<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for node in outline.nodes().filter(|node| node.reference().is_none()) {
        match node.kind {
            Kind::Schema => findings.extend(negation(outline, node)),
            Kind::Parameter => findings.append(&mut parameter(outline, node)),
            Kind::Server => findings.extend(server(outline, node)),
            Kind::RequestBody => findings.append(&mut body(outline, node, &[JSON])),
            _ => {}
        }
    }
    let mut seen = HashSet::new();
    for operation in outline.operations() {
        findings.extend(one_success(outline, operation.node));
        for response in successes(outline, operation.node).filter(|response| seen.insert(response.number)) {
            findings.append(&mut body(outline, response, &[JSON, "text/*"]));
        }
    }
    findings
}

/// The responses of an operation that mean success.
pub(super) fn successes<'o, 'a>(
    outline: &'o Outline<'a>,
    operation: &'o Node<'a>,
) -> impl Iterator<Item = &'o Node<'a>> {
    statuses(outline, operation).filter_map(|response| outline.target(response))
}

fn statuses<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> impl Iterator<Item = &'o Node<'a>> {
    let responses = outline.child(operation, "responses").into_iter().flat_map(|responses| outline.entries(responses));
    responses.filter(|response| response.name.is_some_and(|status| status.starts_with('2')))
}

fn negation(outline: &Outline<'_>, schema: &Node<'_>) -> Option<Finding> {
    schema.get("not").map(|_| {
        let help = "describe what is possible, instead of what is not";
        Finding::key(outline.pointer(schema).key("not"), "`not` is not supported", help)
    })
}

fn parameter(outline: &Outline<'_>, parameter: &Node<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let at = |key| outline.pointer(parameter).key(key);
    if parameter.get("content").is_some() {
        let message = "parameters with a media type are not supported";
        findings.push(Finding::key(at("content"), message, "describe the parameter with `schema`"));
    }
    let only = match parameter.text("in") {
        Some("query") => "form",
        _ => "simple",
    };
    if let Some(style) = parameter.text("style").filter(|style| *style != only) {
        let message = format!("the style {} is not supported for this parameter", quoted(style));
        findings.push(Finding::value(at("style"), message, format!("write `{only}`, or leave `style` out")));
    }
    findings
}

fn server(outline: &Outline<'_>, server: &Node<'_>) -> Option<Finding> {
    server.text("url")?.contains('{').then(|| {
        let message = "variables in the address of a server are not supported";
        Finding::value(outline.pointer(server).key("url"), message, "write the address out")
    })
}

/// A request or a response has one media type, which is one of those that code can be made for.
fn body(outline: &Outline<'_>, holder: &Node<'_>, media_types: &[&str]) -> Vec<Finding> {
    let contents: Vec<_> = outline.children(holder, "content").collect();
    let mut findings = Vec::new();
    if contents.is_empty() && holder.kind == Kind::RequestBody && holder.get("content").is_some() {
        let message = "this request body has no media type";
        findings.push(Finding::key(outline.pointer(holder).key("content"), message, format!("describe `{JSON}`")));
    }
    for (index, content) in contents.into_iter().enumerate() {
        let (name, at) = (content.name.unwrap_or_default(), || outline.pointer(content));
        let is_supported = media_types.iter().any(|media_type| match media_type.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == *media_type,
        });
        if !is_supported {
            let message = format!("the media type {} is not supported for {}", quoted(name), holder.kind.name());
            findings.push(Finding::key(at(), message, format!("use {}", media_types.join(" or "))));
        } else if index > 0 {
            let message = format!("a second media type is not supported for {}", holder.kind.name());
            findings.push(Finding::key(at(), message, "leave one of them out"));
        }
        if name == JSON && content.get("schema").is_none() {
            findings.push(Finding::key(at(), "this media type has no `schema`", "say with `schema` what it holds"));
        }
        if content.get("encoding").is_some() {
            let help = "leave it out: JSON has an encoding of its own";
            findings.push(Finding::key(at().key("encoding"), "`encoding` is not supported", help));
        }
    }
    findings
}

/// A method returns one type.
fn one_success(outline: &Outline<'_>, operation: &Node<'_>) -> Option<Finding> {
    let responses = outline.child(operation, "responses")?;
    let mut successes = statuses(outline, operation);
    if successes.next().is_none() {
        let message = "this operation has no response that means success";
        return Some(Finding::key(outline.pointer(responses), message, "add one, under `'200'` or another 2xx status"));
    }
    let second = successes.next()?;
    let message = "a second response that means success is not supported";
    Some(Finding::key(outline.pointer(second), message, "leave all of them out but one"))
}
