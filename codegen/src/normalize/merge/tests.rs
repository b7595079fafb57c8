//! Runs one pass on a few lines of a document.

use serde_json::Value;

use super::Pass;
use crate::{
    json::fields,
    openapi::{
        operation::{Operation, operations},
        reference::SCHEMAS,
    },
    source::Document,
};

/// The first lines of every document.
const HEAD: &str = "openapi: 3.0.3\ninfo: {title: Things, version: '1'}\n";

/// Returns a document after a pass, each operation and each schema on a line. The text may be indented.
pub(super) fn run(pass: Pass, text: &str) -> String {
    let document = Document::parse("api.yaml", format!("{HEAD}{}", textwrap::dedent(text).trim())).unwrap();
    let mut root = document.root().clone();
    pass(&mut root);
    let operations = operations(&root).map(|Operation { method, path, value, .. }| format!("{method} {path}: {value}"));
    let schemas = fields(root.pointer(SCHEMAS)).map(|(name, schema)| format!("{name}: {schema}"));
    operations.chain(schemas).collect::<Vec<_>>().join("\n").replace('"', "")
}

/// Returns the schemas of a document that has only schemas, after a pass.
pub(super) fn run_on_schemas(pass: Pass, schemas: &str) -> String {
    let schemas = textwrap::indent(textwrap::dedent(schemas).trim(), "    ");
    run(pass, &format!("paths: {{}}\ncomponents:\n  schemas:\n{schemas}"))
}

#[test]
fn a_document_is_merged_by_all_passes() {
    let pass = |root: &mut Value| *root = super::merge(root.take());
    let text = "
        paths:
          /a:
            get: {operationId: a, responses: {'200': {content: {application/json: {schema: {allOf: [{$ref: '#/components/schemas/thing'}]}}}}}}
        components:
          schemas:
            thing: {type: object, properties: {size: {oneOf: [{type: string}, {type: integer}]}}}
    ";
    insta::assert_snapshot!(run(pass, text), @"
        get /a: {operationId:a,responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/Thing}}}}},parameters:[],x-merged-errors:{}}
        Thing: {type:object,properties:{size:{$ref:#/components/schemas/StringOrInteger}},x-merged-direction:response}
        StringOrInteger: {oneOf:[{type:string},{type:integer}],description:A string or an integer.,x-merged-origin:/components/schemas/Thing/properties/size,x-merged-direction:response}
    ");
}
