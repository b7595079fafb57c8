//! Documents of a few lines for the tests of the stage.

use super::Api;
use crate::{check, normalize, progenitor, source::Document};

/// Returns the API of a document. `text` is what follows `openapi` and `info`, and may be indented.
pub(crate) fn api(text: &str) -> Api {
    api_of_files(&[("api.yaml", text)])
}

/// Returns the API of a document in several files, the root first.
pub(crate) fn api_of_files(files: &[(&str, &str)]) -> Api {
    let read = |path: &str| {
        let (_, text) = files.iter().find(|(name, _)| *name == path).ok_or(std::io::ErrorKind::NotFound)?;
        Ok(textwrap::dedent(text))
    };
    let (root, text) = files[0];
    let text = format!("openapi: 3.0.3\ninfo: {{title: Things, version: '1'}}\n{}", textwrap::dedent(text));
    let document = Document::parse(root, text).unwrap_or_else(|errors| panic!("{errors}"));
    let document =
        normalize::bundle::bundle(document, false, &mut { read }).unwrap_or_else(|errors| panic!("{errors}"));
    let document = normalize::prepare(&document, None).document;
    let (document, _) = check::check(document).unwrap_or_else(|errors| panic!("{errors}"));
    let merged = normalize::merge(document.root().clone());
    Api::read(&document, &merged, &progenitor::types(&merged).unwrap(), "things")
}

/// Returns the API of a document whose one operation, `PUT /thing`, sends and returns the schema `Thing`.
pub(crate) fn api_of_schemas(schemas: &str) -> Api {
    let thing = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
    let schemas = textwrap::indent(textwrap::dedent(schemas).trim(), "    ");
    api(&format!(
        "paths: {{/thing: {{put: {{operationId: putThing, requestBody: {{{thing}}}, responses: {{'200': {{description: \
         It., {thing}}}}}}}}}}}\ncomponents:\n  schemas:\n{schemas}"
    ))
}
