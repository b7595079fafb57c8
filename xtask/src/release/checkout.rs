use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use codegen::Document;

use super::repository::Repository;
use crate::{diagnostics, input, workspace::DOCUMENT};

/// A checkout below `target/` for one run, in which a release is made and checked.
pub(super) struct Checkout<'r> {
    repository: &'r Repository,
    folder: PathBuf,
}

/// Returns the folder for what is built in a checkout. It outlives the checkout, so that the next run is fast.
pub(super) fn build_folder(root: &Path) -> PathBuf {
    root.join("target/next-release/build")
}

impl<'r> Checkout<'r> {
    /// Checks a commit out.
    pub(super) fn new(repository: &'r Repository, commit: &str) -> Result<Self> {
        let checkout = Self { repository, folder: repository.root().join("target/next-release/tree") };
        checkout.remove()?;
        repository.check_out(commit, &checkout.folder)?;
        Ok(checkout)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn repository(&self) -> Repository {
        Repository::at(&self.folder)
    }

    pub(super) fn read(&self, file: &str) -> Result<String> {
        let path = self.folder.join(file);
        fs::read_to_string(path).with_context(|| format!("cannot read {file}, which a release needs"))
    }

    /// Parses and checks the document. Prints the errors in it.
    pub(super) fn document(&self) -> Result<Document> {
        let mut read_file = |path: &str| fs::read_to_string(self.folder.join(DOCUMENT).with_file_name(path));
        let document = input::parse_document(DOCUMENT, self.read(DOCUMENT)?, false, &mut read_file);
        let document = document.filter(|document| match codegen::check(document) {
            Ok(_) => true,
            Err(errors) => {
                diagnostics::print_errors(&errors);
                false
            }
        });
        document.context("there are errors in the document; correct them, generate and commit")
    }

    pub(super) fn write(&self, file: &str, text: &str) -> Result<()> {
        let path = self.folder.join(file);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Removes this checkout, or the one of an interrupted run.
    fn remove(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).with_context(|| format!("cannot remove {}", self.folder.display()))?;
        }
        self.repository.prune_checkouts()
    }
}

impl Drop for Checkout<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            eprintln!("warning: {error:#}");
        }
    }
}
