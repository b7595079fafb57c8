//! What a document must be before a crate can come out of it: one rule, one file.

mod constraints;
mod envelope;
mod examples;
mod extensions;
mod grammar;
mod identity;
mod names;
mod operations;
mod outline;
mod parameters;
mod references;
mod resolution;
mod shape;
mod suggestion;
mod supported;
mod wording;

use crate::{Complaints, Document, document::Finding};
use outline::Outline;

type Rule = fn(&Outline<'_>) -> Vec<Finding>;

const RULES: [Rule; 10] = [
    shape::shape,
    references::references,
    operations::operations,
    parameters::parameters,
    constraints::constraints,
    examples::examples,
    extensions::extensions,
    envelope::envelope,
    supported::supported,
    names::names,
];

/// Everything that is wrong with a document, all at once.
///
/// # Errors
/// The complaints, in the order of the document's lines. A document that is not an OpenAPI 3.0 document at all gets
/// just the one that says so.
pub fn check(document: &Document) -> Result<(), Complaints> {
    let findings = findings(document);
    if findings.is_empty() { Ok(()) } else { Err(document.complaints(findings)) }
}

fn findings(document: &Document) -> Vec<Finding> {
    if let Some(finding) = identity::identity(document.root()) {
        return vec![finding];
    }
    let outline = Outline::of(document.root());
    let mut findings: Vec<_> = RULES.iter().flat_map(|rule| rule(&outline)).collect();
    if findings.is_empty() {
        findings.extend(shape::readable(document.root()));
    }
    findings
}
