//! Reads files as of a git revision.

use std::{
    ffi::OsStr,
    io::Read,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use codegen::Document;
use semver::Version;
use serde::Deserialize;

/// A commit of the repository that a file is in.
pub(crate) struct Revision<'a> {
    folder: &'a Path,
    /// The name that a person gave it.
    name: String,
    commit: String,
}

impl<'a> Revision<'a> {
    /// Finds the commit that a name stands for, in the repository of a folder.
    pub(crate) fn find(folder: &'a Path, name: &str) -> Result<Self> {
        let commit = format!("{name}^{{commit}}");
        let found = git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        let Some(commit) = found else {
            let is_repository = git(folder, ["rev-parse", "--git-dir"])?.is_some();
            let help = if is_repository {
                "`git log` and `git tag` list the revisions"
            } else {
                "there is no git repository here, so name files"
            };
            bail!("{name} is neither a file nor a git revision; {help}");
        };
        Ok(Self { folder, name: name.to_owned(), commit: commit.trim().to_owned() })
    }

    /// Reads a file of the revision, given its path from the folder.
    pub(crate) fn read(&self, file: &Path) -> Result<String> {
        let path = file.display();
        let text = self.read_if_there(file)?;
        text.ok_or_else(|| anyhow!("there is no {path} in {}; name another revision, or a file", self.name))
    }

    /// Reads a file of the revision if there is one, given its path from the folder.
    pub(crate) fn read_if_there(&self, file: &Path) -> Result<Option<String>> {
        git(self.folder, ["show", &format!("{}:./{}", self.commit, file.display())])
    }

    /// Returns the version of the workspace, unless there was no workspace of one version.
    pub(crate) fn version(&self) -> Result<Option<Version>> {
        let manifest = git(self.folder, ["show", &format!("{}:Cargo.toml", self.commit)])?;
        let manifest = manifest.and_then(|text| toml::from_str::<Manifest>(&text).ok());
        Ok(manifest.map(|manifest| manifest.workspace.package.version))
    }
}

/// The part of a manifest with the version of the workspace.
#[derive(Deserialize)]
struct Manifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    version: Version,
}

/// Returns what git prints, or nothing if it fails. The length is bounded: a revision can hold anything.
fn git<const N: usize>(folder: &Path, arguments: [&str; N]) -> Result<Option<String>> {
    let folder = if folder.as_os_str().is_empty() { OsStr::new(".") } else { folder.as_os_str() };
    let mut git = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot run git, which has the revisions; install it, or name files")?;
    let mut printed = Vec::new();
    let limit = Document::MAX_LENGTH as u64 + 1;
    let output = git.stdout.take().context("git has no output")?;
    output.take(limit).read_to_end(&mut printed).context("cannot read what git prints")?;
    if printed.len() as u64 == limit {
        git.kill()?;
        git.wait()?;
        bail!("{} is too long for a document", arguments.last().unwrap_or(&""));
    }
    if !git.wait()?.success() {
        return Ok(None);
    }
    let text = String::from_utf8(printed);
    ensure!(text.is_ok(), "{} is not text in UTF-8", arguments.last().unwrap_or(&""));
    Ok(text.ok())
}
