//! `cargo xtask diff`, as it is typed.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A document with one operation, and one schema of one field.
const DOCUMENT: &str = include_str!("documents/thing.yaml");

/// Makes a folder with `old.yaml`, `more.yaml` with one more field, `less.yaml` with another type, and `texts.yaml` with
/// other texts.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    write("old.yaml", DOCUMENT);
    write("more.yaml", &format!("{DOCUMENT}        size: {{type: integer}}\n"));
    write("less.yaml", &DOCUMENT.replace("name: {type: string}", "name: {type: integer}"));
    write("texts.yaml", &DOCUMENT.replace("The thing.", "It.").replace("'1'", "'2'").replace("Things", "All things"));
    folder
}

/// Runs the command in a folder, and returns its exit code, standard output and standard error.
fn diff(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["diff", "--name", "things"]).args(arguments).current_dir(folder);
    command.env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8").env_remove("FORCE_COLOR");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn a_person_reads_the_change_its_reason_and_its_location() {
    let expected = "\
breaking   field Thing.name: type changed from string to integer
           - Thing.name: Option<String>
           + Thing.name: Option<i64>
           a field has the type of its property: programs that read or set it meet another type
           less.yaml:21:9

1 breaking: a major release, as Cargo counts before 1.0, 0.2.0 after 0.1.0.
";
    let folder = folder();
    assert_eq!(diff(folder.path(), &["old.yaml", "less.yaml"]), (0, expected.to_owned(), String::new()));
    let nothing = "Nothing changes: no release is required.\n";
    assert_eq!(diff(folder.path(), &["old.yaml", "old.yaml"]), (0, nothing.to_owned(), String::new()));
}

#[test]
fn a_program_reads_json() {
    let folder = folder();
    let (code, output, errors) = diff(folder.path(), &["old.yaml", "more.yaml", "--format", "json"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let value: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(value["verdict"], "additive");
    assert_eq!(value["release"], json!({"kind": "minor", "after": "0.1.0", "version": "0.1.1"}));
    let row = &value["rows"][0];
    assert_eq!(
        (&row["subject"], &row["name"], &row["change"]),
        (&json!("field"), &json!("Thing.size"), &json!("added"))
    );
    assert_eq!((&row["file"], &row["place"]["line"]), (&json!("more.yaml"), &json!(22)));
    assert_eq!((&row["rust"][0]["old"], &row["rust"][0]["new"]), (&json!(null), &json!("Thing.size: Option<i64>")));
}

#[test]
fn a_pull_request_gets_a_table() {
    let expected = "\
1 additive: a minor release, as Cargo counts before 1.0, 0.1.1 after 0.1.0.

| verdict | change | in Rust | why |
|---|---|---|---|
| additive | field Thing.size: added | `+ Thing.size: Option<i64>` | a required field of a request is an argument of \
                    `new`, and an optional one has a setter; a required field of a response has an accessor: there is \
                    something new to use |
";
    let arguments = ["old.yaml", "more.yaml", "--format", "markdown"];
    assert_eq!(diff(folder().path(), &arguments), (0, expected.to_owned(), String::new()));
}

#[test]
fn hostile_names_are_escaped() {
    let folder = folder();
    let name = r#""a|b_<img>\n\e[31m[c](https://example.com)`d`": {type: integer}"#;
    fs::write(folder.path().join("hostile.yaml"), format!("{DOCUMENT}        {name}\n")).unwrap();
    let (_, markdown, _) = diff(folder.path(), &["old.yaml", "hostile.yaml", "--format", "markdown"]);
    let escaped = r"| field Thing.a\|b\_\<img\>\\n\\u{1b}\[31m\[c\](https://example.com)\`d\`: added |";
    assert!(markdown.contains(escaped), "{markdown}");
    assert_eq!(markdown.lines().count(), 5, "{markdown}");

    let (_, text, _) = diff(folder.path(), &["old.yaml", "hostile.yaml"]);
    assert!(text.starts_with(r"additive   field Thing.a|b_<img>\n\u{1b}[31m[c]"), "{text}");
}

#[test]
fn the_exit_code_is_1_for_a_change_of_the_kind_and_for_worse_ones() {
    let folder = folder();
    for (new, breaking, additive, invisible) in
        [("less.yaml", 1, 1, 1), ("more.yaml", 0, 1, 1), ("texts.yaml", 0, 0, 1), ("old.yaml", 0, 0, 0)]
    {
        for (fail_on, code) in [("breaking", breaking), ("additive", additive), ("invisible", invisible)] {
            assert_eq!(diff(folder.path(), &["old.yaml", new, "--fail-on", fail_on]).0, code, "{new} {fail_on}");
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn revisions_stand_for_the_document_as_it_was() {
    let folder = folder();
    let path = folder.path();
    let read = |file: &str| fs::read_to_string(path.join(file)).unwrap();
    fs::create_dir(path.join("spec")).unwrap();
    let commit = |document: &str, version: &str| {
        fs::write(path.join("spec/api.yaml"), document).unwrap();
        fs::write(path.join("Cargo.toml"), format!("[workspace.package]\nversion = \"{version}\"\n")).unwrap();
        git(path, &["add", "spec", "Cargo.toml"]);
        git(path, &["commit", "--quiet", "--message", version]);
        git(path, &["tag", &format!("v{version}")]);
    };
    git(path, &["init", "--quiet"]);
    commit(DOCUMENT, "1.4.2");
    commit(&read("more.yaml"), "1.5.0");
    fs::write(path.join("spec/api.yaml"), read("less.yaml")).unwrap();

    let last_line = |arguments: &[&str]| {
        let (code, output, errors) = diff(path, &[&["--spec", "spec/api.yaml"], arguments].concat());
        assert_eq!((code, errors.as_str()), (0, ""));
        output.lines().last().unwrap().to_owned()
    };
    assert_eq!(last_line(&["v1.4.2", "v1.5.0"]), "1 additive: a minor release, 1.5.0 after 1.4.2.");
    assert_eq!(last_line(&["HEAD~1", "HEAD"]), "1 additive: a minor release, 1.5.0 after 1.4.2.");
    assert_eq!(last_line(&["HEAD"]), "2 breaking: a major release, 2.0.0 after 1.5.0.");
    assert_eq!(last_line(&["v1.5.0", "more.yaml"]), "Nothing changes: no release is required.");

    for (arguments, problem) in [
        (&["v9"][..], "v9 is neither a file nor a git revision; `git log` and `git tag` list the revisions"),
        (&["--", "--help"], "--help is neither a file nor a git revision; `git log` and `git tag` list the revisions"),
        (&["HEAD", "--spec", "spec/other.yaml"], "there is no other.yaml in HEAD; name another revision, or a file"),
    ] {
        let expected = (2, String::new(), format!("error: {problem}\n"));
        let spec: &[&str] = if arguments.contains(&"--spec") { &[] } else { &["--spec", "spec/api.yaml"] };
        assert_eq!(diff(path, &[spec, arguments].concat()), expected);
    }
}

#[test]
fn a_file_that_is_no_document_is_refused() {
    let folder = folder();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    write("page.html", "<!DOCTYPE html>\n<p>Not found: api.yaml</p>\n");
    write("cut.yaml", &DOCUMENT[..DOCUMENT.find("'#/").unwrap() + 3]);
    let wrong = DOCUMENT.replace("schemas/Thing", "schemas/Thign");
    write("wrong.yaml", &format!("{wrong}x-rate-limit: {{requests: 5, window: 1s}}\n"));
    for (file, problem) in [
        ("page.html", "this is not an OpenAPI document, but a web page"),
        ("cut.yaml", "this is not YAML: "),
        ("wrong.yaml", "there is no `#/components/schemas/Thign`"),
    ] {
        for arguments in [["old.yaml", file], [file, "old.yaml"]] {
            let (code, output, errors) = diff(folder.path(), &arguments);
            assert_eq!((code, output.as_str()), (2, ""), "{arguments:?}");
            assert!(errors.contains(problem) && errors.contains(&format!("[{file}:")), "{errors}");
        }
    }
}

#[test]
fn a_revision_needs_a_repository() {
    let problem = "error: HEAD is neither a file nor a git revision; there is no git repository here, so name files\n";
    assert_eq!(
        diff(folder().path(), &["HEAD", "old.yaml", "--spec", "old.yaml"]),
        (2, String::new(), problem.to_owned())
    );
    let (code, _, errors) = diff(folder().path(), &["old.yaml", "."]);
    assert_eq!((code, errors.as_str()), (2, "error: . is a folder; name the document in it as OLD and NEW\n"));
}

#[test]
fn a_revision_has_all_files_of_its_document() {
    let folder = TempDir::new().unwrap();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    let (paths, schemas) = DOCUMENT.split_once("components:\n").unwrap();
    write("api.yaml", &paths.replace("'#/components", "'schemas.yaml#/components"));
    write("schemas.yaml", &format!("components:\n{schemas}"));
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "first"]);
    write("schemas.yaml", &format!("components:\n{schemas}        size: {{type: integer}}\n"));
    let (code, output, errors) = diff(folder.path(), &["HEAD", "--spec", "api.yaml"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.contains("Thing.size: added") && output.contains("schemas.yaml:"), "{output}");
}
