//! The commands, as they are typed.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
servers: [{url: https://example.com}]
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
components:
  schemas:
    Thing:
      type: object
      properties:
        name: {type: string}
";

/// A folder with a document.
fn folder(document: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("api.yaml"), document).unwrap();
    folder
}

/// Runs a command in a folder, and gives its exit code, standard output and standard error.
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
    assert!(first.lines().any(|line| line == "written   out/src/lib.rs"), "{first}");
    let modified = || fs::metadata(folder.path().join("out/src/lib.rs")).unwrap().modified().unwrap();
    let before = modified();

    let (code, second, _) = xtask(folder.path(), &GENERATE);
    assert_eq!(code, 0);
    let count = first.lines().count() - 1;
    let unchanged = second.lines().filter(|line| line.starts_with("unchanged out/src/")).count();
    assert_eq!(unchanged, count, "{second}");
    assert!(second.lines().last().unwrap().starts_with(&format!("{count} files in ")), "{second}");
    assert_eq!(modified(), before);
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
    assert!(difference.contains("--- out/src/types/responses.rs\n+++ out/src/types/responses.rs\n"), "{difference}");
    assert!(difference.contains("\n-    pub name: "), "{difference}");
    assert!(difference.contains("\n+    pub title: "), "{difference}");
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
fn complaints_name_the_place_and_show_the_line_and_say_what_to_do() {
    let folder = folder(&DOCUMENT.replace("schemas/Thing", "schemas/Thign"));
    let expected = "  \
  × there is no `#/components/schemas/Thign`
    ╭─[api.yaml:15:30]
 14 │             application/json:
 15 │               schema: {$ref: '#/components/schemas/Thign'}
    ·                              ────────────────────────────
 16 │ components:
    ╰────
  help: did you mean `#/components/schemas/Thing`?

1 complaint about the document
";
    for command in [&["lint", "--spec", "api.yaml"][..], &GENERATE] {
        assert_eq!(xtask(folder.path(), command), (1, String::new(), expected.to_owned()));
    }
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_document_without_complaints_gets_one_line() {
    let expected = (0, "api.yaml: nothing to complain about\n".to_owned(), String::new());
    assert_eq!(xtask(folder(DOCUMENT).path(), &["lint", "--spec", "api.yaml"]), expected);
}

#[test]
fn a_document_that_cannot_be_read_is_named() {
    let folder = folder(DOCUMENT);
    fs::write(folder.path().join("binary"), b"openapi: \xff").unwrap();
    for (file, message) in [
        ("none.yaml", "cannot read none.yaml: No such file or directory (os error 2); name the document with --spec"),
        (".", ". is a folder; name the document in it with --spec"),
        ("binary", "binary is not text in UTF-8, from byte 9 on; save it as UTF-8"),
    ] {
        let (code, output, errors) = xtask(folder.path(), &["lint", "--spec", file]);
        assert_eq!((code, output.as_str()), (1, ""));
        assert!(errors.starts_with(&format!("error: {message}")), "{errors}");
    }
}

#[test]
fn usage_is_explained() {
    let folder = folder(DOCUMENT);
    assert_eq!(xtask(folder.path(), &["lnit"]).0, 2);
    let (code, help, _) = xtask(folder.path(), &["generate", "--help"]);
    assert_eq!(code, 0);
    assert!(help.contains("--check") && help.contains("Examples:"), "{help}");
}
