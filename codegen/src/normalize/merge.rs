//! Merges each `allOf`, and reduces a document to the forms that become Rust types: one pass, one file.
//!
//! The passes rely on a document without errors. A pass may leave [`marks`] for the [model](crate::api).

pub(super) mod bare;
pub(crate) mod composition;
pub(crate) mod constraints;
mod directions;
pub(crate) mod envelope;
mod errors;
mod files;
mod inline_types;
mod integers;
pub(crate) mod marks;
mod media_types;
mod newtypes;
pub(crate) mod nullables;
mod references;
pub(crate) mod schemas;
mod secret_objects;
#[cfg(test)]
mod tests;
mod type_aliases;
mod type_names;
mod unions;
pub(crate) mod variants;

use serde_json::Value;

type Pass = fn(&mut Value);

const PASSES: [Pass; 16] = [
    references::resolve,
    media_types::choose,
    type_names::name_components,
    composition::merge,
    integers::set_formats,
    envelope::unwrap,
    errors::extract,
    unions::normalize,
    type_aliases::inline,
    newtypes::move_bounds,
    files::mark,
    nullables::move_to_references,
    inline_types::name,
    type_names::apply_overrides,
    directions::split,
    secret_objects::mark,
];

/// Returns the document after all passes.
pub(crate) fn merge(mut root: Value) -> Value {
    for pass in PASSES {
        pass(&mut root);
    }
    root
}
