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
mod suggestion;
mod supported;
mod type_names;
mod wording;

pub(crate) use type_names::type_names;

use std::borrow::Cow;

use crate::{
    diagnostic::Complaints,
    source::{Document, Finding, Severity},
};
use outline::Outline;

type Rule = fn(&Outline<'_>) -> Vec<Finding>;

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

/// Whether a document is one of a kind that anything else can be said of.
pub(crate) fn identity(document: &Document) -> Result<(), Complaints> {
    let finding = identity::identity(document.root());
    finding.map_or(Ok(()), |finding| Err(document.complaints(vec![finding])))
}

/// Everything that is wrong with a document, all at once; or the document with its slips mended, and a note on each.
///
/// A document with one of our extensions was written for this generator: its author can mend every slip, so none is
/// passed over. A config is written for it, too.
pub(crate) fn check(mut document: Cow<'_, Document>) -> Result<(Cow<'_, Document>, Vec<Finding>), Complaints> {
    let outline = Outline::of(&document);
    let findings = RULES.iter().flat_map(|rule| rule(&outline));
    let is_strict = extensions::are_used(&outline);
    let is_slip = |finding: &Finding| match finding.severity {
        Severity::Error => false,
        Severity::Loss => true,
        Severity::Note(_) | Severity::Mended(..) => !is_strict && document.is_written_by_hand(&finding.at),
    };
    let (slips, mut errors): (Vec<_>, Vec<_>) = findings.partition(is_slip);
    if !errors.is_empty() {
        return Err(document.complaints(errors));
    }
    let mends = slips.iter().filter_map(|slip| match &slip.severity {
        Severity::Mended(mend) => Some(mend.as_ref().clone()),
        _ => None,
    });
    let mends: Vec<_> = mends.collect();
    let notes = document.settled(slips.into_iter().map(Finding::passed_over).collect());
    if !mends.is_empty() {
        document.to_mut().mend(mends);
    }
    errors.extend(shape::readable(document.root(), document.dialect()));
    if errors.is_empty() { Ok((document, notes)) } else { Err(document.complaints(errors)) }
}
