//! Turns a document into one that says the same in fewer ways: one pass, one file, one reason.
//!
//! [`check`](crate::check) has seen to it that a pass finds what it looks for. A pass may leave notes for the [model](crate::api) in extensions whose names start with `x-lowered-`.

mod aliases;
pub(super) mod bare;
pub(crate) mod composition;
pub(crate) mod constraints;
pub(crate) mod contents;
mod directions;
pub(crate) mod envelope;
mod errors;
mod inline;
mod naming;
pub(crate) mod nullables;
mod references;
mod rename;
pub(crate) mod schemas;
mod unions;
pub(crate) mod variants;

use serde_json::Value;

/// On the document: the names that it has for types whose names are others.
pub(crate) const DOCUMENT_NAMES: &str = "x-lowered-document-names";
/// On an operation: the status of each error response, with its `description` and its `schema`.
pub(crate) const ERRORS: &str = "x-lowered-errors";
/// On a schema: `request`, `response` or `both`.
pub(crate) const ROLE: &str = "x-lowered-role";
/// On a property: a PATCH can keep, reset or set it.
pub(crate) const PATCH: &str = "x-lowered-patch";
/// On a schema that was split off for requests: the name of the one for responses.
pub(crate) const INPUT_OF: &str = "x-lowered-input-of";
/// On a schema that had no name of its own: where it was found first.
pub(crate) const FOUND_AT: &str = "x-lowered-found-at";

/// On an alternative that was put together with what stands beside it: the name that it had.
pub(crate) const FROM: &str = "x-lowered-from";

type Pass = fn(&mut Value);

const PASSES: [Pass; 13] = [
    references::resolve,
    contents::choose,
    naming::types,
    composition::merge,
    envelope::unwrap,
    errors::fold,
    unions::normalize,
    aliases::inline,
    contents::mark_files,
    nullables::hand_over,
    inline::name,
    rename::types,
    directions::split,
];

/// The document after all passes.
pub(crate) fn merge(mut root: Value) -> Value {
    for pass in PASSES {
        pass(&mut root);
    }
    root
}
