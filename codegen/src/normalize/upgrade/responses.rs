use serde_json::{Value, json};

use super::{site::Site, walk::walk};
use crate::openapi::grammar::Kind;

/// Adds a successful response to each operation without `responses`, which 3.0 requires.
pub(super) fn add_missing(root: &mut Value, site: &mut Site) {
    walk(root, site, &mut |kind, value, site| {
        let Some(operation) = value.as_object_mut().filter(|_| kind == Kind::Operation) else { return };
        if !operation.contains_key("responses") {
            let help = "describe under `responses` what comes back";
            site.warn_of_node("nothing is said of what this operation answers, and the crate passes it over", help);
            operation.insert("responses".to_owned(), json!({ "2XX": { "description": "" } }));
        }
    });
}
