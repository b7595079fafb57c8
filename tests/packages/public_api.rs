//! The whole public API of the emitted crate, as a list of signatures: its diff is what a change does to users.

use codegen::{Document, Settings, Surface};
use insta::assert_snapshot;

#[test]
fn public_api_of_the_emitted_crate() {
    let file = "spec/clickhouse-cloud.yaml";
    let text = std::fs::read_to_string(format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let document = Document::parse(file, text).unwrap();
    let surface =
        Surface::read(&codegen::generate(&document, &Settings::new("clickhouse-cloud")).unwrap().files).unwrap();
    let signatures: Vec<_> = surface.signatures().collect();
    assert!(signatures.len() > 100, "signatures are found");
    assert_snapshot!(signatures.join("\n"));
}
