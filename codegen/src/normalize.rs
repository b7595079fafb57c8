//! Turns a document into one that says the same in fewer ways.
//!
//! There are two steps, and the check is between them: the nodes of what [`prepare`] returns still have their places in
//! the text, which diagnostics need; [`merge`] relies on a document without errors, and returns JSON without places.

pub(crate) mod bundle;
mod infer;
pub(crate) mod merge;
mod upgrade;

use std::borrow::Cow;

use serde_json::Value;

pub(crate) use merge::merge;

use crate::{
    diagnostic::{Diagnostic, SourceDiagnostic},
    source::{Document, config::Config},
};

/// A document of OpenAPI 3.0 with everything that is inferred and that a config adds.
pub(crate) struct Prepared<'d> {
    pub(crate) document: Cow<'d, Document>,
    pub(crate) warnings: Vec<SourceDiagnostic>,
    /// Entries of the config that contradict each other, or apply to nothing.
    pub(crate) errors: Vec<Diagnostic>,
}

/// Upgrades a document, and adds what is inferred and what a config says.
pub(crate) fn prepare<'d>(document: &'d Document, config: Option<&Config>) -> Prepared<'d> {
    let (document, upgraded) = upgrade::upgrade(document);
    let mut warnings = document.warnings().to_vec();
    warnings.extend(upgraded);
    let prepared = infer::infer(document, config);
    warnings.extend(prepared.warnings);
    Prepared { warnings, ..prepared }
}

/// Upgrades a document, and removes what progenitor alone does not accept.
pub(crate) fn reduce(document: &Document) -> Value {
    let (document, _) = upgrade::upgrade(document);
    let mut root = document.root().clone();
    merge::bare::reduce(&mut root);
    root
}
