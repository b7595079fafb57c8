//! Recognizes texts in other formats than YAML, to name the format instead of an error in the syntax.

use super::yaml::{At, YamlError, error};

/// The start of the first line, the format, and the help.
const BY_START: [(&str, &str, &str); 5] = [
    ("#%RAML", "a RAML document", "convert it to OpenAPI 3.0"),
    ("FORMAT: 1A", "an API Blueprint", "convert it to OpenAPI 3.0"),
    ("syntax = \"proto", "a file of Protocol Buffers", "export the API as OpenAPI 3.0 instead"),
    ("<?xml", "XML", "name an OpenAPI document, which is YAML or JSON"),
    ("<", "a web page", "download the document itself, which is YAML or JSON"),
];

/// The first words of definitions in GraphQL.
const GRAPHQL: [&str; 9] = ["directive", "enum", "extend", "input", "interface", "scalar", "schema", "type", "union"];

/// Refuses a text in another format than YAML.
pub(super) fn refuse_other_formats(text: &str) -> Result<(), YamlError> {
    let Some((index, line)) = first_line(text) else { return Ok(()) };
    let other = BY_START.iter().find(|(start, ..)| line.starts_with(start)).map(|(_, format, help)| (*format, *help));
    // YAML may begin with a merge key.
    let other = other.filter(|_| !line.starts_with("<<"));
    let graphql = ("a GraphQL schema", "name a document that describes an HTTP API with paths");
    match other.or(is_graphql(line).then_some(graphql)) {
        Some((format, help)) => {
            Err(error(At::LineColumn(index + 1, 1), format!("this is not an OpenAPI document, but {format}"), help))
        }
        None => Ok(()),
    }
}

/// Returns the first line that is neither empty nor a comment, with its index. `#%RAML` is no comment.
fn first_line(text: &str) -> Option<(usize, &str)> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
    let is_content = |line: &str| !line.is_empty() && (!line.starts_with('#') || line.starts_with("#%"));
    lines.into_iter().find(|(_, line)| is_content(line))
}

/// Returns whether a line is like `type Thing {`, `"""` or `scalar Date`.
fn is_graphql(line: &str) -> bool {
    let defines = |rest: &str| rest.starts_with(|next: char| next.is_alphabetic() || matches!(next, '{' | '@'));
    let mut words = line.splitn(2, ' ');
    let starts = words.next().is_some_and(|word| GRAPHQL.contains(&word));
    line.starts_with("\"\"\"") || starts && words.next().is_some_and(|rest| defines(rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        refuse_other_formats(text).map_or_else(|error| error.message, |()| "accepted".to_owned())
    }

    #[test]
    fn other_formats_are_named() {
        assert_eq!(refusal("#%RAML 1.0\n"), "this is not an OpenAPI document, but a RAML document");
        assert_eq!(refusal("# Things\ntype Thing {\n"), "this is not an OpenAPI document, but a GraphQL schema");
        assert_eq!(refusal("<html>"), "this is not an OpenAPI document, but a web page");
    }

    #[test]
    fn yaml_is_accepted() {
        for text in ["", "type: object\n", "<<: {a: 1}\n", "# <html>\na: 1\n"] {
            assert_eq!(refusal(text), "accepted", "{text}");
        }
    }
}
