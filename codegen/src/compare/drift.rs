//! The differences between our document and the one that a service publishes.
//!
//! Operations are matched by method and path, and schemas by the operations that lead to them, because both sides
//! choose their own names. Only what affects requests and responses counts: not descriptions, and not errors, whose
//! form the envelope gives.

mod bodies;
mod comparison;
mod difference;
mod document_node;
mod expected;
mod operations;
mod parameters;
mod resolved_schema;
mod skeleton;
mod upstream;

pub use difference::Difference;
pub use expected::{Expectation, Expectations};
pub use skeleton::SkeletonError;
pub(crate) use skeleton::skeleton;
pub use upstream::{Upstream, UpstreamError};

use crate::{diagnostic::Diagnostics, normalize, source::Document, stack};

/// The differences between our document and the published one.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The differences that are not expected, in the order of our document's lines.
    pub unexpected: Vec<Difference>,
    /// The expectations that no difference meets any more.
    pub stale: Vec<Expectation>,
    /// The number of expected differences.
    pub expected: usize,
}

/// Why two documents cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DriftError {
    /// Our document has to be right before it can be compared.
    #[error(transparent)]
    Document(#[from] Diagnostics),
    /// No operation is in both.
    #[error("none of its operations is in {0}, so it describes another API")]
    AnotherApi(String),
    /// References lead to references that lead to more, without an end that could be waited for.
    #[error("its schemas refer to each other in more ways than can be compared")]
    TooEntangled,
}

/// Compares our document, which has been checked, with the published one.
pub(crate) fn drift(ours: &Document, upstream: &Upstream, expectations: Expectations) -> Result<Drift, DriftError> {
    let [ours, theirs] = stack::on_large(|| [ours, &upstream.0].map(normalize::prepare_for_comparison));
    let differences = operations::compare([&ours, &theirs])?.differences.located(&ours);
    let all = differences.len();
    let (unexpected, stale) = expectations.sift(differences);
    Ok(Drift { expected: all - unexpected.len(), unexpected, stale })
}
