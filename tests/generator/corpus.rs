//! What goes over the wire for each topic of `corpus/`: a document, and beside it tests that call the crate emitted from
//! it. The name of the topic is that of the crate.
//!
//! A topic is a folder with `api.yaml`, `wire.rs`, and a `config.toml` if it needs one. A small one is a pair of files
//! like `reported/name.yaml` and `reported/name.rs`; where it gives no crate, the errors are in `reported/name.txt`
//! instead.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use codegen::{Config, Document, Generated, Settings};
use tests::files::write;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
const RUNTIME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime");

/// Emitted crates are compiled to be called, not to be debugged: that would take twice the time.
const WORKSPACE: &str = r#"
[workspace]
resolver = "3"
members = ["wire"]

[profile.dev]
debug = false

[profile.dev.package."*"]
debug = true
"#;

/// The part of a manifest that every package has.
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
fn every_topic_passes_its_tests_on_the_wire() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let topics: Vec<_> = topics().into_iter().filter(|topic| !topic.errors_file().exists()).collect();
    for topic in &topics {
        emit(topic, &workspace.join(&topic.name));
    }
    assertions(&topics, &workspace);
    write(&workspace.join("Cargo.toml"), WORKSPACE);
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

#[test]
fn a_document_that_gives_no_crate_has_the_expected_errors() {
    let refused: Vec<_> = topics().into_iter().filter(|topic| topic.errors_file().exists()).collect();
    assert!(!refused.is_empty());
    for topic in refused {
        let errors = topic.generate().expect_err(&topic.name);
        assert_eq!(errors, read(&topic.errors_file()).trim_end(), "{}", topic.name);
    }
}

/// A document, and the tests of its crate.
pub(crate) struct Topic {
    pub(crate) name: String,
    document: PathBuf,
}

/// In the order of their names, which differ.
pub(crate) fn topics() -> Vec<Topic> {
    let folders = entries(Path::new(CORPUS)).into_iter().filter(|path| path.is_dir());
    let (whole, of_pairs): (Vec<_>, Vec<_>) = folders.partition(|folder| folder.join("api.yaml").exists());
    let pairs = of_pairs.iter().flat_map(|folder| entries(folder)).filter(|path| path.extension().unwrap() == "yaml");
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let whole = whole.iter().map(|folder| Topic { name: name(folder), document: folder.join("api.yaml") });
    let mut topics: Vec<_> = whole.chain(pairs.map(|path| Topic { name: name(&path), document: path })).collect();
    topics.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(topics.is_sorted_by(|one, other| one.name < other.name), "two topics have one name");
    topics
}

impl Topic {
    /// The tests that call the crate.
    fn wire(&self) -> PathBuf {
        let has_folder = self.document.ends_with("api.yaml");
        if has_folder { self.document.with_file_name("wire.rs") } else { self.document.with_extension("rs") }
    }

    /// The errors where it gives no crate.
    fn errors_file(&self) -> PathBuf {
        self.document.with_extension("txt")
    }

    /// The crate, or the errors instead.
    pub(crate) fn generate(&self) -> Result<Generated, String> {
        self.generate_from(&self.document()?)
    }

    pub(crate) fn document(&self) -> Result<Document, String> {
        let file = self.document.file_name().unwrap().to_str().unwrap();
        Document::parse(file, read(&self.document)).map_err(|errors| errors.to_string())
    }

    /// The crate of another document with the config of the topic.
    pub(crate) fn generate_from(&self, document: &Document) -> Result<Generated, String> {
        let config = fs::read_to_string(self.document.with_file_name("config.toml")).ok();
        let config = config.map(|text| Config::parse("config.toml", text).unwrap_or_else(|error| panic!("{error}")));
        let settings = Settings::new(&self.name).config(config);
        codegen::generate(document, &settings).map_err(|error| error.to_string())
    }
}

/// The package of a topic.
fn emit(topic: &Topic, package: &Path) {
    let generated = topic.generate().unwrap_or_else(|errors| panic!("{}: {errors}", topic.name));
    for file in generated.files {
        write(&package.join(&file.path), file.text);
    }
    write(&package.join("README.md"), "A topic.\n");
    write(&package.join("Cargo.toml"), manifest(&topic.name, []));
}

/// The package of the assertions, which are compiled into one program, as are the examples of the documentation.
fn assertions(topics: &[Topic], workspace: &Path) {
    let package = workspace.join("wire");
    let modules = topics.iter().map(|topic| {
        let path = topic.wire();
        assert!(read(&path).contains("#[tokio::test]"), "{} asserts something", path.display());
        format!("#[path = {:?}]\nmod {};\n", path.to_str().unwrap(), topic.name)
    });
    write(&package.join("tests/wire.rs"), format!("mod examples;\nmod sizes;\n\n{}", modules.collect::<String>()));
    write(&package.join("tests/sizes/mod.rs"), sizes(topics, workspace));
    write(&package.join("tests/examples/mod.rs"), examples(topics, workspace));
    let server = format!("{CORPUS}/server.rs");
    write(&package.join("src/lib.rs"), format!("#[path = {server:?}]\nmod server;\npub use server::*;\n"));
    write(&package.join("Cargo.toml"), manifest("wire", topics.iter().map(|topic| topic.name.as_str())));
}

/// Assertions that no type is larger than 4 KiB: a response is decoded on the stack.
fn sizes(topics: &[Topic], workspace: &Path) -> String {
    let assertions = topics.iter().map(|topic| {
        let types = workspace.join(&topic.name).join("src/types");
        let files = if types.exists() { entries(&types) } else { Vec::new() };
        let texts: String = files.iter().map(|path| read(path)).collect();
        let lines = texts.lines().filter_map(|line| {
            let item = line.trim_start().strip_prefix("pub ")?;
            let name = item.strip_prefix("struct ").or(item.strip_prefix("enum "))?;
            name.split(|end: char| !end.is_alphanumeric() && end != '_').next()
        });
        let lines = lines
            .map(|name| format!("const _: () = assert!(size_of::<{}::types::{name}>() <= 4 << 10);\n", topic.name));
        lines.collect::<String>()
    });
    assertions.collect()
}

/// Each example in a module of its own.
fn examples(topics: &[Topic], workspace: &Path) -> String {
    let paths = topics.iter().flat_map(|topic| entries(&workspace.join(&topic.name).join("src")));
    let texts: String = paths.filter(|path| path.is_file()).map(|path| read(&path)).collect();
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
         clickhouse-cloud-runtime = {{ path = {RUNTIME:?}, default-features = false, features = [\"events\", \"file-streams\"] }}\n\
         tokio = {{ version = \"1\", features = [\"io-util\", \"macros\", \"net\", \"rt\"] }}\n{}",
        topics.collect::<String>()
    )
}

/// The paths in a folder, in their order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
