//! An OpenAPI document in, the files of a typed client crate out.
//!
//! `load -> conventions -> check -> lower -> progenitor -> refine -> lay out -> files`: see `docs/architecture.md`. The library is
//! pure: it reads a [`Document`] and returns [`File`]s; the same document gives the same bytes.

mod check;
mod complaint;
mod config;
mod conventions;
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
mod starter;
mod surface;
mod wildcard;

pub use complaint::{Complaint, Complaints, Place};
pub use config::Config;
pub use document::{Document, Pointer};
pub use drift::{Drift, DriftError, Expectation, Expectations, Row, Upstream, UpstreamError, drift};
pub use starter::{Surroundings, is_crate_name};
pub use surface::{Item, Surface, SurfaceError};

use serde_json::Value;

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
    /// What is said of the document beside it.
    pub config: Option<Config>,
}

impl Settings {
    /// The settings of a crate of this name.
    pub fn new(crate_name: impl Into<String>) -> Self {
        Self { crate_name: crate_name.into(), config: None }
    }

    /// With what a person says of the document.
    #[must_use]
    pub fn config(self, config: Option<Config>) -> Self {
        Self { config, ..self }
    }
}

/// What comes out of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The source files of the crate, in the order of their paths.
    pub files: Vec<File>,
    /// What the crate does not say although the document does, in the order of the document's lines.
    pub notes: Vec<Complaint>,
    package: starter::Package,
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

/// Everything that is wrong with a document, all at once.
///
/// # Errors
/// The complaints, in the order of the document's lines. A document that is not an OpenAPI 3.0 document at all gets
/// just the one that says so.
pub fn check(document: &Document) -> Result<(), Complaints> {
    lint(document, None).map(drop)
}

/// Everything that is wrong with a document and with what is said of it, or else what the crate will be like although
/// the document does not say so.
///
/// # Errors
/// The complaints, those of the document first, each in the order of the lines.
pub fn lint(document: &Document, config: Option<&Config>) -> Result<Vec<Complaint>, Complaints> {
    lower(document, config).map(|(_, notes)| notes)
}

fn lower(document: &Document, config: Option<&Config>) -> Result<(Value, Vec<Complaint>), Complaints> {
    let mut agreed = conventions::agree(document.root().clone(), config);
    let findings = check::findings(&agreed);
    let complaints = agreed.complaints(document, findings);
    if !complaints.0.is_empty() {
        return Err(complaints);
    }
    let notes = document.complaints(std::mem::take(&mut agreed.notes)).0;
    let lowered = lower::lower(std::mem::take(&mut agreed.root));
    let complaints = agreed.complaints(document, agreed.unused_type_names(&lowered));
    if complaints.0.is_empty() { Ok((lowered, notes)) } else { Err(complaints) }
}

/// The crate that a document describes.
pub fn generate(document: &Document, settings: &Settings) -> Result<Generated, GenerateError> {
    let Emitted { model, files, notes } = emit(document, settings)?;
    Ok(Generated { files, notes, package: starter::Package::of(&model) })
}

struct Emitted {
    model: model::Model,
    files: Vec<File>,
    notes: Vec<Complaint>,
}

fn emit(document: &Document, settings: &Settings) -> Result<Emitted, GenerateError> {
    let (lowered, notes) = lower(document, settings.config.as_ref())?;
    let model = model::Model::read(&lowered, &settings.crate_name)?;
    let emitted = progenitor::run(lowered, &model)?;
    let code = refine::refine(emitted, &model)?;
    let files = layout::lay_out(&code, &model);
    Ok(Emitted { model, files, notes })
}
