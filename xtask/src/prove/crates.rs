use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow, ensure};
use codegen::{Document, File, Settings};
use serde::Deserialize;
use serde_json::Value;

use super::{
    outcome::{Compiled, Outcome, Outcomes},
    table::Mutation,
};
use crate::workspace::{self, EMITTED_PACKAGE};

/// A workspace of emitted crates, each with programs that use it as its examples.
pub(super) struct Crates {
    folder: PathBuf,
    /// The program that uses everything.
    user_program: String,
    packages: BTreeMap<String, Package>,
}

struct Package {
    files: Vec<File>,
    examples: BTreeMap<String, String>,
}

/// The name of the example that uses everything.
const USER: &str = "user";
/// The package of the document without changes.
const UNCHANGED: &str = "unchanged";

impl Crates {
    pub(super) fn new(user_program: &str) -> Self {
        let folder = workspace::root().join("target/prove");
        Self { folder, user_program: user_program.to_owned(), packages: BTreeMap::new() }
    }

    /// Returns the folder of the workspace.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds both crates of a mutation, and its code to both.
    pub(super) fn add(&mut self, mutation: &Mutation, base: &Value) -> Result<()> {
        let (old, new) = mutation.documents(base)?;
        for (name, document) in [(old_package(mutation), old), (mutation.slug(), new)] {
            let package = self.package(name, &document)?;
            if let Some(code) = &mutation.code {
                package.examples.insert(mutation.slug(), program(code));
            }
        }
        Ok(())
    }

    fn package(&mut self, name: String, document: &Document) -> Result<&mut Package> {
        match self.packages.entry(name) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(entry) => {
                let generated =
                    codegen::generate(document, &Settings::new(EMITTED_PACKAGE)).map_err(|error| anyhow!("{error}"))?;
                let examples = BTreeMap::from([(USER.to_owned(), self.user_program.clone())]);
                Ok(entry.insert(Package { files: generated.files, examples }))
            }
        }
    }

    /// Writes the workspace, and compiles all packages and programs.
    pub(super) fn check(&self) -> Result<Checked> {
        self.write().with_context(|| format!("cannot write {}", self.folder.display()))?;
        let output = self
            .cargo("check")
            .args(["--workspace", "--lib", "--examples", "--keep-going", "--message-format=json"])
            .output()?;
        let mut checked = Checked(HashMap::new());
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            checked.read(serde_json::from_str(line)?);
        }
        for name in self.packages.keys() {
            let is_compiled = checked.0.get(&(name.clone(), LIBRARY.to_owned())) == Some(&Outcome::Compiles);
            ensure!(is_compiled, "{name} does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(checked)
    }

    /// Returns a command of cargo in the workspace, with the target folder of the outer workspace, where dependencies are
    /// built already.
    pub(super) fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            .args([command, "--quiet", "--offline", "--target-dir"])
            .arg(workspace::root().join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .current_dir(&self.folder);
        cargo
    }

    fn write(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        let write = |path: String, text: &str| -> Result<()> {
            let path = self.folder.join(path);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            Ok(fs::write(path, text)?)
        };
        for (name, package) in &self.packages {
            write(format!("{name}/Cargo.toml"), &manifest(name))?;
            write(format!("{name}/README.md"), "")?;
            for File { path, text } in &package.files {
                write(format!("{name}/{path}"), text)?;
            }
            for (example, text) in &package.examples {
                write(format!("{name}/examples/{example}.rs"), text)?;
            }
        }
        write("Cargo.toml".to_owned(), "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n")?;
        fs::copy(workspace::root().join("Cargo.lock"), self.folder.join("Cargo.lock"))?;
        Ok(())
    }
}

/// Returns the package of the older crate of a mutation.
pub(super) fn old_package(mutation: &Mutation) -> String {
    if mutation.given.is_empty() { UNCHANGED.to_owned() } else { format!("{}-given", mutation.slug()) }
}

/// Makes a program of the code of a mutation.
fn program(code: &str) -> String {
    format!(
        "#![allow(unused)]
use clickhouse_cloud::{{chrono::{{DateTime, Utc}}, types::*, uuid::Uuid, *}};

fn main() {{}}

async fn program(cloud: Client, org: OrganizationId, id: ServiceId, backup: BackupId) -> Result<(), Box<dyn std::error::Error>> {{
    {}
    Ok(())
}}
",
        code.trim_end()
    )
}

/// Returns the manifest of a package. All packages have a library of the same name, so that programs compile against each.
fn manifest(name: &str) -> String {
    let runtime = workspace::root().join("runtime").display().to_string();
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [lib]\nname = \"{LIBRARY}\"\n\n\
         [dependencies]\n\
         chrono = {{ version = \"0.4\", default-features = false }}\n\
         clickhouse-cloud-runtime = {{ path = {runtime:?} }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n\
         serde_json = \"1\"\n\
         uuid = {{ version = \"1\", default-features = false }}\n"
    )
}

pub(super) const LIBRARY: &str = "clickhouse_cloud";

/// The outcomes of compiling, by the names of the package and the target.
pub(super) struct Checked(HashMap<(String, String), Outcome>);

/// A line of what cargo prints.
#[derive(Deserialize)]
struct Line {
    reason: String,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    code: Option<Code>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

impl Checked {
    fn read(&mut self, line: Line) {
        let (Some(manifest), Some(target)) = (line.manifest_path, line.target) else { return };
        let package = manifest.parent().and_then(Path::file_name).unwrap_or_default();
        let key = (package.to_string_lossy().into_owned(), target.name);
        let Some(message) = line.message else {
            if line.reason == "compiler-artifact" {
                self.0.entry(key).or_insert(Outcome::Compiles);
            }
            return;
        };
        if message.level.starts_with("error") {
            self.0.insert(key, Outcome::Fails);
        } else if message.code.is_some_and(|code| code.code == "deprecated") {
            self.0.entry(key).or_insert(Outcome::Warns);
        }
    }

    /// Returns the outcomes of the programs of a mutation.
    pub(super) fn of(&self, mutation: &Mutation) -> Result<Compiled> {
        let one = |package: String, target: &str| {
            let outcome = self.0.get(&(package.clone(), target.to_owned())).copied();
            outcome.with_context(|| format!("there is no outcome of {package}/examples/{target}.rs"))
        };
        let both = |target: &str| -> Result<Outcomes> {
            Ok(Outcomes { old: one(old_package(mutation), target)?, new: one(mutation.slug(), target)? })
        };
        let code = mutation.code.is_some().then(|| both(&mutation.slug())).transpose()?;
        Ok(Compiled { user_program: both(USER)?, code })
    }
}
