use serde_json::Value;

use super::wording::{described, quoted};
use crate::document::{Finding, Pointer};

/// What other formats have at their root, and what to do with such a document.
const OTHER_FORMATS: [(&str, &str, &str); 5] = [
    ("/swagger", "a Swagger 2.0 document", "convert it to OpenAPI 3.0, for example at https://converter.swagger.io"),
    ("/asyncapi", "an AsyncAPI document, which describes messages", "name a document that describes an HTTP API"),
    ("/info/_postman_id", "a Postman collection", "export the API as OpenAPI 3.0 instead"),
    ("/item", "a Postman collection", "export the API as OpenAPI 3.0 instead"),
    ("/$schema", "a JSON Schema", "put it under `components: schemas:` of an OpenAPI document"),
];

/// Why a document is no OpenAPI document, so that nothing else can be said of it.
pub(super) fn identity(root: &Value) -> Option<Finding> {
    let Some(object) = root.as_object() else {
        let what = if root.is_null() { "empty".to_owned() } else { described(root) };
        return Some(Finding::value(
            Pointer::default(),
            format!("this is not an OpenAPI document: it is {what}"),
            "name a document that starts with `openapi: 3.0.3`",
        ));
    };
    let at = Pointer::default().key("openapi");
    match object.get("openapi") {
        Some(Value::String(version)) if version == "3.0" || version.starts_with("3.0.") => None,
        Some(Value::String(version)) => Some(Finding::value(
            at,
            format!("this is OpenAPI {}, and only 3.0 can be read", quoted(version)),
            "write the document in OpenAPI 3.0.3: what differs most is that 3.0 says `nullable: true` where 3.1 says \
             `type: [string, 'null']`",
        )),
        Some(version) => Some(Finding::value(
            at,
            format!("`openapi` must be text, and is {}", described(version)),
            "write `openapi: 3.0.3`",
        )),
        None => {
            let other = OTHER_FORMATS.iter().find(|(pointer, ..)| root.pointer(pointer).is_some());
            Some(match other {
                Some((pointer, what, help)) => {
                    let at = Pointer::default().join(pointer);
                    Finding::key(at, format!("this is not an OpenAPI document, but {what}"), *help)
                }
                None => Finding::value(
                    Pointer::default(),
                    "this is not an OpenAPI document: it has no `openapi`",
                    "name an OpenAPI document, or start this one with `openapi: 3.0.3`",
                ),
            })
        }
    }
}
