//! What OpenAPI is, and what it says in extensions of ours.

pub(crate) mod duration;
pub(crate) mod extensions;
pub(crate) mod grammar;
pub(crate) mod media_type;
pub(crate) mod parameter;
pub(crate) mod schema;
pub(crate) mod security;

/// The methods under which a path item holds operations.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
