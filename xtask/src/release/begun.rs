use std::path::Path;

use anyhow::{Context, Result};
use semver::Version;

use super::{CHANGELOG, MANIFEST, Release, changelog, manifests, refused, repository::Repository, tree::Tree};
use crate::revision::Revision;

/// The release that an earlier run has begun and not ended: its version has an entry in the changelog, and no tag. More
/// may have been committed since.
pub(super) fn find<'r>(repository: &'r Repository, stated: Option<&Version>) -> Result<Option<(Tree<'r>, Release)>> {
    let head = Revision::find(repository.root(), "HEAD")?;
    let version = manifests::version(&head.read(Path::new(MANIFEST))?)?;
    let is_begun = changelog::has(&head.read(Path::new(CHANGELOG))?, &version);
    if !is_begun || repository.tagged(&version).is_some() {
        return Ok(None);
    }
    if let Some(stated) = stated.filter(|stated| **stated != version) {
        return Err(refused(format!("{version} is begun and not ended; end it first, without --version {stated}")));
    }
    let commit = repository.first_with(&changelog::heading(&version), CHANGELOG)?;
    let commit = commit.with_context(|| format!("no commit has put {version} into {CHANGELOG}"))?;
    println!("{version} was begun in {commit} and is not tagged yet");
    Ok(Some((Tree::of(repository, &commit)?, Release { version, commit })))
}
