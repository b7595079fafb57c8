//! The rules that a document must follow before a crate can be generated from it. Each file has one rule.

mod bodies;
mod composition;
mod constraints;
mod cycles;
mod descriptions;
mod discriminators;
mod document_format;
mod envelope;
mod examples;
mod extensions;
mod grammar;
mod integers;
mod keywords;
mod names;
mod operations;
mod outline;
mod parameters;
mod placeholders;
mod references;
mod required_cycles;
mod resolution;
mod security;
mod servers;
#[cfg(test)]
mod tests;
mod type_names;
mod union_bounds;
mod unsupported;

pub(crate) use type_names::check_type_names;

use std::borrow::Cow;

use crate::{
    diagnostic::{Diagnostics, Level, NodeDiagnostic, SourceDiagnostic},
    source::Document,
};
use outline::Outline;

type Rule = fn(&Outline<'_>) -> Vec<NodeDiagnostic>;

const RULES: [Rule; 22] = [
    grammar::check,
    references::check,
    operations::check,
    parameters::check,
    constraints::check,
    integers::check,
    composition::check,
    required_cycles::check,
    cycles::check,
    keywords::check,
    discriminators::check,
    union_bounds::check,
    examples::check,
    extensions::check,
    descriptions::check,
    envelope::check,
    bodies::check,
    servers::check,
    security::check,
    unsupported::check,
    names::check,
    placeholders::check,
];

/// Checks that a document is an OpenAPI document of a version that can be read. The rules are only for those.
pub(crate) fn check_format(document: &Document) -> Result<(), Diagnostics> {
    let error = document_format::check(document.root());
    error.map_or(Ok(()), |error| Err(document.diagnostics(vec![error])))
}

/// Returns all errors of a document at once; or the document with fixes applied, and its warnings.
///
/// A document with an extension of this generator was written for it: its author can correct every mistake, so none is
/// fixed. Neither are mistakes in a config.
pub(crate) fn check(
    mut document: Cow<'_, Document>,
) -> Result<(Cow<'_, Document>, Vec<SourceDiagnostic>), Diagnostics> {
    let outline = Outline::new(&document);
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
    match grammar::check_readable(document.root(), document.dialect()) {
        Some(error) => Err(document.diagnostics(vec![error])),
        None => Ok((document, warnings)),
    }
}
