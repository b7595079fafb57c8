//! An OpenAPI document in, the files of a typed client crate out.
//!
//! `load -> dialect -> conventions -> check -> lower -> progenitor -> refine -> lay out -> files`: see
//! `docs/architecture.md`. The library is pure: it reads a [`Document`] and returns [`File`]s; the same document gives
//! the same bytes.

mod check;
mod complaint;
mod config;
mod conventions;
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
mod prose;
mod refine;
mod stack;
mod starter;
mod surface;
mod wildcard;

use std::borrow::Cow;

use serde_json::Value;

pub use complaint::{Complaint, Complaints, Place};
pub use config::Config;
pub use document::{Document, Pointer};
pub use drift::{Drift, DriftError, Expectation, Expectations, Row, Upstream, UpstreamError, drift};
pub use starter::{Surroundings, is_crate_name};
pub use surface::{Item, Surface, SurfaceError};

use conventions::Agreed;
use document::Finding;

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
    /// Whether there is a `guide.rs` beside `src`: a module of pages to read, which is made a part of the crate.
    pub guide: bool,
}

impl Settings {
    /// The settings of a crate of this name, without a guide.
    pub fn new(crate_name: impl Into<String>) -> Self {
        Self { crate_name: crate_name.into(), config: None, guide: false }
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

/// The same for a document that progenitor alone does not take, with as little changed as makes it do so.
pub fn bare_of_any(document: &Document) -> Result<String, GenerateError> {
    let (document, _) = dialect::lower(document);
    let mut root = document.root().clone();
    lower::bare::reduce(&mut root);
    progenitor::bare(root)
}

/// The crate that a document describes.
///
/// # Errors
/// What is wrong with the document, as [`lint`] says it, or with the generator.
pub fn generate(document: &Document, settings: &Settings) -> Result<Generated, GenerateError> {
    let (document, lowered, notes) = lower(document, settings.config.as_ref())?;
    let settings = settings.clone();
    let work = move || {
        let Emitted { model, code, files } = emit(lowered, &settings)?;
        Ok(((files, starter::Package::of(&model)), (model, code)))
    };
    let ((files, package), notes) = stack::with_room(work, move || document.placed(notes))?;
    Ok(Generated { files, notes, package })
}

/// Everything that is wrong with a document, all at once. What a crate comes out in spite of is returned as notes.
///
/// # Errors
/// The complaints, in the order of the document's lines. A document that is not an OpenAPI document at all gets just
/// the one that says so.
pub fn check(document: &Document) -> Result<Vec<Complaint>, Complaints> {
    lint(document, None)
}

/// The same of a document with what is said of it.
///
/// # Errors
/// The complaints about the document, and then those about the config.
pub fn lint(document: &Document, config: Option<&Config>) -> Result<Vec<Complaint>, Complaints> {
    lower(document, config).map(|(document, _, notes)| document.placed(notes))
}

/// A crate, and what it was made of.
struct Emitted {
    model: model::Model,
    code: refine::Code,
    files: Vec<File>,
}

/// The crate that a lowered document describes. It takes a [stack with room](stack).
fn emit(lowered: Value, settings: &Settings) -> Result<Emitted, GenerateError> {
    let model = model::Model::read(&lowered, &settings.crate_name);
    let structs = progenitor::run(lowered, &model)?;
    let code = refine::refine(structs, &model)?;
    let files = layout::lay_out(&code, &model, settings);
    Ok(Emitted { model, code, files })
}

type Lowered<'d> = (Cow<'d, Document>, Value, Vec<Finding>);

/// A document in the words of 3.0 that nothing is wrong with, its lowered tree, and notes on what it has lost on the
/// way there. What is merged can be many times as deep as the document, and the caller's stack small.
fn lower<'d>(document: &'d Document, config: Option<&Config>) -> Result<Lowered<'d>, Complaints> {
    stack::on_large(|| lower_here(document, config))
}

fn lower_here<'d>(document: &'d Document, config: Option<&Config>) -> Result<Lowered<'d>, Complaints> {
    check::identity(document)?;
    let (document, mut notes) = dialect::lower(document);
    let Agreed { document, notes: found, complaints: mut unused } = conventions::agree(document, config);
    let checked = check::check(document);
    let (document, slips) = checked.map_err(|mut complaints| {
        complaints.0.append(&mut unused);
        complaints
    })?;
    notes.extend(found.into_iter().chain(slips));
    let lowered = lower::lower(document.root().clone());
    unused.extend(document.complaints(conventions::unused_type_names(&document, &lowered)).0);
    if !unused.is_empty() {
        return Err(Complaints(unused));
    }
    Ok((document, lowered, notes))
}
