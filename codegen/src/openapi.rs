//! The meaning of the nodes of an OpenAPI document, and of our extensions.

pub(crate) mod duration;
pub(crate) mod extensions;
pub(crate) mod grammar;
pub(crate) mod integers;
pub(crate) mod media_type;
pub(crate) mod operation;
pub(crate) mod parameter;
pub(crate) mod reference;
pub(crate) mod schema;
pub(crate) mod security;
pub(crate) mod server;
pub(crate) mod walk;

/// The beginning of a description that nobody has written yet.
pub(crate) const PLACEHOLDER: &str = "To be described";
