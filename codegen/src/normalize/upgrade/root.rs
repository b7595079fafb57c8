use serde_json::{Map, Value};

use super::site::Site;

/// Takes away what 3.1 has beside the operations of an API, and adds the `paths` that 3.0 wants.
pub(super) fn reduce(root: &mut Value, site: &mut Site) {
    let Some(document) = root.as_object_mut() else { return };
    document.insert("openapi".to_owned(), Value::from("3.0.3"));
    document.entry("paths").or_insert_with(|| Value::Object(Map::new()));
    document.shift_remove("jsonSchemaDialect");
    if document.shift_remove("webhooks").is_some_and(|webhooks| webhooks != Value::Object(Map::new())) {
        let help = "nothing has to be done: what receives them is no part of a client";
        site.note("webhooks", "webhooks are passed over: it is the service that calls them", help);
    }
    if let Some(info) = super::object(document.get_mut("info")) {
        info.shift_remove("summary");
        if let Some(license) = super::object(info.get_mut("license")) {
            license.shift_remove("identifier");
        }
    }
    drop_client_certificates(root, site);
}

/// 3.0 knows no certificates of the client's.
fn drop_client_certificates(root: &mut Value, site: &mut Site) {
    let schemes = super::object(root.pointer_mut("/components/securitySchemes"));
    let Some(schemes) = schemes else { return };
    schemes.retain(|name, scheme| {
        let is_certificate = scheme.get("type").is_some_and(|kind| kind == "mutualTLS");
        if is_certificate {
            let help = "give the client an HTTP client that has the certificate";
            site.enter("components", |site| {
                site.enter("securitySchemes", |site| {
                    site.note(name, "certificates of the client's are not set up by the crate", help);
                });
            });
        }
        !is_certificate
    });
}
