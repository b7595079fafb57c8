//! An OpenAPI document in, the files of a typed client crate out.
//!
//! `source -> normalize -> check -> progenitor -> api -> emit`: see `docs/architecture.md`. The library is pure: it
//! reads a [`Document`] and returns [`File`]s; the same document gives the same bytes.

mod api;
mod check;
mod compare;
mod diagnostic;
mod emit;
mod json;
mod names;
mod normalize;
mod openapi;
mod package;
mod pipeline;
mod pointer;
mod progenitor;
mod source;
mod stack;

pub use compare::{
    drift::{Difference, Drift, DriftError, Expectation, Expectations, SkeletonError, Upstream, UpstreamError},
    prose::SharedProse,
    surface::{Item, Surface, SurfaceError},
};
pub use diagnostic::{Diagnostic, Diagnostics, Kind, Level, Location, Span};
pub use emit::{File, Generated, Settings, package_files::Surroundings};
pub use package::is_crate_name;
pub use pipeline::{GenerateError, bare, bundle, check, drift, generate, lint, shared_prose, skeleton};
pub use pointer::Pointer;
pub use progenitor::ProgenitorError;
pub use source::{Document, config::Config};

/// The changes between two documents, for users of the emitted crate.
pub mod diff {
    pub use crate::{
        compare::diff::{Change, ChangeKind, Diff, RustChange, Subject, Verdict, between_files},
        pipeline::{DiffError, diff as between},
    };
}
