//! Infers facts of a few lines of a document.

use std::borrow::Cow;

use super::infer;
use crate::source::{Document, config::Config};

/// The first lines of every document: the lines of a test start in line 4.
const HEAD: &str = "openapi: 3.0.3\ninfo: {title: Things, version: '1'}\nservers: [{url: 'https://example.com'}]\n";

/// Returns a document with the inferred facts and the overrides of a config. The text may be indented.
pub(super) fn document(text: &str, config: &str) -> Document {
    prepare(text, config).0
}

/// Returns the nodes that are written into a document, the warnings and the errors, each on a line.
pub(super) fn run(text: &str, config: &str) -> String {
    prepare(text, config).1.join("\n").replace('"', "")
}

fn prepare(text: &str, config: &str) -> (Document, Vec<String>) {
    let document = Document::parse("api.yaml", format!("{HEAD}{}", textwrap::dedent(text).trim())).unwrap();
    let config = Config::parse("api.toml", textwrap::dedent(config)).unwrap();
    let prepared = infer(Cow::Owned(document), Some(&config));
    let document = prepared.document.into_owned();
    let written = document.overrides().written.iter();
    let written = written.map(|(at, _)| format!("{at}: {}", document.root().pointer(at.as_str()).unwrap()));
    let warnings =
        document.located(prepared.warnings).into_iter().map(|warning| format!("warning: {}", warning.message));
    let errors = prepared.errors.into_iter().map(|error| {
        let span = error.location.span;
        format!("error {}:{}: {}", span.line, span.column, error.message)
    });
    let lines = written.chain(warnings).chain(errors).collect();
    (document, lines)
}
