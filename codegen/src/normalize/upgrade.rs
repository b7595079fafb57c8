//! Turns an OpenAPI 3.1 document into one that says the same in the words of 3.0.3: one pass, one file, one reason.
//!
//! Nothing after it knows the difference, except for [what a complaint advises](Dialect). A pass that puts a node
//! elsewhere says so, and complaints go on pointing into the text. What 3.0 has no words for becomes a note. A 3.0
//! document that refers to what is no component has it made one, too.

mod alternatives;
mod booleans;
mod bounds;
mod constants;
mod content;
mod examples;
mod keywords;
mod nesting;
mod path_items;
mod responses;
mod root;
mod siblings;
mod site;
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
use site::Site;
use walk::walk;

type DocumentPass = fn(&mut Value, &mut Site);
type SchemaPass = fn(&mut Map<String, Value>, &mut Site);

const OF_DOCUMENT: [DocumentPass; 4] = [root::reduce, path_items::inline, responses::add, nesting::name];

const OF_SCHEMA: [SchemaPass; 9] = [
    keywords::set_aside,
    siblings::wrap,
    alternatives::without_null,
    constants::list,
    types::one,
    bounds::flag,
    examples::first,
    tuples::list,
    content::format,
];

/// A document in the words of 3.0, with notes on what it does not say any more.
pub(super) fn upgrade(document: &Document) -> (Cow<'_, Document>, Vec<SourceDiagnostic>) {
    if document.dialect() == Dialect::V3_0 && !nesting::is_in(document.root()) {
        return (Cow::Borrowed(document), Vec::new());
    }
    let mut root = document.root().clone();
    let mut site = Site::new(document.origins().clone());
    if document.dialect() == Dialect::V3_0 {
        nesting::name(&mut root, &mut site);
        return (Cow::Owned(document.with_tree(root, site.origins)), Vec::new());
    }
    for pass in OF_DOCUMENT {
        pass(&mut root, &mut site);
    }
    walk(&mut root, &mut site, &mut |kind, value, site| {
        if kind != Kind::Schema {
            return;
        }
        booleans::open(value, site);
        let Some(schema) = value.as_object_mut() else { return };
        for pass in OF_SCHEMA {
            pass(schema, site);
        }
    });
    (Cow::Owned(document.with_tree(root, site.origins)), site.warnings)
}
