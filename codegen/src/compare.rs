//! What changes between two documents: for the users of the crates that they give, and in what they say.

pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod surface;
