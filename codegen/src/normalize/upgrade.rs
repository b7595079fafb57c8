//! Upgrades an OpenAPI 3.1 document: replaces the keywords of 3.1 with those of 3.0.3. One pass, one file.
//!
//! The later stages cannot tell the versions apart, except for [the help of diagnostics](Dialect). A pass records the
//! nodes that it moves, so that diagnostics keep their locations, and warns of keywords that 3.0 does not have. In a
//! 3.0 document, only references change, each of which then leads to a component of its kind, and the schemas that are
//! written as in 3.1.

mod booleans;
mod constants;
mod copies;
mod examples;
mod exclusive_bounds;
mod keywords;
mod nested_components;
mod null_variants;
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
    json::{elements, values},
    openapi::grammar::Kind,
    source::{Dialect, Document},
};

pub(crate) use {site::Site, walk::walk};

type DocumentPass = fn(&mut Value, &mut Site);
type SchemaPass = fn(&mut Map<String, Value>, &mut Site);

const OF_DOCUMENT: [DocumentPass; 5] =
    [root::reduce, copies::inline, nested_components::name, copies::remove_path_items, responses::add_missing];

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

/// The passes for a 3.0 document, which may refer to any node.
const OF_DOCUMENT_3_0: [DocumentPass; 3] = [copies::inline, nested_components::name, copies::remove_path_items];

/// The passes for the schemas of a 3.0 document that are written as in another version of JSON Schema.
const OF_SCHEMA_3_0: [SchemaPass; 5] =
    [null_variants::remove, constants::replace, types::reduce_to_one, exclusive_bounds::replace, tuples::replace];

/// Returns a document with the keywords of 3.0, and warnings of the keywords that are left out.
pub(super) fn upgrade(document: &Document) -> (Cow<'_, Document>, Vec<SourceDiagnostic>) {
    let root = document.root();
    let is_3_0 = document.dialect() == Dialect::V3_0;
    let is_odd = || {
        nested_components::are_in(root)
            || copies::are_needed(Kind::Document, root)
            || values(root).any(|value| newer_keyword(value).is_some())
    };
    if is_3_0 && !is_odd() {
        return (Cow::Borrowed(document), Vec::new());
    }
    let mut root = root.clone();
    let mut site = Site::new(document.origins().clone());
    let of_document = if is_3_0 { OF_DOCUMENT_3_0.as_slice() } else { &OF_DOCUMENT };
    for pass in of_document {
        pass(&mut root, &mut site);
    }
    walk(&mut root, &mut site, &mut |kind, value, site| {
        if kind != Kind::Schema {
            return;
        }
        if is_3_0 {
            let Some(keyword) = newer_keyword(value) else { return };
            let help = "write `openapi: 3.1.1`, or the keywords of 3.0";
            site.warn(keyword, format!("`{keyword}` is like this only in OpenAPI 3.1, and read as there"), help);
        } else {
            booleans::replace(value, site);
        }
        let Some(schema) = value.as_object_mut() else { return };
        let passes = if is_3_0 { OF_SCHEMA_3_0.as_slice() } else { &OF_SCHEMA };
        for pass in passes {
            pass(schema, site);
        }
    });
    (Cow::Owned(document.with_tree(root, site.origins)), site.warnings)
}

/// Returns a keyword of a 3.0 schema that is written as in another version of JSON Schema.
fn newer_keyword(schema: &Value) -> Option<&'static str> {
    let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
    let is_newer = |keyword: &&str| match (*keyword, schema.get(keyword)) {
        ("type", Some(kind)) => kind.is_array() || kind == "null",
        ("exclusiveMinimum" | "exclusiveMaximum", Some(bound)) => bound.is_number(),
        ("oneOf" | "anyOf", variants) => elements(variants).any(is_null),
        ("items", Some(items)) => items.is_array(),
        ("const", value) => value.is_some(),
        _ => false,
    };
    ["type", "exclusiveMinimum", "exclusiveMaximum", "oneOf", "anyOf", "items", "const"].into_iter().find(is_newer)
}
