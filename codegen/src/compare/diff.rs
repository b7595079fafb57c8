//! What a change of the document means for users of the emitted crate.
//!
//! Both documents are emitted, and the public APIs of both crates compared: whether a change is breaking is read off
//! the code, never guessed from the document. The document says what the change is, and why it shows in Rust as it does.
//! What shows in Rust and is explained by no row of the document's is a row of its own.

mod alternatives;
mod client;
mod constraints;
mod fields;
mod names;
mod operations;
mod parameters;
mod row;
mod rows;
mod types;
mod values;
mod verdict;

pub use row::{Change, Row, RustChange, Subject};
pub use verdict::Verdict;

use std::borrow::Cow;

use crate::{
    api::Api,
    compare::surface::{Surface, SurfaceError},
    emit::File,
    source::Document,
};
use rows::Rows;
use verdict::rust_changes;

/// What a change of the document means for users of the emitted crate.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Diff {
    /// The worst of the rows; none where the same crate comes out of both documents.
    pub verdict: Option<Verdict>,
    /// What breaks comes first, then what is added, then what no program notices.
    pub rows: Vec<Row>,
}

/// One of the two documents, and what comes out of it.
pub(crate) struct Side<'d> {
    pub(crate) document: Cow<'d, Document>,
    pub(crate) api: Api,
    pub(crate) files: Vec<File>,
}

/// Compares the crates that two documents give.
pub(crate) fn between(old: &Side<'_>, new: &Side<'_>) -> Result<Diff, SurfaceError> {
    let rust = rust_changes(&Surface::read(&old.files)?, &Surface::read(&new.files)?);
    let mut rows = Rows::new(old, new, rust);
    client::compare(&mut rows, &old.api, &new.api);
    operations::compare(&mut rows, &old.api, &new.api);
    types::compare(&mut rows, &old.api, &new.api);
    let rows = rows.finish(old.files != new.files);
    Ok(Diff { verdict: rows.iter().map(|row| row.verdict).max(), rows })
}

/// Compares two emitted crates by their files alone: what has changed although the document has not.
pub fn between_files(old: &[File], new: &[File]) -> Result<Vec<RustChange>, SurfaceError> {
    Ok(rust_changes(&Surface::read(old)?, &Surface::read(new)?).into_values().collect())
}
