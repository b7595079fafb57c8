//! `cargo xtask release` in a repository of its own, with a stand-in for cargo.

// The stand-in is a shell script.
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

const TOKEN: &str = "hunter2";

/// A stand-in for cargo. It logs each call and keeps a registry. It can fail, or kill the process that calls it.
const CARGO: &str = r#"#!/bin/sh
cd_to=$PWD
cd "$(dirname "$0")"
echo "$*" >> calls
number=$(wc -l < calls)
kill_caller() { if [ "$(cat kill 2>/dev/null)" = "$1 call $number" ]; then kill -9 $PPID; exit 1; fi; }
kill_caller before
trap 'kill_caller after' EXIT
if [ -e fails ] && echo "$*" | grep -q "$(cat fails)"; then echo "error: it fails" >&2; exit 101; fi
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$cd_to/Cargo.toml" | head -1)
for last; do :; done
case "$*" in
publish\ --locked*) ;;
*) [ -z "$CARGO_REGISTRY_TOKEN" ] || echo "$*" >> tokens-seen ;;
esac
case "$*" in
--version) echo "cargo $(cat version) (0000000 2026-01-01)" ;;
metadata*) cat metadata.json ;;
"semver-checks --version") [ -e has-semver-checks ] || exit 101 ;;
info*) [ -e "registry/$last" ] || { echo "error: could not find \`$last\` in registry" >&2; exit 101; } ;;
"publish --dry-run"*) ;;
publish*)
    [ "$CARGO_REGISTRY_TOKEN" = hunter2 ] || { echo "error: no token" >&2; exit 101; }
    [ ! -e "registry/$last@$version" ] || { echo "error: $last already exists" >&2; exit 101; }
    touch "registry/$last@$version"
    ;;
esac
"#;

const METADATA: &str = r#"{"packages": [
    {"name": "clickhouse-cloud", "publish": null, "dependencies": [
        {"name": "clickhouse-cloud-runtime", "req": "^0.1.0", "path": "/runtime"}]},
    {"name": "clickhouse-cloud-runtime", "publish": null, "dependencies": []},
    {"name": "tests", "publish": [], "dependencies": []}]}"#;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
servers: [{url: https://example.com}]
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: Things.
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

const MANIFEST: &str = "\
[workspace.package]
version = \"0.1.0\"

[workspace.dependencies]
clickhouse-cloud-runtime = { path = \"runtime\", version = \"0.1.0\" }
";

const LOCK: &str = "\
version = 4

[[package]]
name = \"clickhouse-cloud\"
version = \"0.1.0\"
";

const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n### Added\n\n- Things.\n";

/// A repository and the stand-in for cargo.
struct Workspace {
    repository: TempDir,
    cargo: TempDir,
}

/// The exit code of a run, and what it printed.
struct Run {
    code: Option<i32>,
    output: String,
    errors: String,
}

impl Workspace {
    fn new() -> Self {
        let workspace = Self { repository: TempDir::new().unwrap(), cargo: TempDir::new().unwrap() };
        let script = workspace.cargo.path().join("cargo");
        fs::write(&script, CARGO).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(workspace.cargo.path().join("registry")).unwrap();
        workspace.set_cargo("metadata.json", METADATA);
        workspace.set_cargo("version", "1.95.0");
        workspace.set_cargo("calls", "");

        for (file, text) in
            [(".gitignore", "target\n"), ("Cargo.toml", MANIFEST), ("Cargo.lock", LOCK), ("CHANGELOG.md", CHANGELOG)]
        {
            workspace.write(file, text);
        }
        workspace.git(&["init", "--quiet", "--initial-branch", "main"]);
        workspace.change_document(DOCUMENT);
        workspace
    }

    /// Returns a workspace after the release of 0.1.0.
    fn released() -> Self {
        let workspace = Self::new();
        assert_eq!(workspace.release(&["--execute"]).code, Some(0));
        workspace.set_cargo("calls", "");
        workspace
    }

    fn copy(&self) -> Self {
        let copy = |from: &TempDir| {
            let to = TempDir::new().unwrap();
            let from = format!("{}/.", from.path().display());
            assert!(Command::new("cp").arg("-a").arg(from).arg(to.path()).status().unwrap().success());
            to
        };
        Self { repository: copy(&self.repository), cargo: copy(&self.cargo) }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.repository.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    fn set_cargo(&self, file: &str, text: &str) {
        fs::write(self.cargo.path().join(file), text).unwrap();
    }

    fn unset_cargo(&self, file: &str) {
        fs::remove_file(self.cargo.path().join(file)).unwrap();
    }

    /// Returns the calls of cargo since the last release.
    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.cargo.path().join("calls")).unwrap();
        calls.lines().map(ToOwned::to_owned).collect()
    }

    /// Lists the packages in the registry.
    fn registry(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cargo.path().join("registry")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn command(&self, program: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command.args(arguments).current_dir(self.repository.path());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C.UTF-8");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Somebody").env(format!("GIT_{who}_EMAIL"), "somebody@example.com");
        }
        command
    }

    fn git(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command("git", arguments).output().unwrap();
        assert!(status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap().trim_end().to_owned()
    }

    /// Commits another document and its crate.
    fn change_document(&self, text: &str) {
        fs::create_dir_all(self.path("spec")).unwrap();
        self.write("spec/clickhouse-cloud.yaml", text);
        let document = ["generate", "--spec", "spec/clickhouse-cloud.yaml"];
        let generate = [&document[..], &["--out", "generated", "--name", "clickhouse-cloud"]].concat();
        assert!(self.command(env!("CARGO_BIN_EXE_xtask"), &generate).output().unwrap().status.success());
        self.commit("Change the document");
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs the command with a token.
    fn release(&self, arguments: &[&str]) -> Run {
        self.release_with(arguments, |command| {
            command.env("CARGO_REGISTRY_TOKEN", TOKEN);
        })
    }

    fn release_with(&self, arguments: &[&str], prepare: impl FnOnce(&mut Command)) -> Run {
        let mut command = self.command(env!("CARGO_BIN_EXE_xtask"), &[&["release"], arguments].concat());
        command.env("CARGO", self.cargo.path().join("cargo")).env("CARGO_HOME", self.cargo.path());
        command.env_remove("CARGO_REGISTRY_TOKEN").env_remove("CARGO_REGISTRIES_CRATES_IO_TOKEN");
        prepare(&mut command);
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let run = Run { code: status.code(), output: text(stdout), errors: text(stderr) };
        assert!(!run.output.contains(TOKEN) && !run.errors.contains(TOKEN), "the token is shown");
        assert!(!self.cargo.path().join("tokens-seen").exists(), "a command that does not need the token gets it");
        run
    }

    /// Returns all that a release may change, apart from the registry.
    fn state(&self) -> [String; 6] {
        [
            self.git(&["rev-parse", "HEAD"]),
            self.git(&["symbolic-ref", "--quiet", "HEAD"]),
            self.git(&["status", "--porcelain"]),
            self.git(&["tag", "--list"]),
            self.git(&["worktree", "list"]),
            self.read("CHANGELOG.md"),
        ]
    }
}

impl Run {
    /// Asserts that the run was refused with 1, or failed with 2, and its message.
    #[track_caller]
    fn assert(&self, code: i32, problem: &str) {
        assert_eq!(self.code, Some(code), "{}{}", self.output, self.errors);
        assert!(self.errors.contains(problem), "{}", self.errors);
    }
}

fn with_another_field(document: &str) -> String {
    document.replace("name: {type: string}", "name: {type: string}\n        size: {type: integer}")
}

fn without_the_field(document: &str) -> String {
    document.replace("name: {type: string}", "title: {type: string}")
}

#[test]
fn without_execute_everything_is_checked_and_nothing_is_changed() {
    let workspace = Workspace::new();
    let before = workspace.state();
    let run = workspace.release_with(&[], |_| {});
    assert_eq!((run.code, run.errors.as_str()), (Some(0), ""), "{}", run.output);
    assert_eq!(
        workspace.calls(),
        [
            "--version",
            "metadata --format-version 1 --no-deps --locked",
            "info --color never --registry crates-io clickhouse-cloud-runtime@0.1.0",
            "info --color never --registry crates-io clickhouse-cloud@0.1.0",
            "test --workspace --locked",
            "publish --dry-run --locked --registry crates-io --package clickhouse-cloud-runtime --package clickhouse-cloud",
        ]
    );
    assert!(run.output.contains("-## Unreleased\n+## 0.1.0 - "), "{}", run.output);
    assert!(
        run.output.ends_with(
            "\
With --execute, this command would
  commit the changes above to main, as \"Release 0.1.0\"
  publish clickhouse-cloud-runtime 0.1.0
  publish clickhouse-cloud 0.1.0
  tag the commit v0.1.0
and leave it to you to push:
  git push --atomic origin main v0.1.0
"
        ),
        "{}",
        run.output
    );
    assert_eq!(workspace.state(), before);
    assert_eq!(workspace.registry(), [""; 0]);
}

#[test]
fn the_first_release_is_of_the_version_in_the_manifest() {
    let workspace = Workspace::new();
    let run = workspace.release(&["--execute"]);
    assert_eq!(run.code, Some(0), "{}{}", run.output, run.errors);
    assert!(run.output.ends_with("Nothing is pushed yet:\n  git push --atomic origin main v0.1.0\n"), "{}", run.output);
    assert_eq!(workspace.registry(), ["clickhouse-cloud-runtime@0.1.0", "clickhouse-cloud@0.1.0"]);
    assert_eq!(workspace.git(&["log", "-1", "--format=%s%d"]), "Release 0.1.0 (HEAD -> main, tag: v0.1.0)");
    assert_eq!(workspace.git(&["diff", "--name-only", "HEAD~", "HEAD"]), "CHANGELOG.md");
    assert_eq!(workspace.git(&["status", "--porcelain"]), "");
    assert_eq!(workspace.git(&["worktree", "list"]).lines().count(), 1);

    let run = workspace.release(&["--execute"]);
    assert_eq!(run.code, Some(0), "{}", run.errors);
    assert_eq!(run.output, "0.1.0 is released, and there is no commit on main since\n");
}

#[test]
fn the_version_and_the_changelog_follow_from_the_document() {
    let workspace = Workspace::released();
    workspace.change_document(&without_the_field(DOCUMENT));
    let run = workspace.release(&["--execute"]);
    assert_eq!(run.code, Some(0), "{}{}", run.output, run.errors);
    assert!(run.output.contains("0.2.0 comes after 0.1.0: 1 breaking, 0 additive"), "{}", run.output);

    let changelog = workspace.read("CHANGELOG.md");
    let (head, entry) = changelog.split_once("## 0.2.0 - ").unwrap();
    assert_eq!(head, "# Changelog\n\n");
    let entry = entry.split_once("\n\n").unwrap().1;
    let row = "- Field `Thing.name`: renamed to title (in Rust: `Thing.name`, `Thing.title`).";
    assert!(entry.starts_with(&format!("### Breaking\n\n{row}\n\n## 0.1.0 - ")), "{changelog}");
    assert_eq!(workspace.read("Cargo.toml"), MANIFEST.replace("0.1.0", "0.2.0"));
    assert_eq!(workspace.read("Cargo.lock"), LOCK.replace("0.1.0", "0.2.0"));
    assert_eq!(workspace.git(&["tag", "--list", "--points-at", "HEAD"]), "v0.2.0");
    assert_eq!(workspace.registry().len(), 4);
}

#[test]
fn a_breaking_change_of_the_generator_is_not_missed() {
    let workspace = Workspace::new();
    let emitted = workspace.path("generated/src/types/operations.rs");
    let text = fs::read_to_string(&emitted).unwrap();
    // A method that only an older generator emitted.
    fs::write(&emitted, text + "\nimpl Thing {\n    pub fn old(&self) {}\n}\n").unwrap();
    workspace.commit("Emit a method");
    workspace.git(&["tag", "v0.1.0"]);
    workspace.change_document(DOCUMENT);
    let run = workspace.release(&[]);
    assert_eq!(run.code, Some(0), "{}{}", run.output, run.errors);
    assert!(run.output.contains("0.2.0 comes after 0.1.0: 1 breaking"), "{}", run.output);
    assert!(run.output.contains("  breaking   item Thing::old: removed\n"), "{}", run.output);
}

#[test]
fn a_version_that_is_too_small_is_refused_with_what_forbids_it() {
    let workspace = Workspace::released();
    workspace.change_document(&without_the_field(DOCUMENT));
    let before = workspace.state();
    let run = workspace.release(&["--execute", "--version", "0.1.1"]);
    run.assert(
        1,
        "refused: 0.1.1 is too small after 0.1.0: these changes require 0.2.0\n  breaking   field Thing.name",
    );
    workspace.release(&["--version", "0.1.0"]).assert(1, "0.1.0 is not above 0.1.0, which is released");
    workspace.release(&["--version", "0.3.0-rc.1"]).assert(2, "write X.Y.Z alone");
    assert_eq!(workspace.state(), before);
    assert_eq!(workspace.registry().len(), 2);

    let run = workspace.release(&["--version", "1.0.0"]);
    assert_eq!(run.code, Some(0), "{}", run.errors);
    assert!(run.output.contains("tag the commit v1.0.0"), "{}", run.output);
}

#[test]
fn no_release_starts_that_cannot_be_finished() {
    let workspace = Workspace::new();
    let before = workspace.state();
    let refuses = |code, problem: &str| workspace.release(&["--execute"]).assert(code, problem);
    workspace.release_with(&["--execute"], |_| {}).assert(2, "there is no token to publish with; run `cargo login`");
    assert_eq!(workspace.calls(), ["--version"]);
    workspace.set_cargo("version", "1.89.0");
    refuses(2, "Cargo 1.90.0 or later is needed, and this is cargo 1.89.0");
    workspace.set_cargo("version", "1.95.0");
    for (call, code, problem) in [
        ("^info", 2, "cannot ask the registry for clickhouse-cloud-runtime 0.1.0: error: it fails"),
        ("^test", 1, "refused: the tests fail"),
        ("^publish --dry-run", 1, "refused: the packages cannot be made"),
    ] {
        workspace.set_cargo("fails", call);
        refuses(code, problem);
        workspace.unset_cargo("fails");
    }
    workspace.set_cargo("registry/clickhouse-cloud@0.1.0", "");
    refuses(1, "clickhouse-cloud 0.1.0 is in the registry already; run `git fetch --tags`");
    assert_eq!(workspace.state(), before);
    assert_eq!(workspace.registry(), ["clickhouse-cloud@0.1.0"]);
}

#[test]
fn a_token_of_cargo_login_is_enough() {
    let workspace = Workspace::new();
    workspace.set_cargo("credentials.toml", &format!("[registry]\ntoken = \"{TOKEN}\"\n"));
    let run = workspace.release_with(&["--execute"], |_| {});
    // The stand-in does not read the file.
    run.assert(2, "`cargo publish` of clickhouse-cloud-runtime 0.1.0 fails");
}

#[test]
fn a_working_tree_that_is_not_ready_is_refused() {
    let workspace = Workspace::new();
    let refuses = |code, problem: &str| workspace.release(&["--execute"]).assert(code, problem);
    workspace.write("new.rs", "");
    refuses(2, "error: the tree is not clean; commit, stash or remove these first:\n?? new.rs");
    fs::remove_file(workspace.path("new.rs")).unwrap();

    workspace.git(&["switch", "--quiet", "--detach"]);
    refuses(2, "error: no branch is checked out");
    workspace.git(&["switch", "--quiet", "main"]);

    workspace.write("spec/clickhouse-cloud.yaml", &with_another_field(DOCUMENT));
    workspace.commit("Forget to generate");
    refuses(1, "refused: generated/ is not current; run `cargo xtask generate` and commit");

    workspace.git(&["rm", "--quiet", "CHANGELOG.md"]);
    workspace.commit("Remove the changelog");
    refuses(2, "error: there is no CHANGELOG.md in HEAD");
    assert_eq!(workspace.registry(), [""; 0]);
    assert_eq!(workspace.git(&["tag", "--list"]), "");
}

#[test]
fn a_shallow_clone_and_a_folder_without_a_repository_are_refused() {
    let workspace = Workspace::released();
    let shallow = TempDir::new().unwrap();
    let from = format!("file://{}", workspace.repository.path().display());
    workspace.git(&["clone", "--quiet", "--depth", "1", &from, shallow.path().to_str().unwrap()]);
    let run = workspace.release_with(&[], |command| {
        command.current_dir(shallow.path());
    });
    run.assert(2, "the history is cut off, so the last release may be missing; run `git fetch --unshallow --tags`");

    let nothing = TempDir::new().unwrap();
    let run = workspace.release_with(&[], |command| {
        command.current_dir(nothing.path());
    });
    run.assert(2, "there is no git repository here");
}

#[test]
fn a_document_with_errors_is_refused_and_an_old_one_is_compared_by_its_crate() {
    let workspace = Workspace::released();
    let wrong = DOCUMENT.replace("#/components/schemas/Thing'", "#/nowhere'");
    workspace.write("spec/clickhouse-cloud.yaml", &format!("{wrong}x-rate-limit: {{requests: 5, window: 1s}}\n"));
    workspace.commit("Break the document");
    workspace.release(&["--execute"]).assert(2, "error: there are errors in the document");
    // An older generator could have released such a document. Its crate is compared instead.
    workspace.git(&["tag", "v0.1.1"]);
    workspace.change_document(&without_the_field(DOCUMENT));
    let run = workspace.release(&[]);
    assert_eq!(run.code, Some(0), "{}{}", run.output, run.errors);
    assert!(run.output.contains("0.2.0 comes after 0.1.1"), "{}", run.output);
    assert!(run.output.contains("  breaking   item Thing.name: removed\n"), "{}", run.output);
}

#[test]
fn packages_written_by_hand_are_checked_if_the_tool_is_installed() {
    let workspace = Workspace::released();
    workspace.change_document(&with_another_field(DOCUMENT));
    let run = workspace.release(&[]);
    assert!(run.output.contains("not checked: the APIs of packages that are written by hand"), "{}", run.output);
    workspace.set_cargo("has-semver-checks", "");
    workspace.set_cargo("calls", "");
    assert_eq!(workspace.release(&[]).code, Some(0));
    let call = "semver-checks check-release --package clickhouse-cloud-runtime --baseline-rev v0.1.0";
    assert!(workspace.calls().contains(&call.to_owned()), "{:?}", workspace.calls());
    workspace.set_cargo("fails", "check-release");
    workspace.release(&[]).assert(1, "the changes of clickhouse-cloud-runtime require a greater version");
}

#[test]
fn a_tag_of_another_branch_is_not_used_again() {
    let workspace = Workspace::released();
    workspace.git(&["switch", "--quiet", "--create", "other"]);
    workspace.change_document(&with_another_field(DOCUMENT));
    workspace.git(&["tag", "v0.1.1"]);
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.change_document(&DOCUMENT.replace("Things.", "All things."));
    workspace.release(&["--execute"]).assert(1, "refused: v0.1.1 is the tag of ");
}

#[test]
fn a_release_that_was_interrupted_anywhere_is_finished_by_the_next_run() {
    let prepared = Workspace::released();
    prepared.change_document(&without_the_field(DOCUMENT));
    let calls = {
        let workspace = prepared.copy();
        assert_eq!(workspace.release(&["--execute"]).code, Some(0));
        workspace.calls().len()
    };
    assert_eq!(calls, 9);
    for number in 1..=calls {
        for moment in ["before", "after"] {
            let point = format!("{moment} call {number}");
            let workspace = prepared.copy();
            workspace.set_cargo("kill", &point);
            assert_eq!(workspace.release(&["--execute"]).code, None, "{point}: it was not interrupted");
            workspace.unset_cargo("kill");
            let Run { code, output, errors } = workspace.release(&["--execute"]);
            assert_eq!(code, Some(0), "{point}: {output}{errors}");
            let published = ["0.1.0", "0.2.0"].map(|version| format!("clickhouse-cloud-runtime@{version}"));
            assert_eq!(workspace.registry()[..2], published, "{point}");
            assert_eq!(workspace.registry()[2..], ["clickhouse-cloud@0.1.0", "clickhouse-cloud@0.2.0"], "{point}");
            assert_eq!(
                workspace.git(&["log", "-3", "--format=%s%d"]),
                "Release 0.2.0 (HEAD -> main, tag: v0.2.0)\nChange the document\nRelease 0.1.0 (tag: v0.1.0)",
                "{point}"
            );
            assert_eq!(workspace.git(&["status", "--porcelain"]), "", "{point}");
            assert_eq!(workspace.git(&["worktree", "list"]).lines().count(), 1, "{point}");
        }
    }
}

#[test]
fn an_unfinished_release_is_finished_although_the_branch_has_more_commits() {
    let workspace = Workspace::new();
    workspace.set_cargo("fails", "^publish --locked.*clickhouse-cloud$");
    let run = workspace.release(&["--execute"]);
    run.assert(2, "run this command again, which passes over published packages: `cargo publish` of clickhouse-cloud");
    assert_eq!(workspace.registry(), ["clickhouse-cloud-runtime@0.1.0"]);
    workspace.unset_cargo("fails");
    workspace.change_document(&with_another_field(DOCUMENT));

    let run = workspace.release_with(&[], |_| {});
    assert_eq!(run.code, Some(0), "{}", run.errors);
    assert!(run.output.contains("clickhouse-cloud-runtime 0.1.0 is published already"), "{}", run.output);
    assert!(run.output.contains("would\n  publish clickhouse-cloud 0.1.0\n  tag"), "{}", run.output);
    assert_eq!(workspace.release(&["--execute"]).code, Some(0));
    assert_eq!(workspace.git(&["rev-parse", "v0.1.0^{commit}"]), workspace.git(&["rev-parse", "HEAD~"]));
    assert_eq!(workspace.registry().len(), 2);

    let run = workspace.release(&["--execute"]);
    assert_eq!(run.code, Some(0), "{}", run.errors);
    assert!(run.output.contains("0.1.1 is released"), "{}", run.output);
}
