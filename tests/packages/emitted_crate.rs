//! The emitted crate as it is committed.

use std::{collections::BTreeMap, fs, path::Path};

use codegen::Settings;
use tests::{document::document, files};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn generate() -> BTreeMap<String, String> {
    let settings = Settings { guide: true, ..Settings::new("clickhouse-cloud") };
    let generated = codegen::generate(document(), &settings);
    generated.unwrap_or_else(|error| panic!("{error}")).files.into_iter().map(|file| (file.path, file.text)).collect()
}

fn committed() -> BTreeMap<String, String> {
    let folder = Path::new(ROOT).join("generated/src");
    let read = |path: String| (format!("src/{path}"), fs::read_to_string(folder.join(path)).unwrap());
    files::list(&folder).into_iter().map(read).collect()
}

#[test]
fn is_generated_from_the_document_byte_for_byte() {
    assert!(committed() == generate(), "`cargo xtask generate --check` shows the difference");
}

#[test]
fn is_generated_reproducibly() {
    assert!(generate() == generate());
}

#[test]
fn has_no_line_that_only_a_machine_would_write() {
    for (path, text) in generate() {
        for long in ["::std::option", "::serde::", "#![allow", "allow(clippy::all", "allow(unused", "allow(dead_code"] {
            assert!(!text.contains(long), "{path} has `{long}`");
        }
        // The documentation has links, and a path and a pattern stay whole.
        let may_be_long =
            |line: &str| ["///", "\"/", "pattern("].iter().any(|start| line.trim_start().starts_with(start));
        let widest = text.lines().filter(|line| !may_be_long(line)).map(str::len).max();
        assert!(widest <= Some(120), "{path} has a line of {widest:?} columns");
    }
}
