//! Files as they were in a git revision.

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
    /// As it was named.
    name: String,
    commit: String,
}

impl<'a> Revision<'a> {
    /// Finds the commit that a name stands for, in the repository of this folder.
    pub(crate) fn find(folder: &'a Path, name: &str) -> Result<Self> {
        let commit = format!("{name}^{{commit}}");
        let found = git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        let Some(commit) = found else {
            let is_repository = git(folder, ["rev-parse", "--git-dir"])?.is_some();
            let advice = if is_repository {
                "`git log` and `git tag` list the revisions"
            } else {
                "there is no git repository here, so name files"
            };
            bail!("{name} is neither a file nor a git revision; {advice}");
        };
        Ok(Self { folder, name: name.to_owned(), commit: commit.trim().to_owned() })
    }

    /// A file of the revision, by its path from the folder.
    pub(crate) fn read(&self, file: &Path) -> Result<String> {
        let path = file.display();
        let text = self.read_if_there(file)?;
        text.ok_or_else(|| anyhow!("there is no {path} in {}; name another revision, or a file", self.name))
    }

    /// A file of the revision, if it has one of this path from the folder.
    pub(crate) fn read_if_there(&self, file: &Path) -> Result<Option<String>> {
        git(self.folder, ["show", &format!("{}:./{}", self.commit, file.display())])
    }

    /// The version that the workspace had; none where there was no workspace of one version.
    pub(crate) fn version(&self) -> Result<Option<Version>> {
        let manifest = git(self.folder, ["show", &format!("{}:Cargo.toml", self.commit)])?;
        let manifest = manifest.and_then(|text| toml::from_str::<Manifest>(&text).ok());
        Ok(manifest.map(|manifest| manifest.workspace.package.version))
    }
}

/// The parts of a manifest that say which version a workspace is of.
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

/// What git prints; none where it fails. Bounded, because a revision can hold anything.
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
