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

/// What a person says of the crate.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether there is a `guide.rs` beside `src`: a module of pages to read, which is made a part of the crate.
    pub guide: bool,
}

impl<'a> From<&'a str> for Package<'a> {
    /// A package of this name, without a guide.
    fn from(name: &'a str) -> Self {
        Self { name, guide: false }
    }
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

/// The source files of the crate that a document describes, in the order of their paths.
pub fn generate<'a>(document: &Document, package: impl Into<Package<'a>>) -> Result<Vec<File>, GenerateError> {
    emit(document, package.into()).map(|(_, files)| files)
}

fn emit(document: &Document, package: Package) -> Result<(model::Model, Vec<File>), GenerateError> {
    check(document)?;
    let lowered = lower::lower(document.root().clone());
    let model = model::Model::read(&lowered, package.name)?;
    let emitted = progenitor::run(lowered, &model)?;
    let code = refine::refine(emitted, &model)?;
    let files = layout::lay_out(&code, &model, package);
    Ok((model, files))
}
