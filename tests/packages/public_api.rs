//! The whole public API of the emitted crate, as a list of signatures: its diff is what a change does to users.

use codegen::{Settings, Surface};
use insta::assert_snapshot;
use tests::document::document;

#[test]
fn public_api_of_the_emitted_crate() {
    let surface =
        Surface::read(&codegen::generate(document(), &Settings::new("clickhouse-cloud")).unwrap().files).unwrap();
    let signatures: Vec<_> = surface.signatures().collect();
    assert!(signatures.len() > 100, "signatures are found");
    assert_snapshot!(signatures.join("\n"));
}
