//! From a document as it was written to one that says the same in fewer ways.

pub(crate) mod infer;
pub(crate) mod merge;
pub(crate) mod upgrade;
