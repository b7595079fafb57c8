use serde_json::{Map, Value};

use super::site::Site;
use crate::{json::object_mut, openapi::walk::Step};

/// Removes the fields of the root that 3.0 does not have, and adds the `paths` that 3.0 requires.
pub(super) fn reduce(root: &mut Value, site: &mut Site) {
    let Some(document) = root.as_object_mut() else { return };
    document.insert("openapi".to_owned(), Value::from("3.0.3"));
    document.entry("paths").or_insert_with(|| Value::Object(Map::new()));
    document.shift_remove("jsonSchemaDialect");
    if document.shift_remove("webhooks").is_some_and(|webhooks| webhooks != Value::Object(Map::new())) {
        let help = "no change is needed: a client does not receive webhooks";
        site.warn("webhooks", "the crate leaves out webhooks: the service calls them", help);
    }
    for (keys, field) in [(["info"].as_slice(), "summary"), (&["info", "license"], "identifier")] {
        object_mut(root, keys).and_then(|object| object.shift_remove(field));
    }
    remove_client_certificates(root, site);
}

/// Removes the security schemes of client certificates, which 3.0 does not have.
fn remove_client_certificates(root: &mut Value, site: &mut Site) {
    let Some(schemes) = object_mut(root, &["components", "securitySchemes"]) else { return };
    schemes.retain(|name, scheme| {
        let is_certificate = scheme.get("type").is_some_and(|kind| kind == "mutualTLS");
        if is_certificate {
            let help = "give the client an HTTP client with the certificate";
            site.enter(Step::Named("components", "securitySchemes"), |site| {
                site.warn(name, "the crate does not set up client certificates", help);
            });
        }
        !is_certificate
    });
}
