use std::path::Path;

use anyhow::{Context, Result};

use super::{CHANGELOG, MANIFEST, Release, changelog, manifests, repository::Repository};
use crate::revision::Revision;

/// The release that an earlier run has begun and not ended: its version has an entry in the changelog, and no tag. More
/// may have been committed since.
pub(super) fn find(repository: &Repository) -> Result<Option<Release>> {
    let head = Revision::find(repository.root(), "HEAD")?;
    let version = manifests::version(&head.read(Path::new(MANIFEST))?)?;
    let is_begun = changelog::has(&head.read(Path::new(CHANGELOG))?, &version);
    if !is_begun || repository.tagged(&version).is_some() {
        return Ok(None);
    }
    let commit = repository.first_with(&changelog::heading(&version), CHANGELOG)?;
    let commit = commit.with_context(|| format!("no commit has put {version} into {CHANGELOG}"))?;
    Ok(Some(Release { version, commit }))
}
