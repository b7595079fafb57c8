//! Compares what the generator emits with what it emitted at an older revision.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context, Result, ensure};
use tar::Archive;

use crate::{FINE, FOUND, arguments::Emitted, workspace};

/// The folders with documents of the repository.
const DOCUMENTS: [&str; 3] = ["spec", "tests", "xtask/tests"];

/// The folder of the older generator and of the emitted crates.
const FOLDER: &str = "target/emitted";

/// Emits the crates of all documents with both generators, and prints the differences.
pub(crate) fn run(arguments: &Emitted) -> Result<u8> {
    let folder = workspace::root().join(FOLDER);
    let crates = folder.join("crates");
    remove(&crates)?;
    let old = build(&arguments.revision, &folder)?;
    let new = env::current_exe().context("cannot find this program")?;

    let mut documents = Vec::new();
    let own = DOCUMENTS.iter().map(|folder| workspace::root().join(folder));
    for path in own.chain(arguments.documents.iter().cloned()) {
        add_documents(&path, &mut documents)?;
    }
    let text = |printed: &[u8]| String::from_utf8_lossy(printed).into_owned();
    let (mut emitted, mut different) = (0, 0);
    for (index, document) in documents.iter().enumerate() {
        let out = crates.join(index.to_string());
        let before = generate(&old, document, &out, false)?;
        let now = generate(&new, document, &out, before.status.success())?;
        emitted += usize::from(before.status.success());
        if before.status.code() != now.status.code() || before.stderr != now.stderr {
            different += 1;
            println!("{}", document.display());
            println!("at {}:\n{}", arguments.revision, text(&before.stderr));
            println!("now:\n{}{}", text(&now.stdout), text(&now.stderr));
        }
    }
    let (all, revision) = (documents.len(), &arguments.revision);
    println!("{all} documents, {emitted} with a crate at {revision}: {different} give something else now");
    Ok(if different == 0 { FINE } else { FOUND })
}

/// Builds the commands of a revision, from a copy of its sources.
fn build(revision: &str, folder: &Path) -> Result<PathBuf> {
    let sources = folder.join("sources");
    remove(&sources)?;
    let archive = Command::new("git")
        .args(["archive", revision])
        .current_dir(workspace::root())
        .output()
        .context("cannot run git")?;
    ensure!(archive.status.success(), "`git archive` fails: {}", String::from_utf8_lossy(&archive.stderr).trim());
    let mut archive = Archive::new(archive.stdout.as_slice());
    // With the times of the commit, cargo would take an older revision for the one that it has built before.
    archive.set_preserve_mtime(false);
    archive.unpack(&sources).context("cannot unpack the revision")?;
    let target = folder.join("build");
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--package", "xtask", "--target-dir"])
        .arg(&target)
        .current_dir(&sources)
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "the generator of {revision} cannot be built");
    Ok(target.join("debug").join(format!("xtask{}", env::consts::EXE_SUFFIX)))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// Adds a document, or all documents below a folder in the order of their paths. A file of data among them does no harm:
/// both generators refuse it.
fn add_documents(path: &Path, documents: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        documents.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut entries = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        let is_folder_of_sources = entry.is_dir() && !entry.ends_with("target");
        if is_folder_of_sources || is_document(&entry) {
            add_documents(&entry, documents)?;
        }
    }
    Ok(())
}

fn is_document(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|extension| extension == "yaml" || extension == "json")
}

/// Returns the config of a document: `petstore.toml` of `petstore.yaml`, or the `config.toml` in a folder of one document.
fn config(document: &Path) -> Option<PathBuf> {
    let of_document = document.with_extension("toml");
    if of_document.exists() {
        return Some(of_document);
    }
    let of_folder = document.with_file_name("config.toml");
    let entries = fs::read_dir(document.parent()?).ok()?;
    let documents = entries.filter(|entry| entry.as_ref().is_ok_and(|entry| is_document(&entry.path()))).count();
    (documents == 1 && of_folder.exists()).then_some(of_folder)
}

/// Emits the crate of a document, or compares it with the one that is there.
fn generate(program: &Path, document: &Path, out: &Path, is_check: bool) -> Result<Output> {
    let mut command = Command::new(program);
    command.args(["generate", "--name", "thing", "--spec"]).arg(document).arg("--out").arg(out);
    command.args(config(document).into_iter().flat_map(|config| ["--config".into(), config.into_os_string()]));
    command.args(is_check.then_some("--check"));
    command.output().with_context(|| format!("cannot run {}", program.display()))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn folder(files: &[&str]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn documents_are_found_in_all_subfolders() {
        let folder = folder(&["b/deep/er/2.json", "b/1.yaml", "a.yaml", "b/wire.rs", "b/config.toml", "target/x.json"]);
        let mut documents = Vec::new();
        add_documents(folder.path(), &mut documents).unwrap();
        let names: Vec<_> = documents.iter().map(|path| path.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(names, ["a.yaml", "b/1.yaml", "b/deep/er/2.json"].map(Path::new));
    }

    #[test]
    fn a_config_belongs_to_one_document() {
        let folder =
            folder(&["one/api.yaml", "one/config.toml", "two/a.yaml", "two/b.yaml", "two/config.toml", "two/b.toml"]);
        let config = |document: &str| {
            let config = super::config(&folder.path().join(document))?;
            Some(config.strip_prefix(folder.path()).unwrap().to_owned())
        };
        assert_eq!(config("one/api.yaml"), Some("one/config.toml".into()));
        assert_eq!(config("two/a.yaml"), None);
        assert_eq!(config("two/b.yaml"), Some("two/b.toml".into()));
    }
}
