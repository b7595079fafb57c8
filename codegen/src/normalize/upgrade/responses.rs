use serde_json::{Value, json};

use super::{site::Site, walk::walk};
use crate::openapi::grammar::Kind;

/// Adds a successful response to each operation without `responses`, which 3.0 requires.
pub(super) fn add_missing(root: &mut Value, site: &mut Site) {
    walk(root, site, &mut |kind, value, site| {
        let Some(operation) = value.as_object_mut().filter(|_| kind == Kind::Operation) else { return };
        if !operation.contains_key("responses") {
            let help = "describe the response under `responses`";
            site.warn_of_node("this operation has no `responses`, so the crate ignores the body of its response", help);
            operation.insert("responses".to_owned(), json!({ "2XX": { "description": "" } }));
        }
    });
}
