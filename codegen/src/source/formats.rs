//! Texts that describe an API, or may do so, in a format that is not YAML: the parser would complain of their syntax.

use super::yaml::{At, YamlError, error};

/// What the first line that says something starts with, what that is, and what to do.
const BY_START: [(&str, &str, &str); 5] = [
    ("#%RAML", "a RAML document", "convert it to OpenAPI 3.0"),
    ("FORMAT: 1A", "an API Blueprint", "convert it to OpenAPI 3.0"),
    ("syntax = \"proto", "a file of Protocol Buffers", "export the API as OpenAPI 3.0 instead"),
    ("<?xml", "XML", "name an OpenAPI document, which is YAML or JSON"),
    ("<", "a web page", "download the document itself, which is YAML or JSON"),
];

/// What a definition in GraphQL starts with.
const GRAPHQL: [&str; 9] = ["directive", "enum", "extend", "input", "interface", "scalar", "schema", "type", "union"];

pub(super) fn refuse_others(text: &str) -> Result<(), YamlError> {
    let Some((index, line)) = first_line(text) else { return Ok(()) };
    let other = BY_START.iter().find(|(start, ..)| line.starts_with(start)).map(|(_, what, help)| (*what, *help));
    // YAML may begin with a merge key.
    let other = other.filter(|_| !line.starts_with("<<"));
    let graphql = ("a GraphQL schema", "name a document that describes an HTTP API with paths");
    match other.or(is_graphql(line).then_some(graphql)) {
        Some((what, help)) => {
            Err(error(At::Place(index + 1, 1), format!("this is not an OpenAPI document, but {what}"), help))
        }
        None => Ok(()),
    }
}

/// The first line that is neither empty nor a comment, but for one that names a format.
fn first_line(text: &str) -> Option<(usize, &str)> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
    let is_said = |line: &str| !line.is_empty() && (!line.starts_with('#') || line.starts_with("#%"));
    lines.into_iter().find(|(_, line)| is_said(line))
}

/// Whether a line is like `type Thing {`, `"""` or `scalar Date`, which are no keys of YAML.
fn is_graphql(line: &str) -> bool {
    let defines = |rest: &str| rest.starts_with(|next: char| next.is_alphabetic() || matches!(next, '{' | '@'));
    let mut words = line.splitn(2, ' ');
    let starts = words.next().is_some_and(|word| GRAPHQL.contains(&word));
    line.starts_with("\"\"\"") || starts && words.next().is_some_and(|rest| defines(rest.trim_start()))
}
