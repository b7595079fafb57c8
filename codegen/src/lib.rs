//! An OpenAPI document in, the files of a typed client crate out.
//!
//! `load -> check -> lower -> progenitor -> refine -> lay out -> files`: see `docs/architecture.md`. The library is
//! pure: it reads a [`Document`] and returns [`File`]s; the same document gives the same bytes.

mod check;
mod complaint;
pub mod diff;
mod document;
mod drift;
mod duration;
mod example;
mod layout;
mod lower;
mod model;
mod names;
mod progenitor;
mod refine;
mod surface;

pub use check::check;
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

/// The source files of the crate that a document describes, in the order of their paths. `crate_name` is the name of
/// its package.
pub fn generate(document: &Document, crate_name: &str) -> Result<Vec<File>, GenerateError> {
    emit(document, crate_name).map(|(_, files)| files)
}

fn emit(document: &Document, crate_name: &str) -> Result<(model::Model, Vec<File>), GenerateError> {
    check(document)?;
    let lowered = lower::lower(document.root().clone());
    let model = model::Model::read(&lowered, crate_name)?;
    let emitted = progenitor::run(lowered, &model)?;
    let code = refine::refine(emitted, &model)?;
    let files = layout::lay_out(&code, &model);
    Ok((model, files))
}
