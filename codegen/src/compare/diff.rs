//! What a change of the document means for users of the emitted crate.
//!
//! Both documents are emitted, and the public APIs of both crates compared: whether a change is breaking is read off
//! the code, never guessed from the document. The document says what the change is, and why it shows in Rust as it does.
//! An item that differs although no change of the document explains it is a change of its own.

mod apis;
mod change;
mod changes;
mod client;
mod constraints;
mod deprecations;
mod enum_values;
mod fields;
mod matches;
mod operations;
mod parameters;
mod renames;
#[cfg(test)]
mod tests;
mod types;
mod union_variants;
mod verdict;
mod waiters;

pub use change::{Change, ChangeKind, RustChange, Subject};
pub use verdict::Verdict;

use std::borrow::Cow;

use crate::{
    api::Api,
    compare::surface::{Surface, SurfaceError},
    emit::File,
    source::Document,
};
use apis::Apis;
use changes::Changes;
use renames::Renames;
use verdict::rust_changes;

/// The changes between two documents, for users of the emitted crate.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The worst verdict; none where the same crate comes out of both documents.
    pub verdict: Option<Verdict>,
    /// Breaking changes first, then additive ones, then invisible ones.
    pub changes: Vec<Change>,
}

/// One of the two documents, with its API and its emitted files.
pub(crate) struct Side<'d> {
    pub(crate) document: Cow<'d, Document>,
    pub(crate) api: Api,
    pub(crate) files: Vec<File>,
}

/// Compares the crates that two documents give.
pub(crate) fn between(old: &Side<'_>, new: &Side<'_>) -> Result<Diff, SurfaceError> {
    let rust = rust_changes(&Surface::read(&old.files)?, &Surface::read(&new.files)?);
    let mut changes = Changes::new(old, new, rust);
    client::compare(&mut changes, &old.api, &new.api);
    let renames = Renames::find(&old.api, &new.api);
    let apis = Apis { old: &old.api, new: &new.api, renames: &renames };
    operations::compare(&mut changes, apis);
    types::compare(&mut changes, apis);
    let changes = changes.finish(old.files != new.files);
    Ok(Diff { verdict: changes.iter().map(|change| change.verdict).max(), changes })
}

/// Compares two emitted crates by their files alone: what has changed although the document has not.
pub fn between_files(old: &[File], new: &[File]) -> Result<Vec<RustChange>, SurfaceError> {
    Ok(rust_changes(&Surface::read(old)?, &Surface::read(new)?).into_values().collect())
}
