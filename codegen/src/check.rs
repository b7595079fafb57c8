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
mod type_names;
mod wording;

pub(crate) use type_names::type_names;

use crate::{conventions::Agreed, document::Finding};
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

/// Everything that is wrong with a document, all at once. One that is no OpenAPI document gets just the one that says
/// so.
pub(crate) fn findings(agreed: &Agreed<'_>) -> Vec<Finding> {
    if let Some(finding) = identity::identity(&agreed.root) {
        return vec![finding];
    }
    let outline = Outline::of(agreed);
    let mut findings: Vec<_> = RULES.iter().flat_map(|rule| rule(&outline)).collect();
    if findings.is_empty() {
        findings.extend(shape::readable(&agreed.root));
    }
    findings
}
