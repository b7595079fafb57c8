//! An OpenAPI document in, the files of a typed client crate out.
//!
//! `load -> dialect -> check -> lower -> progenitor -> refine -> lay out -> files`: see `docs/architecture.md`. The
//! library is pure: it reads a [`Document`] and returns [`File`]s; the same document gives the same bytes.

mod check;
mod complaint;
mod dialect;
pub mod diff;
mod document;
mod drift;
mod duration;
mod example;
mod layout;
mod lower;
mod media_type;
mod model;
mod names;
mod progenitor;
mod refine;
mod surface;

use std::borrow::Cow;

pub use complaint::{Complaint, Complaints, Place};
pub use document::{Document, Pointer};
pub use drift::{Drift, DriftError, Expectation, Expectations, Row, Upstream, UpstreamError, drift};
pub use surface::{Item, Surface, SurfaceError};

/// A file of the emitted crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it belongs, below the crate's folder, with `/` between the parts: `src/client.rs`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// What the document does not say of the crate.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the crate's package.
    pub crate_name: String,
    /// Whether there is a `guide.rs` beside `src`: a module of pages to read, which is made a part of the crate.
    pub guide: bool,
}

impl Settings {
    /// The settings of a crate of this name, without a guide.
    pub fn new(crate_name: impl Into<String>) -> Self {
        Self { crate_name: crate_name.into(), guide: false }
    }
}

/// What comes out of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The source files of the crate, in the order of their paths.
    pub files: Vec<File>,
    /// What the crate does not say although the document does, in the order of the document's lines.
    pub notes: Vec<Complaint>,
}

/// Why no crate came out of a document.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The document has to be changed.
    #[error(transparent)]
    Document(#[from] Complaints),
    /// A pass of the generator did not find what it works on: a mistake in the generator, or a new progenitor.
    #[error("{pass}: {problem}; this is a fault of the generator, not of the document")]
    Pass {
        /// The pass.
        pass: &'static str,
        /// What it did not find.
        problem: String,
    },
}

/// What progenitor alone emits for a document: what [`generate`] is measured against.
pub fn bare(document: &Document) -> Result<String, GenerateError> {
    progenitor::bare(document.root().clone())
}

/// The crate that a document describes.
///
/// # Errors
/// What is wrong with the document, as [`check`] says it, or with the generator.
pub fn generate(document: &Document, settings: &Settings) -> Result<Generated, GenerateError> {
    emit(document, settings).map(|Emitted { files, notes, .. }| Generated { files, notes })
}

/// Everything that is wrong with a document, all at once. What a crate comes out in spite of is returned as notes.
///
/// # Errors
/// The complaints, in the order of the document's lines. A document that is not an OpenAPI document at all gets just
/// the one that says so.
pub fn check(document: &Document) -> Result<Vec<Complaint>, Complaints> {
    read(document).map(|(_, notes)| notes)
}

/// A crate, and the document as it was when nothing was wrong with it any more.
struct Emitted<'d> {
    document: Cow<'d, Document>,
    model: model::Model,
    files: Vec<File>,
    notes: Vec<Complaint>,
}

fn emit<'d>(document: &'d Document, settings: &Settings) -> Result<Emitted<'d>, GenerateError> {
    let (document, notes) = read(document)?;
    let lowered = lower::lower(document.root().clone());
    let model = model::Model::read(&lowered, &settings.crate_name);
    let emitted = progenitor::run(lowered, &model)?;
    let code = refine::refine(emitted, &model)?;
    let files = layout::lay_out(&code, &model, settings);
    Ok(Emitted { document, model, files, notes })
}

/// A document in the words of 3.0 that nothing is wrong with, and notes on what it has lost on the way there.
fn read(document: &Document) -> Result<(Cow<'_, Document>, Vec<Complaint>), Complaints> {
    check::identity(document)?;
    let (document, mut notes) = dialect::lower(document);
    let (document, slips) = check::check(document)?;
    notes.extend(slips);
    notes.sort_by_key(|note| note.place);
    Ok((document, notes))
}
