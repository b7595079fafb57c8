use anyhow::Result;
use chrono::Utc;
use codegen::diff::Verdict;
use semver::Version;
use similar::TextDiff;

use super::{
    CHANGELOG, LOCK, MANIFEST, Release, changelog, changes::Changes, checkout::Checkout, manifests,
    next_version::next_version, refused, repository::Repository,
};

/// Makes the commit of the next release, away from the branch, and shows its changes. Returns nothing if there is no
/// commit since the last release.
pub(super) fn next<'r>(
    repository: &'r Repository,
    branch: &str,
    stated: Option<&Version>,
) -> Result<Option<(Checkout<'r>, Release)>> {
    let last = repository.last_release()?;
    let head = repository.head()?;
    if let Some(last) = last.as_ref().filter(|last| repository.tagged(last).as_deref() == Some(&head)) {
        println!("{last} is released, and there is no commit on {branch} since");
        return Ok(None);
    }

    let checkout = Checkout::new(repository, &head)?;
    let manifest = checkout.read(MANIFEST)?;
    let written = manifests::version(&manifest)?;
    let changes = match &last {
        Some(last) => Changes::since(repository, &format!("refs/tags/v{last}"), &checkout)?,
        None => Changes::default(),
    };
    let version = next_version(last.as_ref(), &written, &changes, stated)?;
    if let Some(commit) = repository.tagged(&version) {
        return Err(refused(format!(
            "v{version} is the tag of {commit}, which is not in {branch}; merge it, or give another version with --version"
        )));
    }
    show(last.as_ref(), &version, &changes);

    let log = checkout.read(CHANGELOG)?;
    let lock = checkout.read(LOCK)?;
    let edits = [
        (CHANGELOG, changelog::add_entry(&log, &version, Utc::now().date_naive(), &changes), log),
        (MANIFEST, manifests::with_version(&manifest, &version)?, manifest),
        (LOCK, manifests::lock_with_version(&lock, &written, &version)?, lock),
    ];
    for (file, new, old) in &edits {
        print!("{}", TextDiff::from_lines(old, new).unified_diff().header(file, file));
        checkout.write(file, new)?;
    }
    let commit = checkout.repository().commit(&[CHANGELOG, MANIFEST, LOCK], &subject(&version))?;
    Ok(Some((checkout, Release { version, commit })))
}

/// Returns the message of a release commit.
pub(super) fn subject(version: &Version) -> String {
    format!("Release {version}")
}

fn show(last: Option<&Version>, version: &Version, changes: &Changes) {
    let Some(last) = last else {
        println!("{version} is the first release: there is no tag like v{version} yet\n");
        return;
    };
    let count = |verdict| changes.lines.iter().filter(|line| line.verdict == verdict).count();
    let [breaking, additive, invisible] = [Verdict::Breaking, Verdict::Additive, Verdict::Invisible].map(count);
    println!("{version} comes after {last}: {breaking} breaking, {additive} additive, {invisible} invisible changes");
    for line in &changes.lines {
        println!("  {line}");
    }
    println!();
}
