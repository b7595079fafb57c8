//! Turns a document into one that says the same in fewer ways: one pass, one file, one reason.
//!
//! [`check`](crate::check) has seen to it that a pass finds what it looks for. A pass may leave [`marks`] for the [model](crate::api).

mod aliases;
pub(super) mod bare;
pub(crate) mod composition;
pub(crate) mod constraints;
pub(crate) mod contents;
mod directions;
pub(crate) mod envelope;
mod errors;
mod inline;
pub(crate) mod marks;
mod naming;
pub(crate) mod nullables;
mod references;
mod rename;
pub(crate) mod schemas;
mod unions;
pub(crate) mod variants;

use serde_json::Value;

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
