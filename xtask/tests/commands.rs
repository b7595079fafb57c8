//! The commands, as they are typed.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// A document with one operation, and one schema of one field.
const DOCUMENT: &str = include_str!("documents/thing.yaml");

/// Returns a document with a mistake that is an error: it has an extension of this generator, so it was written for it.
fn wrong_document() -> String {
    format!("{}x-rate-limit: {{requests: 5, window: 1s}}\n", DOCUMENT.replace("schemas/Thing", "schemas/Thign"))
}

/// Makes a folder with a document.
fn folder(document: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("api.yaml"), document).unwrap();
    folder
}

/// Runs a command in a folder, and returns its exit code, standard output and standard error.
fn xtask(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8").env_remove("FORCE_COLOR");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

const GENERATE: [&str; 5] = ["generate", "--spec", "api.yaml", "--out", "out"];

#[test]
fn generating_twice_changes_nothing() {
    let folder = folder(DOCUMENT);
    let (code, first, errors) = xtask(folder.path(), &GENERATE);
    assert_eq!((code, errors.as_str()), (0, ""));
    for line in ["written   out/src/lib.rs", "written   out/Cargo.toml, yours from now on"] {
        assert!(first.lines().any(|first| first == line), "{first}");
    }
    let modified = || fs::metadata(folder.path().join("out/src/lib.rs")).unwrap().modified().unwrap();
    let before = modified();

    let (code, second, _) = xtask(folder.path(), &GENERATE);
    assert_eq!(code, 0);
    let count = first.lines().filter(|line| line.contains("out/src/")).count();
    let unchanged = second.lines().filter(|line| line.starts_with("unchanged out/src/")).count();
    assert_eq!(unchanged, count, "{second}");
    assert!(second.lines().last().unwrap().starts_with(&format!("{count} files in ")), "{second}");
    assert_eq!(modified(), before);
}

#[test]
fn the_files_beside_src_belong_to_a_person() {
    let folder = folder(DOCUMENT);
    let path = |file: &str| folder.path().join("out").join(file);
    xtask(folder.path(), &GENERATE);
    let manifest = fs::read_to_string(path("Cargo.toml")).unwrap();
    assert!(manifest.starts_with("[package]\nname = \"out\"\nversion = \"0.1.0\"\n"), "{manifest}");
    assert!(!manifest.contains("[workspace]"), "{manifest}");
    for dependency in ["chrono", "uuid"] {
        assert!(!manifest.contains(&format!("\n{dependency} = ")), "{dependency} is not used: {manifest}");
    }

    fs::write(path("Cargo.toml"), manifest.replace("\"out\"", "\"mine\"")).unwrap();
    fs::write(path("README.md"), "Mine.\n").unwrap();
    fs::remove_file(path("rustfmt.toml")).unwrap();
    let (code, output, errors) = xtask(folder.path(), &GENERATE);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(!output.contains("yours"), "{output}");
    assert!(fs::read_to_string(path("Cargo.toml")).unwrap().contains("\"mine\""));
    assert_eq!(fs::read_to_string(path("README.md")).unwrap(), "Mine.\n");
    assert!(!path("rustfmt.toml").exists());

    // Without it, `src/lib.rs` does not compile.
    fs::remove_file(path("README.md")).unwrap();
    assert_eq!(xtask(folder.path(), &[&GENERATE[..], &["--check"]].concat()).0, 1);
    let (_, output, _) = xtask(folder.path(), &GENERATE);
    assert!(output.contains("written   out/README.md, yours from now on\n"), "{output}");
    assert!(fs::read_to_string(path("README.md")).unwrap().starts_with("# mine\n"));
}

#[test]
fn a_crate_below_another_manifest_is_a_workspace_of_its_own() {
    let folder = folder(DOCUMENT);
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = []\n").unwrap();
    xtask(folder.path(), &GENERATE);
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(folder.path().join("out"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
}

#[test]
fn a_crate_has_a_name_that_code_can_use() {
    let folder = folder(DOCUMENT);
    let (code, _, errors) = xtask(folder.path(), &[&GENERATE[..], &["--name", "9-lives"]].concat());
    assert_eq!(code, 2);
    assert!(errors.contains("this cannot be the name of a package"), "{errors}");
    let (code, _, errors) = xtask(folder.path(), &["generate", "--spec", "api.yaml", "--out", "fn"]);
    assert_eq!(code, 2);
    assert!(errors.contains("give one with --name"), "{errors}");
    assert!(!folder.path().join("fn").exists());
}

#[test]
fn checking_shows_what_differs_and_writes_nothing() {
    let folder = folder(DOCUMENT);
    let check = [&GENERATE[..], &["--check"]].concat();
    xtask(folder.path(), &GENERATE);
    assert_eq!(xtask(folder.path(), &check).0, 0);

    fs::write(folder.path().join("api.yaml"), DOCUMENT.replace("name: {", "title: {")).unwrap();
    let (code, difference, errors) = xtask(folder.path(), &check);
    assert_eq!(code, 1);
    assert!(difference.contains("--- out/src/types/operations.rs\n+++ out/src/types/operations.rs\n"), "{difference}");
    assert!(difference.contains("\n-        name: "), "{difference}");
    assert!(difference.contains("\n+        title: "), "{difference}");
    assert!(errors.ends_with("run `cargo xtask generate`\n"), "{errors}");
    assert_eq!(xtask(folder.path(), &check), (code, difference, errors), "the first check has written something");
}

#[test]
fn nothing_is_emitted_over_what_a_person_wrote() {
    let folder = folder(DOCUMENT);
    fs::create_dir_all(folder.path().join("out/src")).unwrap();
    fs::write(folder.path().join("out/src/main.rs"), "fn main() {}\n").unwrap();
    let (code, _, errors) = xtask(folder.path(), &GENERATE);
    assert_eq!(code, 2);
    assert!(errors.starts_with("error: out/src/main.rs was not written by the generator"), "{errors}");
    assert_eq!(fs::read_to_string(folder.path().join("out/src/main.rs")).unwrap(), "fn main() {}\n");
}

#[test]
fn an_error_has_a_location_a_line_and_a_help_text() {
    let folder = folder(&wrong_document());
    let expected = "  \
  × there is no `#/components/schemas/Thign`
    ╭─[api.yaml:15:30]
 14 │             application/json:
 15 │               schema: {$ref: '#/components/schemas/Thign'}
    ·                              ────────────────────────────
 16 │ components:
    ╰────
  help: did you mean `#/components/schemas/Thing`?

1 error in api.yaml
";
    for command in [&["lint", "--spec", "api.yaml"][..], &GENERATE] {
        assert_eq!(xtask(folder.path(), command), (1, String::new(), expected.to_owned()));
    }
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_document_without_errors_gets_one_line() {
    let expected = (0, "api.yaml: no errors\n".to_owned(), String::new());
    assert_eq!(xtask(folder(DOCUMENT).path(), &["lint", "--spec", "api.yaml"]), expected);
}

#[test]
fn warnings_of_one_kind_are_shown_once() {
    let webhook = "webhooks: {added: {}}\n";
    let properties: Vec<_> = (0..20).map(|index| format!("        a{index}: {{propertyNames: {{}}}}\n")).collect();
    let properties = properties.concat();
    let folder = folder(&format!("{}{properties}{webhook}", DOCUMENT.replace("3.0.3", "3.1.1")));
    let (code, _, shown) = xtask(folder.path(), &["lint", "--spec", "api.yaml"]);
    assert_eq!(code, 0, "{shown}");
    assert_eq!(shown.matches("the crate does not check `propertyNames`").count(), 1, "{shown}");
    let more = "and 19 more like this:\n    api.yaml:23:14\n    api.yaml:24:14\n";
    assert!(shown.contains(more), "{shown}");
    assert!(shown.contains("api.yaml:42:1"), "{shown}");
    assert!(shown.ends_with("\n21 warnings of 2 kinds in api.yaml\n"), "{shown}");

    assert_eq!(xtask(folder.path(), &["lint", "--spec", "api.yaml", "--strict"]).0, 1);
    let (code, _, of_generate) = xtask(folder.path(), &GENERATE);
    assert_eq!((code, of_generate), (0, shown));
}

#[test]
fn a_hundred_errors_are_shown_and_the_others_counted() {
    let schemas: Vec<_> = (0..150).map(|index| format!("    S{index}: {{$ref: '#/components/schemas/T'}}\n")).collect();
    let schemas = schemas.concat();
    let document = format!(
        "openapi: 3.0.3\ninfo: {{title: Things, version: '1'}}\nx-rate-limit: {{requests: 5, window: 1s}}\npaths: {{}}\n\
         components:\n  schemas:\n{schemas}"
    );
    let folder = folder(&document);
    let (code, _, errors) = xtask(folder.path(), &["lint", "--spec", "api.yaml"]);
    assert_eq!((code, errors.matches("there is no").count()), (1, 100));
    assert!(errors.ends_with("\n  and 50 more\n\n150 errors in api.yaml\n"), "{errors}");
}

#[test]
fn a_document_that_cannot_be_read_is_named() {
    let folder = folder(DOCUMENT);
    fs::write(folder.path().join("binary"), b"openapi: \xff").unwrap();
    fs::write(folder.path().join("utf-16"), b"\xff\xfeo\0").unwrap();
    fs::write(folder.path().join("gzip"), b"\x1f\x8b\x08").unwrap();
    for (file, message) in [
        ("none.yaml", "cannot read none.yaml: No such file or directory (os error 2); name the document with --spec"),
        (".", ". is a folder; name the document in it with --spec"),
        ("binary", "binary is not text in UTF-8, from byte 9 on; save it as UTF-8"),
        ("utf-16", "utf-16 is text in UTF-16; save it as UTF-8"),
        ("gzip", "gzip is compressed; unpack it first"),
    ] {
        let (code, output, errors) = xtask(folder.path(), &["lint", "--spec", file]);
        assert_eq!((code, output.as_str()), (1, ""));
        assert!(errors.starts_with(&format!("error: {message}")), "{errors}");
    }
}

/// Returns the document that the service publishes: [`DOCUMENT`] with one more field.
fn published() -> String {
    DOCUMENT.replace("name: {type: string}", "name: {type: string}\n        size: {type: integer}")
}

const EXPECTED: &str = "[[expected]]\ndifference = 'field ours lacks'\nat = 'response.Thing.size'\nreason = 'new'\n";

#[test]
fn drift_is_shown_until_it_is_expected() {
    let folder = folder(DOCUMENT);
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    let drift = || xtask(folder.path(), &["drift", "published.yaml", "--spec", "api.yaml"]);
    write("published.yaml", &published());
    let row = "\
api.yaml:18:5: field ours lacks
    at        response.Thing.size
    theirs    integer
    operation GET /things/{}
";
    let summary = "1 unexpected, 0 to remove from drift.toml, 0 expected\n";
    assert_eq!(drift(), (1, row.to_owned(), summary.to_owned()));

    write("drift.toml", EXPECTED);
    assert_eq!(drift(), (0, "nothing new; 1 expected\n".to_owned(), String::new()));

    write("published.yaml", DOCUMENT);
    let stale = "drift.toml:1:1: nothing is like this any more: field ours lacks, at response.Thing.size\n";
    let summary = "0 unexpected, 1 to remove from drift.toml, 0 expected\n";
    assert_eq!(drift(), (1, stale.to_owned(), summary.to_owned()));
}

#[test]
fn a_file_that_is_no_document_has_no_drift() {
    let folder = folder(DOCUMENT);
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    write("page.html", "<!DOCTYPE html>");
    write("cut.json", "{\"openapi\": \"3.1.0\",");
    write("other.yaml", &published().replace("/things", "/pets"));
    write("published.yaml", &published());
    for (upstream, problem) in [
        ("none.json", "cannot read none.json: No such file or directory (os error 2); name the document as UPSTREAM"),
        ("page.html", "page.html is a web page; download the document itself, which is JSON or YAML"),
        ("cut.json", "cut.json is cut off in line 1; download it again"),
        ("other.yaml", "other.yaml: none of its operations is in api.yaml, so it describes another API"),
    ] {
        let expected = (2, String::new(), format!("error: {problem}\n"));
        assert_eq!(xtask(folder.path(), &["drift", upstream, "--spec", "api.yaml"]), expected);
    }

    let drift = || xtask(folder.path(), &["drift", "published.yaml", "--spec", "api.yaml"]);
    write("drift.toml", &EXPECTED.replace("reason", "why"));
    let (code, _, errors) = drift();
    assert_eq!(code, 2);
    assert!(errors.starts_with("error: cannot read drift.toml: TOML parse error at line 4, column 1"), "{errors}");
    write("drift.toml", EXPECTED);
    write("api.yaml", &wrong_document());
    let (code, _, errors) = drift();
    assert_eq!(code, 2);
    assert!(errors.contains("there is no `#/components/schemas/Thign`"), "{errors}");
}

#[test]
fn usage_is_explained() {
    let folder = folder(DOCUMENT);
    assert_eq!(xtask(folder.path(), &["lnit"]).0, 2);
    let (code, help, _) = xtask(folder.path(), &["generate", "--help"]);
    assert_eq!(code, 0);
    assert!(help.contains("--check") && help.contains("Examples:"), "{help}");
}

/// Makes a folder with a document in two files: paths in `api.yaml`, and schemas in `schemas/things.yaml`.
fn folder_of_two_files(schema: &str) -> TempDir {
    let (paths, schemas) = DOCUMENT.split_once("components:\n").unwrap();
    let paths = paths.replace("'#/components/schemas/Thing'", "'schemas/things.yaml#/components/schemas/Thing'");
    assert!(schemas.contains("Thing:"), "{schemas}");
    let folder = folder(&paths);
    fs::create_dir(folder.path().join("schemas")).unwrap();
    fs::write(folder.path().join("schemas/things.yaml"), format!("components:\n  schemas:\n    Thing: {schema}\n"))
        .unwrap();
    folder
}

#[test]
fn a_diagnostic_shows_the_line_of_the_file_that_it_is_about() {
    let folder = folder_of_two_files("{type: object, properties: {name: {type: strin}}}");
    let paths = fs::read_to_string(folder.path().join("api.yaml")).unwrap();
    fs::write(folder.path().join("api.yaml"), paths + "x-rate-limit: {requests: 5, window: 1s}\n").unwrap();
    let (code, _, shown) = xtask(folder.path(), &["lint", "--spec", "api.yaml"]);
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("[schemas/things.yaml:3:"), "{shown}");
    assert!(shown.contains("Thing: {type: object, properties: {name: {type: strin}}}"), "{shown}");
    assert!(shown.ends_with("\n1 error in schemas/things.yaml\n"), "{shown}");
}

#[test]
fn a_document_in_two_files_and_its_bundle_give_crates_that_differ_in_the_names_of_files() {
    let folder = folder_of_two_files("{type: object, properties: {name: {type: string}}}");
    assert_eq!(xtask(folder.path(), &["bundle", "--spec", "api.yaml", "--out", "bundle.yaml"]).0, 0);
    let bundle = fs::read_to_string(folder.path().join("bundle.yaml")).unwrap();
    assert!(bundle.starts_with("# @generated") && !bundle.contains("things.yaml"), "{bundle}");

    assert_eq!(xtask(folder.path(), &GENERATE).0, 0);
    assert_eq!(xtask(folder.path(), &["generate", "--spec", "bundle.yaml", "--out", "bundle/out"]).0, 0);
    let text = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(text("out/src/operations.rs"), text("bundle/out/src/operations.rs"));
    assert_eq!(text("out/src/types/things.rs"), text("bundle/out/src/types/operations.rs"));
}

#[test]
fn a_path_that_no_file_has_is_not_bundled() {
    for reference in ["https://example.com/a.yaml", "/a.yaml", "#/paths/~1a"] {
        let folder = TempDir::new().unwrap();
        let text =
            format!("openapi: 3.0.3\ninfo: {{title: A, version: '1'}}\npaths: {{/a: {{$ref: '{reference}'}}}}\n");
        fs::write(folder.path().join("api.yaml"), text).unwrap();
        let (code, printed, shown) = xtask(folder.path(), &["bundle", "--spec", "api.yaml"]);
        assert_eq!((code, &*printed), (1, ""), "{reference}: {shown}");
        assert!(shown.contains("[api.yaml:3:20]"), "{shown}");
    }
}

#[test]
fn a_file_outside_the_folder_is_read_if_that_is_allowed() {
    let folder = folder_of_two_files("{type: object, properties: {name: {type: string}}}");
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let text = fs::read_to_string(folder.path().join("api.yaml")).unwrap();
    fs::write(inner.join("api.yaml"), text.replace("'schemas/", "'../schemas/")).unwrap();
    let (code, _, refused) = xtask(&inner, &["lint", "--spec", "api.yaml"]);
    assert_eq!(code, 1, "{refused}");
    assert!(refused.contains("`../schemas/things.yaml` is outside the folder of the document"), "{refused}");
    assert_eq!(xtask(&inner, &["lint", "--spec", "api.yaml", "--allow-outside"]).0, 0);
}

/// Writes a document of which each path stands in a file of its own.
fn folder_of_areas(areas: &[(&str, &str)]) -> TempDir {
    let mut root =
        "openapi: 3.0.3\ninfo: {title: Things, version: '1'}\nx-rate-limit: {requests: 1, window: 1s}\npaths:\n"
            .to_owned();
    let folder = TempDir::new().unwrap();
    for (index, (file, text)) in areas.iter().enumerate() {
        root.extend([format!("  /{index}: {{$ref: '{file}#/paths/~1{index}'}}\n")]);
        if !text.is_empty() {
            fs::write(folder.path().join(file), text).unwrap();
        }
    }
    fs::write(folder.path().join("api.yaml"), root).unwrap();
    folder
}

#[test]
fn wrong_files_are_reported_with_their_location_and_a_help_and_nothing_is_written() {
    const GET: &str = "{operationId: getThing, responses: {'204': {description: Done.}}}";
    let [first, second] = [0, 1].map(|index| format!("paths:\n  /{index}:\n    get: {GET}\n"));
    let [to_b, to_a] = [("b", 0), ("a", 0)]
        .map(|(file, index)| format!("paths: {{/{index}: {{$ref: '{file}.yaml#/paths/~1{index}'}}}}\n"));
    let schema = |schema: &str| {
        format!(
            "paths:\n  /0:\n    get: {}\ncomponents:\n  schemas:\n    A: {schema}\n",
            GET.replace(
                "{description: Done.}",
                "{description: Done., content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}"
            )
        )
    };
    let cycle = folder_of_areas(&[("a.yaml", &to_b)]);
    fs::write(cycle.path().join("b.yaml"), to_a).unwrap();
    let cycle_of_schemas = folder_of_areas(&[("a.yaml", &schema("{$ref: 'b.yaml#/components/schemas/B'}"))]);
    fs::write(
        cycle_of_schemas.path().join("b.yaml"),
        "components:\n  schemas:\n    B: {$ref: 'a.yaml#/components/schemas/A'}\n",
    )
    .unwrap();
    for (folder, location, message, help) in [
        (folder_of_areas(&[("a.yaml", "")]), "api.yaml:5:14", "`a.yaml` cannot be read", "write a path from this file"),
        (
            folder_of_areas(&[("../a.yaml", "")]),
            "api.yaml:5:14",
            "`../a.yaml` is outside the folder",
            "move the file into the folder",
        ),
        (
            folder_of_areas(&[("a.yaml", &first), ("b.yaml", &second)]),
            "b.yaml:3:24",
            "`getThing` is also the `operationId` of `GET /0`",
            "give each operation a name of its own",
        ),
        (
            folder_of_areas(&[("a.yaml", &first), ("b.yaml", &format!("{second}  /0: {{}}\n"))]),
            "b.yaml:4:3",
            "`/0` is also a path at a.yaml:2:3",
            "move its operations there",
        ),
        (cycle, "api.yaml:5:14", "this path leads only back to itself", "write its operations out in one file"),
        (cycle_of_schemas, "b.yaml:3:15", "leads only back to itself", "write one of them out"),
    ] {
        let (code, output, errors) = xtask(folder.path(), &GENERATE);
        assert_eq!((code, output.as_str()), (1, ""), "{errors}");
        for part in [&format!("[{location}]"), message, &format!("help: {help}")] {
            assert!(errors.contains(part), "{part}: {errors}");
        }
        assert!(!folder.path().join("out").exists());
    }
}

#[test]
fn a_published_document_may_be_in_several_files() {
    let published = folder_of_two_files("{type: object, properties: {name: {type: string}, size: {type: integer}}}");
    fs::write(published.path().join("ours.yaml"), DOCUMENT).unwrap();
    let (code, output, errors) = xtask(published.path(), &["drift", "api.yaml", "--spec", "ours.yaml"]);
    assert_eq!(code, 1, "{errors}");
    assert!(output.contains("field ours lacks\n    at        response.Thing.size"), "{output}");

    fs::remove_file(published.path().join("schemas/things.yaml")).unwrap();
    let (code, output, errors) = xtask(published.path(), &["drift", "api.yaml", "--spec", "ours.yaml"]);
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(errors.contains("[api.yaml:15:30]") && errors.contains("`schemas/things.yaml` cannot be read"), "{errors}");
}

#[test]
fn a_skeleton_of_an_operation_is_printed() {
    let folder = folder(DOCUMENT);
    let put = "  /things/{id}/parts:\n    get: {operationId: listParts, responses: {'204': {description: Theirs.}}}\ncomponents:\n";
    fs::write(folder.path().join("published.yaml"), DOCUMENT.replace("components:\n", put)).unwrap();
    let drift =
        |operation| xtask(folder.path(), &["drift", "published.yaml", "--spec", "api.yaml", "--skeleton", operation]);
    let (code, output, errors) = drift("listParts");
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.starts_with("# GET /things/{id}/parts, for api.yaml.\n") && !output.contains("Theirs"), "{output}");
    let problem = "error: published.yaml: it has no operation `listPart`; did you mean `listParts`?\n";
    assert_eq!(drift("listPart"), (2, String::new(), problem.to_owned()));
}

#[test]
fn texts_of_the_published_document_are_found_in_ours() {
    let folder = folder_of_two_files("{type: object, description: 'One two three, four five `six` seven eight.'}");
    let theirs = DOCUMENT.replace("title: ", "description: ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE, title: ");
    fs::write(folder.path().join("published.yaml"), theirs).unwrap();
    let prose = || xtask(folder.path(), &["drift", "published.yaml", "--spec", "api.yaml", "--prose"]);
    let row = "\
schemas/things.yaml:3:40: the same words
    ours      one two three four five six seven eight
    theirs    #/info/description
";
    assert_eq!(prose(), (1, row.to_owned(), "1 to write in our own words\n".to_owned()));
    fs::write(folder.path().join("published.yaml"), DOCUMENT).unwrap();
    assert_eq!(prose(), (0, "no words of theirs\n".to_owned(), String::new()));
}
