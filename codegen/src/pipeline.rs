//! Runs the stages, one after the other.

use std::{borrow::Cow, io};

use serde_json::Value;

use crate::{
    api::Api,
    check as rules,
    compare::{
        diff::{self, Diff, Side},
        drift::{self, Drift, DriftError, Expectations, SkeletonError, Upstream},
        prose::{self, SharedProse},
        surface::SurfaceError,
    },
    diagnostic::{Diagnostic, Diagnostics, SourceDiagnostic},
    emit::{self, Generated, Settings, package_files::Package},
    normalize::{self, Prepared},
    progenitor::{self, ProgenitorError},
    source::{Document, config::Config},
    stack,
};

/// The reason why no crate came out of a document.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The document has to be changed.
    #[error(transparent)]
    Document(#[from] Diagnostics),
    /// A mistake in the generator, or a change of progenitor.
    #[error(transparent)]
    Progenitor(#[from] ProgenitorError),
}

/// Returns the code that progenitor alone emits for a document from which the parts that it refuses are removed, to
/// compare that of [`generate`] with.
pub fn bare(document: &Document) -> Result<String, GenerateError> {
    Ok(progenitor::bare(normalize::reduce(document))?)
}

/// Reads the files that a document refers to, and makes one document of all. `read` is given the path of a file from
/// the folder of the document.
///
/// # Errors Files that cannot be read or are outside the folder, references that lead nowhere, and, in a document with
/// extensions of this generator, names of several components and paths that the document lacks.
pub fn bundle(
    document: Document,
    allow_outside: bool,
    read: &mut dyn FnMut(&str) -> io::Result<String>,
) -> Result<Document, Diagnostics> {
    normalize::bundle::bundle(document, allow_outside, read)
}

/// Returns the crate for a document.
///
/// # Errors
/// The errors of the document, as of [`lint`], or one of the generator.
pub fn generate(document: &Document, settings: &Settings) -> Result<Generated, GenerateError> {
    let (Side { document, api, files }, warnings) = emitted(document, settings)?;
    Ok(Generated { files, warnings: document.located(warnings), package: Package::of(&api) })
}

/// Checks a document, and returns the warnings: a crate comes out in spite of them.
///
/// # Errors
/// All errors, in the order of the document's lines. For a text that is not an OpenAPI document, only that
/// error.
pub fn check(document: &Document) -> Result<Vec<Diagnostic>, Diagnostics> {
    lint(document, None)
}

/// Checks a document with a config: see [`check`].
///
/// # Errors
/// The errors of the document, and then those of the config.
pub fn lint(document: &Document, config: Option<&Config>) -> Result<Vec<Diagnostic>, Diagnostics> {
    stack::on_large(|| checked(document, config).map(|Checked { document, warnings, .. }| document.located(warnings)))
}

/// The reason why two documents cannot be compared.
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

/// Compares the crates of two documents, each with its settings.
pub fn diff(old: (&Document, &Settings), new: (&Document, &Settings)) -> Result<Diff, DiffError> {
    let (old, _) = emitted(old.0, old.1).map_err(DiffError::Old)?;
    let (new, _) = emitted(new.0, new.1).map_err(DiffError::New)?;
    Ok(diff::between(&old, &new)?)
}

fn emitted<'d>(
    document: &'d Document,
    settings: &Settings,
) -> Result<(Side<'d>, Vec<SourceDiagnostic>), GenerateError> {
    stack::on_large(|| {
        let Checked { document, merged, warnings } = checked(document, settings.config.as_ref())?;
        let types = progenitor::types(&merged)?;
        let api = Api::read(&document, &merged, &types, &settings.crate_name);
        let files = emit::emit(&api, settings);
        Ok((Side { document, api, files }, warnings))
    })
}

/// Returns the differences between our document and the published one, without those that are expected.
pub fn drift(ours: &Document, upstream: &Upstream, expectations: Expectations) -> Result<Drift, DriftError> {
    check(ours)?;
    drift::drift(ours, upstream, expectations)
}

/// Returns the runs of words that our texts share with the published document.
#[must_use]
pub fn shared_prose(ours: &Document, upstream: &Upstream) -> Vec<SharedProse> {
    prose::shared(ours, upstream)
}

/// Returns the YAML of an operation that only the published document has, without descriptions. The operation is named
/// by its `operationId`, or as in `GET /path`.
///
/// # Errors
/// The published document lacks the operation, ours has it, or the documents cannot be compared.
pub fn skeleton(ours: &Document, upstream: &Upstream, operation: &str) -> Result<String, SkeletonError> {
    stack::on_large(|| drift::skeleton(ours, upstream, operation))
}

/// A document with the keywords of 3.0, without errors.
struct Checked<'d> {
    document: Cow<'d, Document>,
    /// The tree of the document, merged.
    merged: Value,
    /// The parts of the document that the crate lacks, and inferred facts.
    warnings: Vec<SourceDiagnostic>,
}

fn checked<'d>(document: &'d Document, config: Option<&Config>) -> Result<Checked<'d>, Diagnostics> {
    rules::check_format(document)?;
    let Prepared { document, mut warnings, errors: mut of_config } = normalize::prepare(document, config);
    let (document, fixed) = rules::check(document).map_err(|mut errors| {
        errors.0.append(&mut of_config);
        errors
    })?;
    warnings.extend(fixed);
    let merged = normalize::merge(document.root().clone());
    of_config.extend(document.diagnostics(rules::check_type_names(&document, &merged)).0);
    of_config.sort_by_key(|error| error.location.span);
    if of_config.is_empty() { Ok(Checked { document, merged, warnings }) } else { Err(Diagnostics(of_config)) }
}
