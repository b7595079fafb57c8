//! Brings a document into the one form that the later stages read.
//!
//! There are two steps, with the check between them: the nodes of the document that [`prepare`] returns have locations,
//! which diagnostics need; [`merge`] relies on a document without errors, and returns JSON without locations.

pub(crate) mod bundle;
mod infer;
mod inheritance;
pub(crate) mod merge;
mod upgrade;

use std::borrow::Cow;

use serde_json::Value;

pub(crate) use merge::merge;

use crate::{
    diagnostic::{Diagnostic, SourceDiagnostic},
    source::{Document, config::Config},
};

/// A document of OpenAPI 3.0 with the inferred facts and the overrides of a config.
pub(crate) struct Prepared<'d> {
    pub(crate) document: Cow<'d, Document>,
    pub(crate) warnings: Vec<SourceDiagnostic>,
    /// Errors of the config: overrides that contradict each other, or apply to nothing.
    pub(crate) errors: Vec<Diagnostic>,
}

/// Upgrades a document, adds the inferred facts and the overrides of a config, and makes unions of the bases that
/// others inherit from.
pub(crate) fn prepare<'d>(document: &'d Document, config: Option<&Config>) -> Prepared<'d> {
    let (document, upgraded) = upgrade::upgrade(document);
    let mut warnings = document.warnings().to_vec();
    warnings.extend(upgraded);
    let Prepared { mut document, warnings: inferred, errors } = infer::infer(document, config);
    warnings.extend(inferred);
    let left = inheritance::replace(&mut document);
    warnings.extend(document.with_origins(left));
    Prepared { document, warnings, errors }
}

/// Upgrades a document, so that its facts can be written in the keywords of 3.0.
pub(crate) fn upgrade(document: &Document) -> Document {
    upgrade::upgrade(document).0.into_owned()
}

/// Upgrades a document and merges each `allOf`, so that two documents can be compared. Every node keeps its location.
pub(crate) fn prepare_for_comparison(document: &Document) -> Document {
    let (mut document, _) = upgrade::upgrade(document);
    inheritance::replace(&mut document);
    let mut document = document.into_owned();
    merge::composition::merge_in_place(document.root_mut());
    document
}

/// Upgrades a document, and removes the parts that bare progenitor does not accept.
pub(crate) fn reduce(document: &Document) -> Value {
    let (document, _) = upgrade::upgrade(document);
    let mut root = document.root().clone();
    merge::bare::reduce(&mut root);
    root
}
