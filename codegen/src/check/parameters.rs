use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::outline::{Node, Operation, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{listed, quoted},
    },
    names::value_name,
    openapi::{grammar::Kind, operation::PathParts, parameter::IGNORED_HEADERS},
};

/// Checks that every parameter can be sent, and that the parameters of a path are those in its braces.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for parameter in outline.all(Kind::Parameter) {
        diagnostics.extend(check_required(outline, parameter));
        diagnostics.extend(check_header(outline, parameter));
        diagnostics.extend(check_style(outline, parameter));
        diagnostics.extend(check_content(outline, parameter));
    }
    for paths in outline.all(Kind::Paths) {
        for item in outline.entries(paths) {
            diagnostics.append(&mut check_path(outline, item));
        }
    }
    for operation in outline.operations() {
        diagnostics.append(&mut check_names(outline, &operation));
    }
    diagnostics
}

fn check_required(outline: &Outline<'_>, parameter: &Node<'_>) -> Option<NodeDiagnostic> {
    let is_optional = parameter.text("in") == Some("path") && !parameter.flag("required");
    is_optional.then(|| {
        let required = outline.pointer(parameter).key("required");
        let is_written = parameter.get("required").is_some();
        let at = if is_written { required.clone() } else { outline.pointer(parameter) };
        let message = "a path parameter must be required";
        NodeDiagnostic::key(at, message, "write `required: true`").fixed_by_inserting(required, true)
    })
}

fn check_header(outline: &Outline<'_>, parameter: &Node<'_>) -> Option<NodeDiagnostic> {
    let name = parameter.text("name").filter(|_| parameter.text("in") == Some("header"))?;
    if !name.bytes().all(is_of_header_name) {
        let message = format!("{} cannot be the name of a header", quoted(name));
        let help = "write a name of letters, digits and `-`";
        let diagnostic = NodeDiagnostic::value(outline.pointer(parameter).key("name"), message, help);
        return Some(diagnostic.accepted("a call that sets it fails"));
    }
    IGNORED_HEADERS.contains(&&*name.to_ascii_lowercase()).then(|| {
        let at = outline.pointer(parameter).key("name");
        let message = format!("a parameter cannot set the header {}, so this one is ignored", quoted(name));
        NodeDiagnostic::value(at, message, "leave it out: the client sets it").warning()
    })
}

fn is_of_header_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn check_style(outline: &Outline<'_>, parameter: &Node<'_>) -> Option<NodeDiagnostic> {
    let location = parameter.text("in")?;
    let known: &[_] = match location {
        "path" => &["simple", "label", "matrix"],
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "header" => &["simple"],
        _ => &["form"],
    };
    let style = parameter.text("style").filter(|style| !known.contains(style))?;
    let at = outline.pointer(parameter).key("style");
    let message = format!("a {location} parameter cannot have the style {}", quoted(style));
    let help = format!("write {}, or leave `style` out", listed(known.iter().copied()));
    Some(NodeDiagnostic::value(at.clone(), message, help).fixed_by_removing(at))
}

fn check_content(outline: &Outline<'_>, parameter: &Node<'_>) -> Option<NodeDiagnostic> {
    let count = outline.children(parameter, "content").count();
    (parameter.get("content").is_some() && count != 1).then(|| {
        let message = format!("a parameter must have one media type, but this one has {count}");
        let at = outline.pointer(parameter).key("content");
        let first = parameter.get("content").and_then(Value::as_object).and_then(|content| content.iter().next());
        let (name, effect) = first.map_or(("text/plain", "it is taken as text"), |(name, _)| {
            (name.as_str(), "it is sent as the first of them")
        });
        let media_type = first.map_or_else(|| json!({ "schema": { "type": "string" } }), |(_, first)| first.clone());
        NodeDiagnostic::key(at.clone(), message, "list only the media type that it is sent in").fixed_by_replacing(
            at,
            json!({ name: media_type }),
            effect,
        )
    })
}

fn check_path(outline: &Outline<'_>, item: &Node<'_>) -> Vec<NodeDiagnostic> {
    let Some(path) = item.name else { return Vec::new() };
    let PathParts { path: template, query, fragment } = PathParts::of(path);
    let names = match placeholders(template) {
        Ok(names) => names,
        Err(problem) => {
            let message = format!("{} cannot be filled in: {problem}", quoted(path));
            let at = outline.pointer(item);
            let diagnostic = NodeDiagnostic::key(at.clone(), message, "write each parameter once, as `{name}`");
            return vec![diagnostic.fixed_by_removing(at)];
        }
    };
    let operations: Vec<_> = outline.entries(item).filter(|node| node.kind == Kind::Operation).collect();
    let mut diagnostics = Vec::new();
    diagnostics.extend(fragment.map(|fragment| check_fragment(outline, item, fragment)));
    diagnostics.extend(query.and_then(|query| check_query(outline, item, query)));
    let in_query: HashSet<_> = query.iter().flat_map(|query| query_names(query)).collect();
    for holder in std::iter::once(item).chain(operations.iter().copied()) {
        diagnostics.append(&mut check_repeated(outline, holder));
        diagnostics.append(&mut check_unused(outline, holder, &names));
        diagnostics.append(&mut check_sent_twice(outline, holder, &in_query));
    }
    for name in names {
        let declares = |holder: &Node<'_>| path_parameters(outline, holder).any(|parameter| parameter.name == name);
        if declares(item) {
            continue;
        }
        let without: Vec<_> = operations.iter().filter(|operation| !declares(operation)).copied().collect();
        let is_nowhere = without.len() == operations.len() && !without.is_empty();
        let holders = if is_nowhere { vec![item] } else { without };
        diagnostics.extend(holders.into_iter().map(|holder| {
            NodeDiagnostic::key(
                outline.pointer(holder),
                format!("the path has `{{{name}}}`, but there is no such parameter"),
                format!("add a parameter with `name: {name}`, `in: path` and `required: true`"),
            )
            .fixed_by_appending(
                outline.pointer(holder).key("parameters"),
                json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
                "it is taken as a text",
            )
        }));
    }
    diagnostics
}

/// Returns the names in the braces of a path.
fn placeholders(path: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    let mut pieces = path.split('{');
    if pieces.next().is_some_and(|before| before.contains('}')) {
        return Err("a `}` has no `{`");
    }
    for piece in pieces {
        let Some((name, after)) = piece.split_once('}') else { return Err("a `{` has no `}`") };
        if after.contains('}') {
            return Err("a `}` has no `{`");
        }
        if name.is_empty() {
            return Err("there is no name in `{}`");
        }
        if names.contains(&name) {
            return Err("a parameter is in it twice");
        }
        names.push(name);
    }
    Ok(names)
}

/// Refuses a fragment, which is never sent.
fn check_fragment(outline: &Outline<'_>, item: &Node<'_>, fragment: &str) -> NodeDiagnostic {
    let fragment = format!("#{fragment}");
    let message = format!("a path cannot end with a fragment, but this one ends with {}", quoted(&fragment));
    let help = format!("leave {} out, and describe a path once: fragments are not sent", quoted(&fragment));
    NodeDiagnostic::key(outline.pointer(item), message, help).accepted("requests have the path without it")
}

/// Refuses parameters in braces in the query of a path.
fn check_query(outline: &Outline<'_>, item: &Node<'_>, query: &str) -> Option<NodeDiagnostic> {
    query.contains(['{', '}']).then(|| {
        let message = format!("{} cannot be filled in: only the part before the `?` can", quoted(&format!("?{query}")));
        let name = query.split_once('{').and_then(|(_, after)| after.split_once('}')).map_or("name", |(name, _)| name);
        let help = format!("end the path before the `?`, and add a parameter with `name: {name}` and `in: query`");
        NodeDiagnostic::key(outline.pointer(item), message, help)
    })
}

/// Returns the names in the query of a path.
fn query_names(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').map(|field| field.split_once('=').map_or(field, |(name, _)| name))
}

/// Checks that no parameter of a list is in the query of the path already.
fn check_sent_twice(outline: &Outline<'_>, holder: &Node<'_>, in_query: &HashSet<&str>) -> Vec<NodeDiagnostic> {
    let twice = listed_parameters(outline, holder)
        .filter(|parameter| parameter.location == "query" && in_query.contains(parameter.name));
    twice
        .map(|Listed { node, name, .. }| {
            let at = outline.pointer(node);
            let message = format!("{} is in the query of the path already", quoted(name));
            NodeDiagnostic::value(at.clone(), message, "leave it out of the path, or leave this parameter out")
                .fixed_by_removing(at)
        })
        .collect()
}

/// A parameter in the list of a path item or of an operation.
struct Listed<'o, 'a> {
    /// The entry of the list, which may be a reference.
    node: &'o Node<'a>,
    name: &'a str,
    location: &'a str,
}

fn listed_parameters<'o, 'a>(outline: &'o Outline<'a>, holder: &Node<'a>) -> impl Iterator<Item = Listed<'o, 'a>> {
    outline.children(holder, "parameters").filter_map(|node| {
        let parameter = outline.target(node)?;
        Some(Listed { node, name: parameter.text("name")?, location: parameter.text("in")? })
    })
}

fn path_parameters<'o, 'a>(outline: &'o Outline<'a>, holder: &Node<'a>) -> impl Iterator<Item = Listed<'o, 'a>> {
    listed_parameters(outline, holder).filter(|parameter| parameter.location == "path")
}

/// Returns the parameters of an operation, those of its path included.
pub(super) fn parameters<'o, 'a>(outline: &'o Outline<'a>, operation: &Operation<'o, 'a>) -> Vec<&'o Node<'a>> {
    let own = outline.children(operation.node, "parameters").filter_map(|node| outline.target(node));
    let mut all: Vec<_> = own.collect();
    for node in outline.children(operation.item, "parameters").filter_map(|node| outline.target(node)) {
        let replaces = |other: &&Node<'_>| ["name", "in"].iter().all(|key| other.get(key) == node.get(key));
        if !all.iter().any(replaces) {
            all.push(node);
        }
    }
    all
}

/// Checks that each path parameter of a list is one of those in the path.
fn check_unused(outline: &Outline<'_>, holder: &Node<'_>, names: &[&str]) -> Vec<NodeDiagnostic> {
    let unused = path_parameters(outline, holder).filter(|parameter| !names.contains(&parameter.name));
    unused
        .map(|Listed { node, name, .. }| {
            NodeDiagnostic::value(
                outline.pointer(node).key(if node.reference().is_some() { "$ref" } else { "name" }),
                format!("the path has no `{{{name}}}` for this parameter"),
                did_you_mean(name, names.iter().copied(), format!("put `{{{name}}}` into the path, or leave this out")),
            )
            .fixed_by_removing(outline.pointer(node))
        })
        .collect()
}

fn check_repeated(outline: &Outline<'_>, holder: &Node<'_>) -> Vec<NodeDiagnostic> {
    let mut seen = HashSet::new();
    let repeated =
        listed_parameters(outline, holder).filter(|parameter| !seen.insert((parameter.name, parameter.location)));
    repeated
        .map(|Listed { node, name, .. }| {
            let at = outline.pointer(node);
            let message = format!("the parameter {} is in this list twice", quoted(name));
            NodeDiagnostic::value(at.clone(), message, "remove one of the two").fixed_by_removing(at)
        })
        .collect()
}

/// Checks that the parameters of an operation have different names in Rust. A parameter of an operation may replace one
/// of its path: that has the same name and location.
fn check_names(outline: &Outline<'_>, operation: &Operation<'_, '_>) -> Vec<NodeDiagnostic> {
    let mut seen = HashMap::new();
    let mut diagnostics = Vec::new();
    let holders = [operation.item, operation.node];
    for Listed { node, name, location } in holders.into_iter().flat_map(|holder| listed_parameters(outline, holder)) {
        let rust_name = value_name(name);
        let other = seen.insert(rust_name.clone(), (name, location));
        if let Some((other, _)) = other.filter(|other| *other != (name, location)) {
            let message = format!("{} and {} would both be named `{rust_name}` in Rust", quoted(other), quoted(name));
            let help = "give them names that differ in more than case, punctuation and location";
            let effect = "the later one gets a number after its name";
            diagnostics.push(NodeDiagnostic::value(outline.pointer(node), message, help).accepted(effect));
        }
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn the_path_and_its_parameters_agree() {
        let document = "
            paths:
              '/a/{id}': {get: {}}
              /b: {get: {parameters: [{name: id, in: path, required: true}]}}
              '/c/{id': {}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        4:3 the path has `{id}`, but there is no such parameter: it is taken as a text
        5:34 the path has no `{id}` for this parameter: it is left out
        6:3 `/c/{id` cannot be filled in: a `{` has no `}`: it is left out
        ");
    }

    #[test]
    fn a_path_may_have_a_query_without_parameters() {
        let document = "
            paths:
              /a?b=1&c: {get: {parameters: [{name: c, in: query}, {name: d, in: query}]}}
              '/a?b={b}': {get: {}}
              '/a/{d}#{e}': {get: {parameters: [{name: d, in: path, required: true}]}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        4:33 `c` is in the query of the path already: it is left out
        5:3 `?b={b}` cannot be filled in: only the part before the `?` can
        6:3 a path cannot end with a fragment, but this one ends with `#{e}`: requests have the path without it
        ");
    }

    #[test]
    fn a_parameter_in_the_path_is_required() {
        insta::assert_snapshot!(
            run(check, "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path}]}}}"),
            @"3:40 a path parameter must be required: it is taken as `true`"
        );
    }

    #[test]
    fn a_parameter_can_be_sent() {
        let document = "
            paths:
              /a:
                get:
                  parameters:
                    - {name: Accept, in: header}
                    - {name: a, in: query, style: matrix}
                    - {name: b, in: query, content: {}}
                    - {name: content-length, in: header}
                    - {name: X Bad, in: header}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        7:18 a parameter cannot set the header `Accept`, so this one is ignored
        8:39 a query parameter cannot have the style `matrix`: it is left out
        9:32 a parameter must have one media type, but this one has 0: it is taken as text
        10:18 a parameter cannot set the header `content-length`, so this one is ignored
        11:18 `X Bad` cannot be the name of a header: a call that sets it fails
        ");
    }

    #[test]
    fn names_differ_in_rust_too() {
        let document = "
            paths:
              /a:
                get:
                  parameters:
                    - {name: a-b, in: query}
                    - {name: a-b, in: query}
                    - {name: a_b, in: header}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        8:11 the parameter `a-b` is in this list twice: it is left out
        9:11 `a-b` and `a_b` would both be named `a_b` in Rust: the later one gets a number after its name
        ");
    }

    #[test]
    fn an_operation_may_replace_a_parameter_of_its_path() {
        let document = "
            paths:
              /a:
                parameters: [{name: a, in: query}]
                get: {parameters: [{name: a, in: query}]}
        ";
        insta::assert_snapshot!(run(check, document), @"");
    }
}
