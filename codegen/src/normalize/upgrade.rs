//! Upgrades an OpenAPI 3.1 document: replaces the keywords of 3.1 with those of 3.0.3. One pass, one file.
//!
//! The later stages cannot tell the versions apart, except for [the help of diagnostics](Dialect). A pass records the
//! nodes that it moves, so that diagnostics keep their locations, and warns of keywords that 3.0 does not have. In a
//! 3.0 document, only the schemas that are referred to and no components become components.

mod booleans;
mod constants;
mod examples;
mod exclusive_bounds;
mod keywords;
mod nested_schemas;
mod null_variants;
mod path_items;
mod references;
mod responses;
mod root;
mod site;
mod string_content;
#[cfg(test)]
mod tests;
mod tuples;
mod types;
mod walk;

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{
    diagnostic::SourceDiagnostic,
    openapi::grammar::Kind,
    source::{Dialect, Document},
};

pub(crate) use {site::Site, walk::walk};

type DocumentPass = fn(&mut Value, &mut Site);
type SchemaPass = fn(&mut Map<String, Value>, &mut Site);

const OF_DOCUMENT: [DocumentPass; 4] = [root::reduce, path_items::inline, responses::add_missing, nested_schemas::name];

const OF_SCHEMA: [SchemaPass; 9] = [
    keywords::remove_unsupported,
    references::wrap,
    null_variants::remove,
    constants::replace,
    types::reduce_to_one,
    exclusive_bounds::replace,
    examples::keep_first,
    tuples::replace,
    string_content::replace,
];

/// Returns a document with the keywords of 3.0, and warnings of the keywords that are left out.
pub(super) fn upgrade(document: &Document) -> (Cow<'_, Document>, Vec<SourceDiagnostic>) {
    if document.dialect() == Dialect::V3_0 && !nested_schemas::are_in(document.root()) {
        return (Cow::Borrowed(document), Vec::new());
    }
    let mut root = document.root().clone();
    let mut site = Site::new(document.origins().clone());
    if document.dialect() == Dialect::V3_0 {
        nested_schemas::name(&mut root, &mut site);
        return (Cow::Owned(document.with_tree(root, site.origins)), Vec::new());
    }
    for pass in OF_DOCUMENT {
        pass(&mut root, &mut site);
    }
    walk(&mut root, &mut site, &mut |kind, value, site| {
        if kind != Kind::Schema {
            return;
        }
        booleans::replace(value, site);
        let Some(schema) = value.as_object_mut() else { return };
        for pass in OF_SCHEMA {
            pass(schema, site);
        }
    });
    (Cow::Owned(document.with_tree(root, site.origins)), site.warnings)
}
