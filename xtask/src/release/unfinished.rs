use std::path::Path;

use anyhow::{Context, Result};
use semver::Version;

use super::{CHANGELOG, MANIFEST, Release, changelog, checkout::Checkout, manifests, refused, repository::Repository};
use crate::revision::Revision;

/// Finds the release that an earlier run has not finished: its version has an entry in the changelog, and no tag. There
/// may be more commits since.
pub(super) fn find<'r>(
    repository: &'r Repository,
    stated: Option<&Version>,
) -> Result<Option<(Checkout<'r>, Release)>> {
    let head = Revision::find(repository.root(), "HEAD")?;
    let version = manifests::version(&head.read(Path::new(MANIFEST))?)?;
    let is_started = changelog::has_entry(&head.read(Path::new(CHANGELOG))?, &version);
    if !is_started || repository.tagged(&version).is_some() {
        return Ok(None);
    }
    if let Some(stated) = stated.filter(|stated| **stated != version) {
        return Err(refused(format!(
            "the release of {version} is unfinished; finish it first, without --version {stated}"
        )));
    }
    let commit = repository.first_with(&changelog::heading(&version), CHANGELOG)?;
    let commit = commit.with_context(|| format!("no commit added {version} to {CHANGELOG}"))?;
    println!("the release of {version} in {commit} is unfinished: there is no tag");
    Ok(Some((Checkout::new(repository, &commit)?, Release { version, commit })))
}
