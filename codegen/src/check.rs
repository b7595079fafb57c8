//! The rules that a document must follow before a crate can be generated from it. Each file has one rule.

mod bodies;
mod composition;
mod constraints;
mod cycles;
mod descriptions;
mod discriminators;
mod document_format;
mod enum_values;
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
    diagnostic::{Diagnostics, Fix, Level, NodeDiagnostic, SourceDiagnostic},
    source::Document,
};
use outline::Outline;

type Rule = fn(&Outline<'_>) -> Vec<NodeDiagnostic>;

/// The rules that the others rely on: each object has its fields, and each reference leads to an object of its kind.
const STRUCTURE: [Rule; 2] = [grammar::check, references::check];

const RULES: [Rule; 21] = [
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
    enum_values::check,
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

/// How often the structure of a document is fixed: what was no object before can have mistakes itself.
const MAX_STRUCTURAL_FIXES: usize = 8;

/// Returns all errors of a document at once; or the document with fixes applied, and its warnings.
///
/// A document with an extension of this generator was written for it: its author can correct every mistake, so none is
/// fixed. Neither are mistakes in a config.
pub(crate) fn check(
    mut document: Cow<'_, Document>,
) -> Result<(Cow<'_, Document>, Vec<SourceDiagnostic>), Diagnostics> {
    let mut fixed = Vec::new();
    for round in 0.. {
        let outline = Outline::new(&document);
        let is_strict = extensions::are_used(&outline);
        let fix = |diagnostic: NodeDiagnostic| {
            let is_fixed =
                diagnostic.fix.is_some() && !is_strict && document.is_written_by_hand(&diagnostic.location.at);
            if is_fixed { diagnostic.fixed() } else { diagnostic }
        };
        let mut diagnostics: Vec<_> = STRUCTURE.iter().flat_map(|rule| rule(&outline)).map(fix).collect();
        let has_fixes = diagnostics.iter().any(|diagnostic| applied_fix(diagnostic).is_some());
        if !has_fixes || round == MAX_STRUCTURAL_FIXES {
            diagnostics.extend(RULES.iter().flat_map(|rule| rule(&outline)).map(fix));
            let errors: Vec<_> = diagnostics.extract_if(.., |diagnostic| diagnostic.level == Level::Error).collect();
            if !errors.is_empty() {
                return Err(document.diagnostics(errors));
            }
            fixed.extend(apply(&mut document, diagnostics));
            break;
        }
        diagnostics.retain(|diagnostic| applied_fix(diagnostic).is_some());
        fixed.extend(apply(&mut document, diagnostics));
    }
    match grammar::check_readable(document.root(), document.dialect()) {
        Some(error) => Err(document.diagnostics(vec![error])),
        None => Ok((document, fixed)),
    }
}

/// Returns the fix of a warning, if it changes the document.
fn applied_fix(diagnostic: &NodeDiagnostic) -> Option<&Fix> {
    diagnostic.fix.as_deref().filter(|fix| diagnostic.level == Level::Warning && fix.node().is_some())
}

/// Applies the fixes of warnings, and finds where the warnings are written.
fn apply(document: &mut Cow<'_, Document>, warnings: Vec<NodeDiagnostic>) -> Vec<SourceDiagnostic> {
    let fixes: Vec<_> = warnings.iter().filter_map(applied_fix).cloned().collect();
    let warnings = document.with_origins(warnings);
    if !fixes.is_empty() {
        document.to_mut().apply(fixes);
    }
    warnings
}
