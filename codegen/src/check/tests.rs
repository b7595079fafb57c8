//! Runs one rule on a few lines of a document.

use std::borrow::Cow;

use serde_json::json;

use super::{Rule, check, outline::Outline};
use crate::{
    diagnostic::NodeDiagnostic,
    openapi::extensions::{ALL, TYPE_NAMES},
    source::Document,
};

/// The first lines of every document: the lines of a test start in line 3.
const HEAD: &str = "openapi: 3.0.3\ninfo: {title: Things, version: '1'}\n";

/// Returns the diagnostics of a rule, each on a line: `line:column message`, with its fix if it has
/// one. The text may be indented. One that has an extension of this generator was written for it.
pub(super) fn run(rule: Rule, text: &str) -> String {
    let is_for_this_generator = ALL.iter().any(|name| text.contains(name)) && !text.contains(TYPE_NAMES);
    let tail = if is_for_this_generator { "\nx-type-names: {}" } else { "" };
    let document = Document::parse("api.yaml", format!("{HEAD}{}{tail}", textwrap::dedent(text).trim())).unwrap();
    let diagnostics = rule(&Outline::new(&document)).into_iter().map(NodeDiagnostic::fixed).collect();
    let diagnostics = document.diagnostics(diagnostics).0;
    let lines = diagnostics.iter().map(|diagnostic| {
        let span = diagnostic.location.span;
        format!("{}:{} {}", span.line, span.column, diagnostic.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the diagnostics of a rule for a document that has only schemas, from line 5 and column 5 on.
pub(super) fn run_on_schemas(rule: Rule, schemas: &str) -> String {
    let schemas = textwrap::indent(textwrap::dedent(schemas).trim(), "    ");
    run(rule, &format!("components:\n  schemas:\n{schemas}"))
}

/// A document with a mistake that has a fix.
const FIXABLE: &str = "\
paths: {}
components:
  schemas:
    A: {}
    B: {$ref: '#/components/schemas/A', nullable: true}
";

#[test]
fn a_mistake_in_a_document_of_others_is_fixed() {
    let document = Document::parse("api.yaml", format!("{HEAD}{FIXABLE}")).unwrap();
    let (fixed, warnings) = check(Cow::Borrowed(&document)).unwrap();
    assert_eq!(warnings.len(), 1);
    assert_eq!(fixed.root()["components"]["schemas"]["B"], json!({"$ref": "#/components/schemas/A"}));
}

#[test]
fn a_mistake_beside_an_extension_of_this_generator_is_an_error() {
    let text = format!("{HEAD}{FIXABLE}servers: [{{url: 'https://example.com', x-environment: API_URL}}]\n");
    let document = Document::parse("api.yaml", text).unwrap();
    assert_eq!(check(Cow::Borrowed(&document)).unwrap_err().0.len(), 1);
}

#[test]
fn an_extension_of_another_tool_with_the_same_name_is_left_out() {
    let text = format!("{HEAD}{FIXABLE}x-pagination: {{limitParam: count}}\n");
    let document = Document::parse("api.yaml", text).unwrap();
    let (fixed, warnings) = check(Cow::Borrowed(&document)).unwrap();
    assert!(warnings.len() > 1);
    assert_eq!(fixed.root().get("x-pagination"), None);
}

#[test]
fn a_document_with_more_extensions_of_other_tools_was_not_written_for_this_generator() {
    let own = "servers: [{url: 'https://example.com', x-environment: API_URL}]";
    let errors = |others: &str| {
        let document = Document::parse("api.yaml", format!("{HEAD}{FIXABLE}{own}\n{others}")).unwrap();
        check(Cow::Borrowed(&document)).map_or_else(|errors| errors.0.len(), |_| 0)
    };
    assert_eq!(errors("x-enviroment: API_URL\n"), 2);
    assert_eq!(errors("x-logo: a\nx-readme: b\n"), 0);
}

#[test]
fn what_is_read_in_place_of_a_value_is_checked_too() {
    let text =
        format!("{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{allOf: {{$ref: '#/components/schemas/B'}}}}}}}}\n");
    let document = Document::parse("api.yaml", text).unwrap();
    let (fixed, warnings) = check(Cow::Borrowed(&document)).unwrap();
    assert_eq!(fixed.root()["components"]["schemas"]["A"], json!({"allOf": [{}]}));
    assert_eq!(warnings.len(), 2);
}
