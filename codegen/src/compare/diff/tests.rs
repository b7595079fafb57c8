//! Documents of a few lines for the tests of `diff`.

use crate::{Document, Settings, diff};

/// Returns the changes between two documents, with their Rust items. Both texts are what follows `openapi` and `info`,
/// and may be indented.
pub(super) fn changes(old: &str, new: &str) -> String {
    let [old, new] = [old, new].map(|text| {
        let text = format!("openapi: 3.0.3\ninfo: {{title: Things, version: '1'}}\n{}", textwrap::dedent(text));
        Document::parse("api.yaml", text).unwrap_or_else(|errors| panic!("{errors}"))
    });
    let settings = Settings::new("things");
    let diff = diff::between((&old, &settings), (&new, &settings)).unwrap_or_else(|error| panic!("{error}"));
    let lines = diff.changes.iter().flat_map(|change| {
        let rust = change.rust.iter().map(|change| {
            format!("  {} => {}", change.old.as_deref().unwrap_or("-"), change.new.as_deref().unwrap_or("-"))
        });
        [format!("{} {change}", change.verdict)].into_iter().chain(rust).collect::<Vec<_>>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the changes between two versions of the schema `Thing`, which `GET /thing` returns.
pub(super) fn changes_of_schema(old: &str, new: &str) -> String {
    changes(&document_of_schema(old), &document_of_schema(new))
}

/// Returns a document with the schema `Thing`, which `GET /thing` returns.
pub(super) fn document_of_schema(schema: &str) -> String {
    let text = format!(
        "
        paths:
          /thing:
            get:
              operationId: getThing
              responses:
                '200':
                  description: It.
                  content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}
        components: {{schemas: {{Thing: {schema}}}}}
        "
    );
    textwrap::dedent(&text)
}
