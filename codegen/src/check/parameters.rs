use std::collections::{HashMap, HashSet};

use super::outline::{Node, Operation, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{listed, quoted},
    },
    names::value_name,
    openapi::{grammar::Kind, parameter::OTHERWISE_SAID},
};

/// A path and its parameters fit together, and every parameter is one of its kind.
pub(super) fn parameters(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for parameter in outline.all(Kind::Parameter) {
        diagnostics.extend(unusable(outline, parameter));
        diagnostics.extend(strange_style(outline, parameter));
        diagnostics.extend(no_media_type(outline, parameter));
    }
    for paths in outline.all(Kind::Paths) {
        for item in outline.entries(paths) {
            diagnostics.append(&mut of_path(outline, item));
        }
    }
    for operation in outline.operations() {
        diagnostics.append(&mut same_name(outline, &operation));
    }
    diagnostics
}

fn unusable(outline: &Outline<'_>, parameter: &Node<'_>) -> Option<NodeDiagnostic> {
    let at = outline.pointer(parameter);
    match parameter.text("in")? {
        "path" if !parameter.flag("required") => {
            let place = at.key("required");
            let at = if parameter.get("required").is_some() { at.key("required") } else { at };
            let message = "a parameter in the path must be required, and this one is not";
            Some(NodeDiagnostic::key(at, message, "write `required: true`").fixed_by_inserting(place, true))
        }
        "header" => {
            let name = parameter.text("name")?;
            let is_said_otherwise = OTHERWISE_SAID.contains(&&*name.to_ascii_lowercase());
            is_said_otherwise.then(|| {
                let message = format!("a parameter cannot set the header {}, so this one is passed over", quoted(name));
                NodeDiagnostic::value(at.key("name"), message, "leave it out: media types and `security` say it")
                    .warning()
            })
        }
        _ => None,
    }
}

fn strange_style(outline: &Outline<'_>, parameter: &Node<'_>) -> Option<NodeDiagnostic> {
    let known: &[_] = match parameter.text("in")? {
        "path" => &["simple", "label", "matrix"],
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "header" => &["simple"],
        _ => &["form"],
    };
    let style = parameter.text("style").filter(|style| !known.contains(style))?;
    let at = outline.pointer(parameter).key("style");
    let message = format!("a parameter in this place has no style {}", quoted(style));
    let help = format!("write {}, or leave `style` out", listed(known.iter().copied()));
    Some(NodeDiagnostic::value(at.clone(), message, help).fixed_by_removing(at))
}

fn no_media_type(outline: &Outline<'_>, parameter: &Node<'_>) -> Option<NodeDiagnostic> {
    let count = outline.children(parameter, "content").count();
    (parameter.get("content").is_some() && count != 1).then(|| {
        let message = format!("a parameter has one media type, and this one has {count}");
        NodeDiagnostic::key(outline.pointer(parameter).key("content"), message, "say in one way how it is written")
    })
}

fn of_path(outline: &Outline<'_>, item: &Node<'_>) -> Vec<NodeDiagnostic> {
    let Some(path) = item.name else { return Vec::new() };
    let names = match placeholders(path) {
        Ok(names) => names,
        Err(problem) => {
            let message = format!("{} cannot be filled in: {problem}", quoted(path));
            return vec![NodeDiagnostic::key(outline.pointer(item), message, "write each parameter once, as `{name}`")];
        }
    };
    let operations: Vec<_> = outline.entries(item).filter(|node| node.kind == Kind::Operation).collect();
    let mut diagnostics = Vec::new();
    for holder in std::iter::once(item).chain(operations.iter().copied()) {
        diagnostics.append(&mut repeated(outline, holder));
        diagnostics.append(&mut not_in_path(outline, holder, &names));
    }
    for name in names {
        let declares = |holder: &Node<'_>| path_parameters(outline, holder).any(|(_, parameter)| parameter == name);
        if declares(item) {
            continue;
        }
        let without: Vec<_> = operations.iter().filter(|operation| !declares(operation)).copied().collect();
        let everywhere = without.len() == operations.len();
        let places = if everywhere && !without.is_empty() { vec![item] } else { without };
        diagnostics.extend(places.into_iter().map(|place| {
            NodeDiagnostic::key(
                outline.pointer(place),
                format!("the path has `{{{name}}}`, and no parameter says what that is"),
                format!("add a parameter with `name: {name}`, `in: path` and `required: true`"),
            )
        }));
    }
    diagnostics
}

/// The names in the braces of a path.
fn placeholders(path: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    let mut pieces = path.split('{');
    if pieces.next().is_some_and(|before| before.contains('}')) {
        return Err("a brace is closed that is not open");
    }
    for piece in pieces {
        let Some((name, after)) = piece.split_once('}') else { return Err("a brace is not closed") };
        if after.contains('}') {
            return Err("a brace is closed that is not open");
        }
        if name.is_empty() {
            return Err("there is no name between the braces");
        }
        if names.contains(&name) {
            return Err("one parameter is in it twice");
        }
        names.push(name);
    }
    Ok(names)
}

/// The path parameters that a path or an operation lists, with their names.
fn path_parameters<'o, 'a>(
    outline: &'o Outline<'a>,
    holder: &Node<'a>,
) -> impl Iterator<Item = (&'o Node<'a>, &'a str)> {
    outline.children(holder, "parameters").filter_map(|listed| {
        let parameter = outline.target(listed)?;
        (parameter.text("in")? == "path").then_some((listed, parameter.text("name")?))
    })
}

fn not_in_path(outline: &Outline<'_>, holder: &Node<'_>, names: &[&str]) -> Vec<NodeDiagnostic> {
    let strange = path_parameters(outline, holder).filter(|(_, name)| !names.contains(name));
    strange
        .map(|(listed, name)| {
            NodeDiagnostic::value(
                outline.pointer(listed).key(if listed.reference().is_some() { "$ref" } else { "name" }),
                format!("the path has no `{{{name}}}`, which this parameter is for"),
                did_you_mean(name, names.iter().copied(), format!("put `{{{name}}}` into the path, or leave this out")),
            )
            .fixed_by_removing(outline.pointer(listed))
        })
        .collect()
}

fn repeated(outline: &Outline<'_>, holder: &Node<'_>) -> Vec<NodeDiagnostic> {
    let mut seen = HashSet::new();
    let mut diagnostics = Vec::new();
    for listed in outline.children(holder, "parameters") {
        let Some(parameter) = outline.target(listed) else { continue };
        let (Some(name), Some(location)) = (parameter.text("name"), parameter.text("in")) else { continue };
        if !seen.insert((name, location)) {
            let message = format!("the parameter {} is in this list for the second time", quoted(name));
            let at = outline.pointer(listed);
            diagnostics
                .push(NodeDiagnostic::value(at.clone(), message, "leave one of the two out").fixed_by_removing(at));
        }
    }
    diagnostics
}

/// Parameters of one operation whose names differ here and do not in Rust. One of an operation may well replace one
/// of its path: that has the same name and is in the same place.
fn same_name(outline: &Outline<'_>, operation: &Operation<'_, '_>) -> Vec<NodeDiagnostic> {
    let mut seen = HashMap::new();
    let mut diagnostics = Vec::new();
    let holders = [operation.item, operation.node];
    for listed in holders.into_iter().flat_map(|holder| outline.children(holder, "parameters")) {
        let Some(parameter) = outline.target(listed) else { continue };
        let (Some(name), Some(location)) = (parameter.text("name"), parameter.text("in")) else { continue };
        let rust_name = value_name(name);
        match seen.insert(rust_name.clone(), (name, location)) {
            Some(other) if other != (name, location) => {
                let message = format!("{} and {} would both be called `{rust_name}`", quoted(other.0), quoted(name));
                let help = "give them names that differ in more than case, punctuation and place";
                let outcome = "the later one gets a number after its name";
                diagnostics.push(NodeDiagnostic::value(outline.pointer(listed), message, help).accepted(outcome));
            }
            _ => {}
        }
    }
    diagnostics
}
