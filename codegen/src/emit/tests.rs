//! Documents of a few lines for the tests of the stage.

use crate::{Document, Settings, generate};

/// Returns a file of the crate that a document gives, without its first line. `document` is what follows `openapi` and
/// `info`.
pub(super) fn emitted(path: &str, document: &str) -> String {
    let text = format!("openapi: 3.0.3\ninfo: {{title: Things, version: '1'}}\n{document}");
    let document = Document::parse("api.yaml", text).unwrap_or_else(|errors| panic!("{errors}"));
    let generated = generate(&document, &Settings::new("things")).unwrap_or_else(|error| panic!("{error}"));
    let file = generated.files.iter().find(|file| file.path == path);
    let file = file.unwrap_or_else(|| panic!("no {path} among {:?}", generated.files));
    file.text.split_once("\n\n").unwrap().1.to_owned()
}

/// Returns a file of the crate of a document whose one operation, `PUT /thing`, sends and returns the schema `Thing`.
pub(super) fn emitted_for_schemas(path: &str, schemas: &str) -> String {
    let thing = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
    let document = format!(
        "paths: {{/thing: {{put: {{operationId: putThing, summary: Puts it, requestBody: {{{thing}}}, \
         responses: {{'200': {{description: It., {thing}}}}}}}}}}}\ncomponents:\n  schemas:\n{schemas}"
    );
    emitted(path, &document)
}

/// Returns a text from the line on that has `start` in it.
pub(super) fn from_line<'t>(text: &'t str, start: &str) -> &'t str {
    let at = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..]
}
