//! Each module has unit tests, or a reason to have none.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The modules without unit tests, by the reason.
const WITHOUT_TESTS: &[(&str, &[&str])] = &[
    ("It only declares modules.", &["lib", "openapi"]),
    (
        "It only runs the modules of its folder, which have tests.",
        &["compare/drift", "emit/structs", "emit/types", "normalize", "pipeline"],
    ),
    ("`tests/generator/skeleton.rs` tests it with whole documents.", &["compare/drift/skeleton"]),
    ("The tests of `check/grammar.rs` run it.", &["check/grammar/repair"]),
    ("It is a table.", &["names/imported"]),
    (
        "`normalize/upgrade/tests.rs` tests it with its siblings.",
        &[
            "normalize/upgrade/booleans",
            "normalize/upgrade/constants",
            "normalize/upgrade/copies",
            "normalize/upgrade/examples",
            "normalize/upgrade/exclusive_bounds",
            "normalize/upgrade/keywords",
            "normalize/upgrade/nested_components",
            "normalize/upgrade/null_variants",
            "normalize/upgrade/references",
            "normalize/upgrade/responses",
            "normalize/upgrade/root",
            "normalize/upgrade/site",
            "normalize/upgrade/string_content",
            "normalize/upgrade/tuples",
            "normalize/upgrade/types",
            "normalize/upgrade/walk",
        ],
    ),
    (
        "The tests of the module around it go through it.",
        &[
            "check/extensions/result",
            "check/extensions/same_path",
            "normalize/bundle/files",
            "normalize/merge/composition/keywords",
            "normalize/merge/composition/unions",
            "source/positions/json",
            "source/positions/yaml",
            "source/yaml/tree",
        ],
    ),
    (
        "The documents of `tests/generator` test it.",
        &[
            "diagnostic",
            "emit/deprecation",
            "emit/examples/values",
            "emit/layout/types",
            "emit/operations/borrowing",
            "emit/operations/wake",
            "openapi/extensions",
            "openapi/operation",
            "openapi/reference",
            "openapi/walk",
        ],
    ),
];

#[test]
fn each_module_without_tests_has_a_reason() {
    let listed: BTreeSet<String> =
        WITHOUT_TESTS.iter().flat_map(|(_, modules)| modules.iter().map(ToString::to_string)).collect();
    let without_tests: BTreeSet<String> = sources(Path::new(SOURCES))
        .into_iter()
        .filter(|file| !has_tests(file))
        .map(|file| file.strip_prefix(SOURCES).unwrap().with_extension("").display().to_string())
        .collect();
    let missing: Vec<_> = without_tests.difference(&listed).collect();
    let outdated: Vec<_> = listed.difference(&without_tests).collect();
    assert!(missing.is_empty(), "without tests and without a reason: {missing:#?}");
    assert!(outdated.is_empty(), "in the list, and with tests or gone: {outdated:#?}");
}

/// Returns whether a module has tests in its file or in a file of its own: `api/tests.rs` for `api.rs`.
fn has_tests(file: &Path) -> bool {
    fs::read_to_string(file).unwrap().contains("#[cfg(test)]") || file.with_extension("").join("tests.rs").exists()
}

/// Returns the files of all modules but those of tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path).into_iter().filter(|_| !path.ends_with("tests")));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files
}
