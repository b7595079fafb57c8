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
mod touched;
mod types;
mod values;

pub use row::{Change, Row, RustChange, Subject, Verdict};

use std::borrow::Cow;

use crate::{
    Document, Emitted, File, GenerateError, Settings,
    model::Model,
    stack,
    surface::{Surface, SurfaceError},
};
use rows::Rows;
use touched::Touched;

/// What a change of the document means for users of the emitted crate.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Diff {
    /// The worst of the rows; none where the same crate comes out of both documents.
    pub verdict: Option<Verdict>,
    /// What breaks comes first, then what is added, then what no program notices.
    pub rows: Vec<Row>,
}

/// Why two documents cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// No crate comes out of the older document.
    #[error(transparent)]
    Old(GenerateError),
    /// No crate comes out of the newer document.
    #[error(transparent)]
    New(GenerateError),
    /// The emitted code cannot be read.
    #[error(transparent)]
    Surface(#[from] SurfaceError),
}

/// One of the two documents, and what comes out of it.
struct Side<'d> {
    document: Cow<'d, Document>,
    model: Model,
    files: Vec<File>,
    surface: Surface,
}

/// Compares the crates that two documents give, each with its settings.
pub fn between(old: (&Document, &Settings), new: (&Document, &Settings)) -> Result<Diff, DiffError> {
    let old = Side::of(old, DiffError::Old)?;
    let new = Side::of(new, DiffError::New)?;
    let mut rows = Rows::new(&old, &new);
    client::compare(&mut rows, &old.model, &new.model);
    operations::compare(&mut rows, &old.model, &new.model);
    types::compare(&mut rows, &old.model, &new.model);
    let rows = rows.finish(old.files != new.files);
    Ok(Diff { verdict: rows.iter().map(|row| row.verdict).max(), rows })
}

/// Compares two emitted crates by their files alone: what has changed although the document has not.
pub fn between_files(old: &[File], new: &[File]) -> Result<Vec<RustChange>, SurfaceError> {
    let touched = Touched::between(&Surface::read(old)?, &Surface::read(new)?);
    Ok(touched.into_changes())
}

fn emitted<'d>(
    document: &'d Document,
    settings: &Settings,
) -> Result<(Cow<'d, Document>, Model, Vec<File>), GenerateError> {
    let (document, lowered, _) = crate::lower(document, settings.config.as_ref())?;
    let settings = settings.clone();
    let work = move || {
        let Emitted { model, code, files } = crate::emit(lowered, &settings)?;
        Ok(((model, files), code))
    };
    let ((model, files), ()) = stack::with_room(work, || ())?;
    Ok((document, model, files))
}

impl<'d> Side<'d> {
    fn of(
        (document, settings): (&'d Document, &Settings),
        failed: impl FnOnce(GenerateError) -> DiffError,
    ) -> Result<Self, DiffError> {
        let (document, model, files) = emitted(document, settings).map_err(failed)?;
        let surface = Surface::read(&files)?;
        Ok(Self { document, model, files, surface })
    }
}
