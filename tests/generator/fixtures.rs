//! What comes out of the generator: one small document for each of its guarantees.

use std::{fs, path::Path, process::Command};

use codegen::{Document, File, Generated, Settings, Surroundings};
use insta::assert_snapshot;
use tests::files;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

fn generate(fixture: &str) -> Vec<File> {
    generate_with(fixture, &Settings::new(fixture)).files
}

fn generate_with(fixture: &str, settings: &Settings) -> Generated {
    let file = format!("{FIXTURES}/{fixture}.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let document = Document::parse(file, text).unwrap_or_else(|errors| panic!("{errors}"));
    codegen::generate(&document, settings).unwrap_or_else(|error| panic!("{error}"))
}

/// The files whose paths end like this, without the lines that every file starts with.
fn emitted(fixture: &str, paths: &[&str]) -> String {
    let files = generate(fixture);
    let texts = paths.iter().map(|path| {
        let file = files.iter().find(|file| file.path == format!("src/{path}"));
        let file = file.unwrap_or_else(|| panic!("no {path} among {:?}", files.iter().map(|file| &file.path)));
        let (_, text) = file.text.split_once("\n\n").unwrap();
        format!("// {path}\n{text}")
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_envelope_is_gone_from_the_public_types() {
    assert!(!generate("envelope").iter().any(|file| file.path.starts_with("src/types") && file.text.contains("trace")));
    assert_snapshot!(emitted("envelope", &["operations.rs", "types/operations.rs"]));
}

#[test]
fn requests_are_strict_and_send_empty_lists() {
    assert_snapshot!(emitted("requests", &["types/operations.rs"]));
}

#[test]
fn responses_are_optional_with_accessors_for_what_is_required() {
    assert_snapshot!(emitted("responses", &["types/operations.rs"]));
}

#[test]
fn enums_are_open_and_equal_ones_are_merged() {
    assert_snapshot!(emitted("enums", &["operations.rs", "types/operations.rs"]));
}

#[test]
fn ids_have_types_of_their_own_and_aliases_do_not() {
    assert_snapshot!(emitted("newtypes", &["types/operations.rs", "operations.rs"]));
}

#[test]
fn unions_become_open_enums_that_document_their_variants() {
    assert_snapshot!(emitted("unions", &["operations.rs", "types/operations.rs"]));
}

#[test]
fn nullable_fields_of_a_request_can_be_kept_reset_and_set() {
    assert_snapshot!(emitted("patches", &["operations.rs", "types/operations.rs"]));
}

#[test]
fn secrets_are_sent_and_never_serialized_again() {
    assert_snapshot!(emitted("secrets", &["types/operations.rs"]));
}

#[test]
fn a_schema_is_split_only_where_its_directions_differ() {
    assert_snapshot!(emitted("directions", &["types/operations.rs"]));
}

#[test]
fn what_is_deprecated_names_what_to_use_instead() {
    assert_snapshot!(emitted("deprecations", &["operations.rs", "types/operations.rs"]));
}

#[test]
fn fields_are_in_the_order_of_the_document() {
    assert_snapshot!(emitted("order", &["types/operations.rs"]));
}

#[test]
fn names_that_are_keywords_in_rust_are_usable() {
    assert_snapshot!(emitted("keywords", &["operations.rs", "types/operations.rs"]));
}

#[test]
fn operations_are_documented_and_their_optional_parameters_are_methods_of_the_call() {
    let paths = ["client.rs", "things.rs", "operations.rs"];
    assert_snapshot!(emitted("operations", &paths));
}

#[test]
fn composed_named_and_inline_schemas_become_plain_structs() {
    assert_snapshot!(emitted("composition", &["types/operations.rs"]));
}

#[test]
fn the_rate_limit_is_part_of_the_api() {
    assert_snapshot!(emitted("rate_limit", &["client.rs"]));
}

#[test]
fn an_operation_documents_what_to_do_after_an_unknown_outcome() {
    assert_snapshot!(emitted("interruptions", &["operations.rs"]));
}

#[test]
fn a_creation_names_the_list_in_which_it_is_found_and_the_refusals_that_pass() {
    assert_snapshot!(emitted("find", &["operations.rs"]));
}

#[test]
fn a_404_that_means_that_there_is_none_gives_an_option() {
    assert_snapshot!(emitted("not_found", &["operations.rs"]));
}

#[test]
fn calls_that_are_refused_while_something_is_idle_can_wake_it() {
    assert_snapshot!(emitted("wake", &["client.rs", "operations.rs"]));
}

#[test]
fn waiters_follow_the_operation_that_they_poll() {
    assert_snapshot!(emitted("waiters", &["things.rs", "operations.rs"]));
}

#[test]
fn request_types_know_their_constraints() {
    assert_snapshot!(emitted("constraints", &["types.rs", "types/operations.rs"]));
}

#[test]
fn a_guide_becomes_a_module_only_where_there_is_one() {
    let root = |guide| {
        let mut files = generate_with("order", &Settings { guide, ..Settings::new("order") }).files.into_iter();
        files.find(|file| file.path == "src/lib.rs").unwrap().text
    };
    assert!(root(true).contains("#[path = \"../guide.rs\"]\npub mod guide;\n"));
    assert!(!root(false).contains("guide"));
}

#[test]
fn no_api_version_header_is_emitted() {
    let files = fixtures().into_iter().flat_map(|fixture| generate(&fixture));
    assert!(files.into_iter().all(|file| !file.text.contains("api-version") && !file.text.contains("api_version")));
}

#[test]
fn equivalent_documents_of_3_0_and_3_1_give_the_same_crate() {
    let (newer, older) = of_both_versions("dialect");
    let places = |generated: &Generated| {
        let places = generated.warnings.iter().map(|note| note.location.span);
        places.map(|place| (place.line, place.column)).collect::<Vec<_>>()
    };
    assert_eq!(places(&newer), [(7, 1), (40, 7), (53, 31), (56, 33)]);
    assert_eq!(places(&older), []);

    let (newer, older) = of_both_versions("nullable_objects");
    assert_eq!((newer.warnings, older.warnings), (vec![], vec![]));
}

/// What comes out of a topic of the corpus in the words of 3.1, and in those of 3.0: the same files.
fn of_both_versions(topic: &str) -> (Generated, Generated) {
    let read = |name: &str| {
        let file = format!("{}/corpus/{topic}/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        let document = Document::parse("api.yaml", fs::read_to_string(file).unwrap()).unwrap();
        codegen::generate(&document, &Settings::new(topic)).unwrap_or_else(|error| panic!("{error}"))
    };
    let (newer, older) = (read("api"), read("api-3.0"));
    for (newer, older) in newer.files.iter().zip(&older.files) {
        assert_eq!(newer.text, older.text, "{}", newer.path);
    }
    assert_eq!(newer.files.len(), older.files.len());
    (newer, older)
}

/// What is merged from schemas that hold each other is deeper than any document may be.
#[test]
fn merging_a_long_chain_needs_a_small_stack() {
    let link = |number: usize| {
        let next = format!("{{$ref: '#/components/schemas/Link{}'}}", number + 1);
        format!(
            "    Link{number}: {{properties: {{a: {{allOf: [{next}, {{properties: {{b: {{type: string}}}}}}]}}}}}}\n"
        )
    };
    let links: String = (0..100).map(link).collect();
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: Chain, version: '1'}}\nservers: [{{url: 'https://example.com'}}]\n\
         paths: {{/a: {{get: {{operationId: getA, responses: {{'200': {{description: It., content: \
         {{application/json: {{schema: {{$ref: '#/components/schemas/Link0'}}}}}}}}}}}}}}}}\n\
         components:\n  schemas:\n{links}    Link100: {{properties: {{c: {{type: string}}}}}}\n"
    );
    let document = Document::parse("api.yaml", text).unwrap();
    let thread = std::thread::Builder::new().stack_size(128 << 10);
    let generated = thread.spawn(move || codegen::generate(&document, &Settings::new("chain"))).unwrap();
    assert!(generated.join().unwrap().is_ok());
}

#[test]
fn every_fixture_gives_a_crate_without_warnings() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures");
    for fixture in fixtures() {
        let package = workspace.join(&fixture);
        let generated = generate_with(&fixture, &Settings::new(&fixture));
        for file in generated.files.iter().chain(&starter(&generated)) {
            files::write(&package.join(&file.path), &file.text);
        }
    }
    files::write(&workspace.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock"), workspace.join("Cargo.lock")).unwrap();

    // Documentation is built too, for the sake of the links; what is already built for this workspace is used again.
    for command in [["check", "--lib"], ["doc", "--no-deps"]] {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let output = Command::new(env!("CARGO"))
            .args(command)
            .args(["--workspace", "--quiet", "--offline", "--target-dir"])
            .arg(target)
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(&workspace)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What a crate starts with, and strict lints, so that nothing is missing in its manifest or in it for nothing.
fn starter(generated: &Generated) -> Vec<File> {
    let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime").to_owned();
    let mut files = generated.package_files(&Surroundings { runtime: Some(runtime), is_below_a_manifest: false });
    files[0].text.push_str(LINTS);
    files
}

const LINTS: &str = "
[lints.rust]
warnings = \"deny\"
missing_docs = \"deny\"
unused_crate_dependencies = \"deny\"
";

fn fixtures() -> Vec<String> {
    let files = fs::read_dir(FIXTURES).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    assert!(names.len() > 10, "fixtures are found: {names:?}");
    names
}
