//! Holds what the generator emits today against what it emitted at an older revision.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context, Result, ensure};
use tar::Archive;

use crate::{FINE, FOUND, arguments::Emitted};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folders with documents that the generator is tried with.
const DOCUMENTS: [&str; 3] = ["spec", "tests/corpus", "tests/fixtures"];

/// Where the crates go, and the generator of the older revision.
const FOLDER: &str = "target/emitted";

/// Compares the crates of all documents of the repository and of those that are named, file by file and byte by byte.
pub(crate) fn run(arguments: &Emitted) -> Result<u8> {
    let folder = Path::new(ROOT).join(FOLDER);
    let old = build(&arguments.revision, &folder)?;
    let new = env::current_exe().context("cannot tell where this program is")?;
    let own = DOCUMENTS.iter().map(|name| Path::new(ROOT).join(name));
    let mut documents = Vec::new();
    for path in own.chain(arguments.documents.iter().cloned()) {
        add_documents(&path, &mut documents)?;
    }
    let crates = folder.join("crates");
    if crates.exists() {
        fs::remove_dir_all(&crates).with_context(|| format!("cannot remove {}", crates.display()))?;
    }
    let (mut emitted, mut differing) = (0, 0);
    for (index, document) in documents.iter().enumerate() {
        let out = crates.join(index.to_string());
        let today = generate(&new, document, &out, &[])?;
        let before = generate(&old, document, &out, if today.status.success() { &["--check"] } else { &[] })?;
        emitted += usize::from(today.status.success());
        // A document that is refused has to be refused in the same words.
        let is_same = today.status.code() == before.status.code()
            && (today.status.success() || today.stderr == before.stderr && today.stdout == before.stdout);
        if !is_same {
            differing += 1;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            println!("{}\n{}{}", document.display(), text(&before.stdout), text(&before.stderr));
        }
    }
    let all = documents.len();
    println!(
        "{all} documents: {emitted} crates, {} refused, {differing} not as at {}",
        all - emitted,
        arguments.revision
    );
    Ok(if differing == 0 { FINE } else { FOUND })
}

/// The commands of a revision, built in a copy of its files.
fn build(revision: &str, folder: &Path) -> Result<PathBuf> {
    let sources = folder.join("sources");
    if sources.exists() {
        fs::remove_dir_all(&sources).with_context(|| format!("cannot remove {}", sources.display()))?;
    }
    let archive = Command::new("git").args(["-C", ROOT, "archive", revision]).output().context("cannot run git")?;
    ensure!(archive.status.success(), "git says: {}", String::from_utf8_lossy(&archive.stderr).trim());
    Archive::new(archive.stdout.as_slice()).unpack(&sources).context("cannot unpack the revision")?;
    let target = folder.join("build");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "xtask", "--target-dir"])
        .arg(&target)
        .current_dir(&sources)
        .status()?;
    ensure!(status.success(), "the generator of {revision} cannot be built");
    Ok(target.join("debug").join(format!("xtask{}", env::consts::EXE_SUFFIX)))
}

/// Adds a document, or all that are below a folder, in the order of their paths.
fn add_documents(path: &Path, documents: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        documents.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut below = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    below.sort();
    for path in below {
        let is_document = path.extension().is_some_and(|extension| extension == "yaml" || extension == "json");
        if path.is_dir() || is_document {
            add_documents(&path, documents)?;
        }
    }
    Ok(())
}

fn generate(program: &Path, document: &Path, out: &Path, flags: &[&str]) -> Result<Output> {
    let mut command = Command::new(program);
    command.args(["generate", "--name", "thing", "--spec"]).arg(document).arg("--out").arg(out).args(flags);
    let config = document.with_file_name("config.toml");
    if config.exists() {
        command.arg("--config").arg(config);
    }
    command.output().with_context(|| format!("cannot run {}", program.display()))
}
