//! Holds our document against the one that a service publishes.
//!
//! Operations are matched by method and path, and schemas by the operations that lead to them, because both sides
//! choose their own names. Only what is told apart over the wire counts: not descriptions, and not errors, whose form
//! the envelope gives.

mod bodies;
mod comparison;
mod expected;
mod node;
mod operations;
mod parameters;
mod row;
mod schema;
mod upstream;

pub use expected::{Expectation, Expectations};
pub use row::Row;
pub use upstream::{Upstream, UpstreamError};

use crate::{diagnostic::Diagnostics, normalize, source::Document, stack};

/// What a service's own document says that ours does not, or the other way around.
#[derive(Clone, Debug)]
pub struct Drift {
    /// What nobody expected, in the order of our document's lines.
    pub news: Vec<Row>,
    /// The expectations that apply to nothing any more.
    pub stale: Vec<Expectation>,
    /// How many differences are expected.
    pub expected: usize,
}

/// Why two documents cannot be held against each other.
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

/// Every difference between our document, in which nothing is wrong, and the published one, less those that are expected.
pub(crate) fn drift(ours: &Document, upstream: &Upstream, expectations: Expectations) -> Result<Drift, DriftError> {
    let [ours, theirs] = stack::on_large(|| [ours, &upstream.0].map(normalize::prepare_for_comparison));
    let rows = operations::compare([&ours, &theirs])?.placed(&ours);
    let all = rows.len();
    let (news, stale) = expectations.sift(rows);
    Ok(Drift { expected: all - news.len(), news, stale })
}
