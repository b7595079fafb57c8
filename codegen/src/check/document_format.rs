use serde_json::{Map, Value};

use crate::{
    diagnostic::{
        NodeDiagnostic,
        wording::{described, quoted},
    },
    source::Pointer,
};

/// Other formats: a node that only they have, their name, and the help for such a document.
const OTHER_FORMATS: [(&str, &str, &str); 18] = [
    ("/swagger", "a Swagger 2.0 document", "convert it to OpenAPI 3.0, for example at https://converter.swagger.io"),
    ("/swaggerVersion", "a Swagger 1 document", "convert it to OpenAPI 3.0"),
    ("/asyncapi", "an AsyncAPI document, which describes messages", "name a document that describes an HTTP API"),
    ("/openrpc", "an OpenRPC document", "name a document that describes an HTTP API with paths"),
    (
        "/arazzo",
        "an Arazzo document, which describes workflows",
        "name the document that its `sourceDescriptions` name",
    ),
    ("/overlay", "an OpenAPI overlay", "apply it to the document that it `extends`, and name the result"),
    ("/info/_postman_id", "a Postman collection", "export the API as OpenAPI 3.0 instead"),
    ("/item", "a Postman collection", "export the API as OpenAPI 3.0 instead"),
    ("/_type", "an Insomnia export", "export the API as OpenAPI 3.0 instead"),
    ("/log/entries", "a HAR file, which records calls", "name a document that describes them"),
    ("/__schema", "a GraphQL schema", "name a document that describes an HTTP API with paths"),
    ("/data/__schema", "a GraphQL schema", "name a document that describes an HTTP API with paths"),
    ("/smithy", "a Smithy model", "export the API as OpenAPI 3.0 instead"),
    ("/discoveryVersion", "a Google API discovery document", "convert it to OpenAPI 3.0"),
    ("/apiVersion", "a Kubernetes resource", "name an OpenAPI document"),
    ("/$schema", "a JSON Schema", "put it under `components: schemas:` of an OpenAPI document"),
    ("/$defs", "a JSON Schema", "put it under `components: schemas:` of an OpenAPI document"),
    ("/properties", "a JSON Schema", "put it under `components: schemas:` of an OpenAPI document"),
];

/// Checks that the root of a document is that of an OpenAPI document, in a version that can be read.
pub(super) fn check(root: &Value) -> Option<NodeDiagnostic> {
    let Some(object) = root.as_object() else {
        let what = if root.is_null() { "empty".to_owned() } else { described(root) };
        return Some(NodeDiagnostic::value(
            Pointer::default(),
            format!("this is not an OpenAPI document: it is {what}"),
            "name a document that starts with `openapi: 3.0.3`",
        ));
    };
    let at = Pointer::default().key("openapi");
    match object.get("openapi") {
        Some(Value::String(version)) if is_supported(version) => check_schema_dialect(object),
        Some(Value::String(version)) => Some(NodeDiagnostic::value(
            at,
            format!("this is OpenAPI {}, but only 3.0 and 3.1 are supported", quoted(version)),
            "write the document in OpenAPI 3.1.1 or 3.0.3",
        )),
        Some(version) => {
            let minor = version.as_number().map(ToString::to_string).filter(|minor| is_supported(minor));
            let help = format!("write `openapi: {}`", minor.map_or("3.0.3".to_owned(), |minor| format!("{minor}.0")));
            Some(NodeDiagnostic::value(at, format!("`openapi` must be text, but is {}", described(version)), help))
        }
        None => {
            let other = OTHER_FORMATS.iter().find(|(pointer, ..)| root.pointer(pointer).is_some());
            Some(match other {
                Some((pointer, what, help)) => {
                    let at = Pointer::default().join(pointer);
                    NodeDiagnostic::key(at, format!("this is not an OpenAPI document, but {what}"), *help)
                }
                None => NodeDiagnostic::value(
                    Pointer::default(),
                    "this is not an OpenAPI document: it has no `openapi`",
                    "name an OpenAPI document, or start this one with `openapi: 3.0.3`",
                ),
            })
        }
    }
}

fn is_supported(version: &str) -> bool {
    ["3.0", "3.1"].iter().any(|minor| {
        let patch = version.strip_prefix(minor);
        patch.is_some_and(|patch| patch.is_empty() || patch.starts_with('.'))
    })
}

/// Checks that the schemas of a 3.1 document are in its default dialect of JSON Schema.
fn check_schema_dialect(document: &Map<String, Value>) -> Option<NodeDiagnostic> {
    const SUPPORTED: [&str; 2] =
        ["https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema"];
    let dialect = document.get("jsonSchemaDialect")?.as_str().unwrap_or_default();
    (!SUPPORTED.contains(&dialect.trim_end_matches('#'))).then(|| {
        NodeDiagnostic::value(
            Pointer::default().key("jsonSchemaDialect"),
            format!("the schema dialect {} is not supported", quoted(dialect)),
            "write them in JSON Schema 2020-12, and leave `jsonSchemaDialect` out",
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(root: &Value) -> String {
        check(root).map(|error| error.message).unwrap_or_default()
    }

    #[test]
    fn openapi_3_0_and_3_1_are_read() {
        for version in ["3.0", "3.0.4", "3.1.1"] {
            assert_eq!(message(&json!({"openapi": version})), "");
        }
        insta::assert_snapshot!(
            message(&json!({"openapi": "3.2.0"})),
            @"this is OpenAPI `3.2.0`, but only 3.0 and 3.1 are supported"
        );
        insta::assert_snapshot!(message(&json!({"openapi": 3.0})), @"`openapi` must be text, but is the number 3.0");
    }

    #[test]
    fn other_formats_are_called_by_their_names() {
        insta::assert_snapshot!(
            message(&json!({"swagger": "2.0"})),
            @"this is not an OpenAPI document, but a Swagger 2.0 document"
        );
        insta::assert_snapshot!(
            message(&json!({"name": "ci"})),
            @"this is not an OpenAPI document: it has no `openapi`"
        );
        insta::assert_snapshot!(message(&Value::Null), @"this is not an OpenAPI document: it is empty");
    }

    #[test]
    fn schemas_are_in_the_default_dialect() {
        let with = |dialect: &str| json!({"openapi": "3.1.0", "jsonSchemaDialect": dialect});
        assert_eq!(message(&with("https://json-schema.org/draft/2020-12/schema#")), "");
        insta::assert_snapshot!(
            message(&with("http://json-schema.org/draft-07/schema")),
            @"the schema dialect `http://json-schema.org/draft-07/schema` is not supported"
        );
    }
}
