//! What a document must be before a crate can come out of it: one rule, one file.

mod alternatives;
mod applicable;
mod bodies;
mod circles;
mod composition;
mod constraints;
mod discriminators;
mod envelope;
mod examples;
mod extensions;
mod finite;
mod identity;
mod names;
mod operations;
mod outline;
mod parameters;
mod references;
mod resolution;
mod security;
mod servers;
mod shape;
mod supported;
mod type_names;

pub(crate) use type_names::type_names;

use std::borrow::Cow;

use crate::{
    diagnostic::{Diagnostics, Level, NodeDiagnostic, SourceDiagnostic},
    source::Document,
};
use outline::Outline;

type Rule = fn(&Outline<'_>) -> Vec<NodeDiagnostic>;

const RULES: [Rule; 19] = [
    shape::shape,
    references::references,
    operations::operations,
    parameters::parameters,
    constraints::constraints,
    composition::composition,
    finite::finite,
    circles::circles,
    applicable::applicable,
    discriminators::discriminators,
    alternatives::alternatives,
    examples::examples,
    extensions::extensions,
    envelope::envelope,
    bodies::bodies,
    servers::servers,
    security::security,
    supported::supported,
    names::names,
];

/// Whether a document is one that the rules are for.
pub(crate) fn identity(document: &Document) -> Result<(), Diagnostics> {
    let error = identity::identity(document.root());
    error.map_or(Ok(()), |error| Err(document.diagnostics(vec![error])))
}

/// Returns the errors of a document, all at once; or the document with its fixes applied, and the warnings.
///
/// A document with one of our extensions was written for this generator: its author can correct every mistake, so none
/// is fixed. The same goes for a config.
pub(crate) fn check(
    mut document: Cow<'_, Document>,
) -> Result<(Cow<'_, Document>, Vec<SourceDiagnostic>), Diagnostics> {
    let outline = Outline::of(&document);
    let diagnostics = RULES.iter().flat_map(|rule| rule(&outline));
    let is_strict = extensions::are_used(&outline);
    let is_fixed = |diagnostic: &NodeDiagnostic| {
        diagnostic.fix.is_some() && !is_strict && document.is_written_by_hand(&diagnostic.location.at)
    };
    let diagnostics = diagnostics.map(|diagnostic| if is_fixed(&diagnostic) { diagnostic.fixed() } else { diagnostic });
    let (errors, warnings): (Vec<_>, Vec<_>) = diagnostics.partition(|diagnostic| diagnostic.level == Level::Error);
    if !errors.is_empty() {
        return Err(document.diagnostics(errors));
    }
    let fixes: Vec<_> = warnings.iter().filter_map(|warning| warning.fix.as_deref().cloned()).collect();
    let warnings = document.with_origins(warnings);
    if !fixes.is_empty() {
        document.to_mut().apply(fixes);
    }
    match shape::readable(document.root(), document.dialect()) {
        Some(error) => Err(document.diagnostics(vec![error])),
        None => Ok((document, warnings)),
    }
}
