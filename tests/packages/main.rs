//! The packages of the workspace, and what is published of them.

mod emitted_crate;
mod public_api;
mod published;
mod workspace;
