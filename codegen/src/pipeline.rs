//! The stages, one after the other.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    api::Api,
    check as rules,
    compare::{
        diff::{self, Diff, Side},
        drift::{self, Drift, DriftError, Expectations, Upstream},
        surface::SurfaceError,
    },
    diagnostic::{Diagnostic, Diagnostics, NodeDiagnostic},
    emit::{self, Generated, Settings, starter::Package},
    normalize::{
        infer::{self, Agreed},
        merge, upgrade,
    },
    progenitor::{self, ProgenitorError},
    source::{Document, config::Config},
    stack,
};

/// Why no crate came out of a document.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The document has to be changed.
    #[error(transparent)]
    Document(#[from] Diagnostics),
    /// A mistake in the generator, or a new progenitor.
    #[error(transparent)]
    Progenitor(#[from] ProgenitorError),
}

/// What progenitor alone emits for a document: what [`generate`] is measured against.
pub fn bare(document: &Document) -> Result<String, GenerateError> {
    Ok(progenitor::bare(document.root().clone())?)
}

/// The same for a document that progenitor alone does not take, with as little changed as makes it do so.
pub fn bare_of_any(document: &Document) -> Result<String, GenerateError> {
    let (document, _) = upgrade::lower(document);
    let mut root = document.root().clone();
    merge::bare::reduce(&mut root);
    Ok(progenitor::bare(root)?)
}

/// The crate that a document describes.
///
/// # Errors
/// What is wrong with the document, as [`lint`] says it, or with the generator.
pub fn generate(document: &Document, settings: &Settings) -> Result<Generated, GenerateError> {
    stack::on_large(|| {
        let Checked { document, merged, warnings } = checked(document, settings.config.as_ref())?;
        let types = progenitor::types(&merged)?;
        let api = Api::read(&merged, &types, &settings.crate_name);
        let files = emit::emit(&api, settings);
        Ok(Generated { files, warnings: document.located(warnings), package: Package::of(&api) })
    })
}

/// Checks a document, and returns the warnings: a crate comes out in spite of them.
///
/// # Errors
/// All errors, in the order of the document's lines. A document that is not an OpenAPI document at all gets just the one
/// that says so.
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

/// Compares the crates that two documents give, each with its settings.
pub fn diff(old: (&Document, &Settings), new: (&Document, &Settings)) -> Result<Diff, DiffError> {
    let old = side(old).map_err(DiffError::Old)?;
    let new = side(new).map_err(DiffError::New)?;
    Ok(diff::between(&old, &new)?)
}

fn side<'d>((document, settings): (&'d Document, &Settings)) -> Result<Side<'d>, GenerateError> {
    stack::on_large(|| {
        let Checked { document, merged, .. } = checked(document, settings.config.as_ref())?;
        let types = progenitor::types(&merged)?;
        let api = Api::read(&merged, &types, &settings.crate_name);
        let files = emit::emit(&api, settings);
        Ok(Side { document, api, files })
    })
}

/// Every difference between our document and the published one, less those that are expected.
pub fn drift(ours: &Document, upstream: &Upstream, expectations: Expectations) -> Result<Drift, DriftError> {
    check(ours)?;
    drift::drift(ours, upstream, expectations)
}

/// A document in the words of 3.0 that nothing is wrong with.
struct Checked<'d> {
    document: Cow<'d, Document>,
    /// The same with the parts of each `allOf` merged.
    merged: Value,
    /// What the crate does not say although the document does.
    warnings: Vec<NodeDiagnostic>,
}

fn checked<'d>(document: &'d Document, config: Option<&Config>) -> Result<Checked<'d>, Diagnostics> {
    rules::check_format(document)?;
    let (document, mut warnings) = upgrade::lower(document);
    let Agreed { document, warnings: inferred, errors: mut of_config } = infer::agree(document, config);
    let (document, fixed) = rules::check(document).map_err(|mut errors| {
        errors.0.append(&mut of_config);
        errors
    })?;
    warnings.extend(inferred.into_iter().chain(fixed));
    let merged = merge::lower(document.root().clone());
    of_config.extend(document.diagnostics(rules::check_type_names(&document, &merged)).0);
    if of_config.is_empty() { Ok(Checked { document, merged, warnings }) } else { Err(Diagnostics(of_config)) }
}
