//! What goes over the wire for each topic of `corpus/`: a document, `api.yaml`, and beside it `wire.rs`, tests that
//! call the crate emitted from it, with the `config.toml` beside it, if there is one. A folder is all that a new topic needs; its name is the name of the crate.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use codegen::{Config, Document, Settings};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
const RUNTIME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime");

/// What every package has in common.
const COMMON: &str = r#"
version = "0.1.0"
edition = "2024"

[lints.rust]
warnings = "deny"

[dependencies]
chrono = { version = "0.4", default-features = false }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
uuid = { version = "1", default-features = false }
"#;

#[test]
fn every_topic_is_on_the_wire_as_its_assertions_say() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let topics = topics();
    for topic in &topics {
        emit(topic, &workspace.join(topic));
    }
    assertions(&topics, &workspace);
    write(&workspace.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"wire\"]\n");
    let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).unwrap();
    if !workspace.join("Cargo.lock").exists() {
        write(&workspace.join("Cargo.lock"), &lock);
    }

    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["test", "--package", "wire", "--test", "wire", "--quiet", "--offline", "--target-dir"])
        .arg(target)
        .current_dir(&workspace)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}\n{}", output.status, text(&output.stderr), text(&output.stdout));
}

fn topics() -> Vec<String> {
    let entries = fs::read_dir(CORPUS).unwrap().map(|entry| entry.unwrap().path());
    let folders = entries.filter(|path| path.is_dir());
    let mut topics: Vec<_> = folders.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    topics.sort();
    topics
}

/// The package of a topic.
fn emit(topic: &str, package: &Path) {
    let file = format!("{CORPUS}/{topic}/api.yaml");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let document = Document::parse(file, text).unwrap_or_else(|complaints| panic!("{complaints}"));
    let config = fs::read_to_string(format!("{CORPUS}/{topic}/config.toml")).ok();
    let config = config.map(|text| Config::parse("config.toml", text).unwrap_or_else(|error| panic!("{error}")));
    let settings = Settings::new(topic).config(config);
    let generated = codegen::generate(&document, &settings).unwrap_or_else(|error| panic!("{error}"));
    for file in generated.files {
        write(&package.join(&file.path), &file.text);
    }
    write(&package.join("README.md"), "A topic.\n");
    write(&package.join("Cargo.toml"), &manifest(topic, []));
}

/// The package of the assertions, which are compiled into one program, as are the examples of the documentation.
fn assertions(topics: &[String], workspace: &Path) {
    let package = workspace.join("wire");
    let modules = topics.iter().map(|topic| {
        let path = format!("{CORPUS}/{topic}/wire.rs");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(text.contains("#[tokio::test]"), "{path} asserts something");
        format!("#[path = {path:?}]\nmod {topic};\n")
    });
    write(&package.join("tests/wire.rs"), &format!("mod examples;\n\n{}", modules.collect::<String>()));
    write(&package.join("tests/examples/mod.rs"), &examples(topics, workspace));
    let server = format!("{CORPUS}/server.rs");
    write(&package.join("src/lib.rs"), &format!("#[path = {server:?}]\nmod server;\npub use server::*;\n"));
    write(&package.join("Cargo.toml"), &manifest("wire", topics.iter().map(String::as_str)));
}

/// Each example in a module of its own.
fn examples(topics: &[String], workspace: &Path) -> String {
    let files = topics.iter().flat_map(|topic| fs::read_dir(workspace.join(topic).join("src/client")).unwrap());
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    let texts: String = paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let comments = texts.lines().map(|line| line.trim_start().strip_prefix("///").unwrap_or_default().trim_start());
    let mut lines = vec!["#![allow(deprecated, unused)]".to_owned()];
    let mut is_in_example = false;
    for comment in comments {
        match comment {
            "```no_run" => lines.push(format!("mod example_{} {{", lines.len())),
            "```" if is_in_example => lines.push("}".to_owned()),
            line if is_in_example => lines.push(line.strip_prefix("# ").unwrap_or(line).to_owned()),
            _ => {}
        }
        is_in_example = comment == "```no_run" || is_in_example && comment != "```";
    }
    lines.join("\n")
}

/// TLS is not needed on loopback, and takes its time to compile.
fn manifest<'a>(name: &str, topics: impl IntoIterator<Item = &'a str>) -> String {
    let topics = topics.into_iter().map(|topic| format!("{topic} = {{ path = \"../{topic}\" }}\n"));
    format!(
        "[package]\nname = \"{name}\"{COMMON}\
         clickhouse-cloud-runtime = {{ path = {RUNTIME:?}, default-features = false }}\n\
         tokio = {{ version = \"1\", features = [\"io-util\", \"macros\", \"net\", \"rt\"] }}\n{}",
        topics.collect::<String>()
    )
}

/// Writes what has changed, so that cargo compiles nothing else.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    let folder: PathBuf = path.parent().unwrap().into();
    fs::create_dir_all(folder).unwrap();
    fs::write(path, text).unwrap();
}
