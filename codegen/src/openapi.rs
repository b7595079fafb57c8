//! The meaning of the nodes of an OpenAPI document, and of our extensions.

pub(crate) mod duration;
pub(crate) mod extensions;
pub(crate) mod grammar;
pub(crate) mod media_type;
pub(crate) mod parameter;
pub(crate) mod schema;
pub(crate) mod security;

/// The fields of a path item that hold operations.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
