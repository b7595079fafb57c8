use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use codegen::Document;

use super::{DOCUMENT, repository::Repository};
use crate::{lint, report::Texts};

/// A checkout for one run, in which a release is made and checked: beside the person's own, below `target/`.
pub(super) struct Tree<'r> {
    repository: &'r Repository,
    folder: PathBuf,
}

/// What is built there stays, so that the next run is fast. The checkout does not.
pub(super) fn build_folder(root: &Path) -> PathBuf {
    root.join("target/next-release/build")
}

impl<'r> Tree<'r> {
    /// Checks a commit out.
    pub(super) fn of(repository: &'r Repository, commit: &str) -> Result<Self> {
        let tree = Self { repository, folder: repository.root().join("target/next-release/tree") };
        tree.remove()?;
        repository.check_out(commit, &tree.folder)?;
        Ok(tree)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn repository(&self) -> Repository {
        Repository::at(&self.folder)
    }

    pub(super) fn read(&self, file: &str) -> Result<String> {
        let path = self.folder.join(file);
        fs::read_to_string(path).with_context(|| format!("cannot read {file}, without which there is no release"))
    }

    /// Reads the document, and prints its errors.
    pub(super) fn document(&self) -> Result<Document> {
        let text = self.read(DOCUMENT)?;
        let document = Document::parse(DOCUMENT, text.as_str());
        let document = document.and_then(|document| codegen::check(&document).map(|_| document));
        document.map_err(|errors| {
            lint::print_errors(&errors, &Texts::of_document(&text));
            anyhow!("the document has to be right first; mend it, generate and commit")
        })
    }

    pub(super) fn write(&self, file: &str, text: &str) -> Result<()> {
        let path = self.folder.join(file);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Removes it, or what an interrupted run has left.
    fn remove(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).with_context(|| format!("cannot remove {}", self.folder.display()))?;
        }
        self.repository.forget_removed()
    }
}

impl Drop for Tree<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            eprintln!("warning: {error:#}");
        }
    }
}
