//! The OpenAPI document: its operations, and the schemas of their requests and responses.

mod operation;
mod path;
mod schema;
mod shape;

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use axum::http::Method;
use serde_json::{Value, json};

pub(crate) use operation::Operation;
pub(crate) use schema::{Schema, Violation};
pub(crate) use shape::Shape;

use path::PathTemplate;

/// The paths of the API that the document does not have, one in each line.
const OTHER_PATHS: &str = include_str!("document/other_paths.txt");

const TEXT: &str = include_str!("../openapi.yaml");

static EMBEDDED: LazyLock<Result<Document, DocumentError>> = LazyLock::new(|| Document::parse(TEXT));

/// The part of an OpenAPI document that the simulator uses.
pub(crate) struct Document {
    text: String,
    tree: Value,
    operations: Vec<Operation>,
    other_paths: Vec<PathTemplate>,
    refusal: Schema,
    environment: Environment,
}

/// The names of the environment variables that point a client at a server.
pub(crate) struct Environment {
    pub(crate) url: String,
    pub(crate) key: String,
    pub(crate) secret: String,
}

/// The target of a request.
pub(crate) enum Route<'a> {
    /// An operation, with the decoded path parameters by name.
    Operation(&'a Operation, Vec<(&'a str, String)>),
    /// A path of the document with a method that it does not have. These are the methods that it has.
    OtherMethods(Vec<&'a Method>),
    /// A path of the API that the document does not have.
    NotSimulated,
    /// A path that the API does not have.
    UnknownPath,
}

/// The embedded document cannot be used, which is a bug of this package.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The document is not YAML.
    #[error("the embedded document is not YAML")]
    Syntax(#[from] serde_yaml::Error),
    /// The document lacks a part.
    #[error("the embedded document has no {0}")]
    Missing(String),
}

impl Document {
    /// Returns the document of this package, parsed once in each process.
    pub(crate) fn embedded() -> Result<&'static Self, &'static DocumentError> {
        EMBEDDED.as_ref()
    }

    pub(crate) fn parse(text: &str) -> Result<Self, DocumentError> {
        let tree: Value = serde_yaml::from_str(text)?;
        let components = schema::components(&tree);
        let of_requests = Arc::new(schema::components_of_requests(&components));
        let components = Arc::new(schema::components_of_responses(&components));
        Ok(Self {
            operations: operation::read_all(&tree, &components, &of_requests)?,
            other_paths: OTHER_PATHS.lines().map(PathTemplate::read).collect(),
            refusal: Schema::new(&json!({ "$ref": "#/components/schemas/ErrorEnvelope" }), &components),
            environment: Environment {
                url: text_at(&tree, "/servers/0/x-environment")?,
                key: text_at(&tree, "/components/securitySchemes/key/x-environment/username")?,
                secret: text_at(&tree, "/components/securitySchemes/key/x-environment/password")?,
            },
            tree,
            text: text.to_owned(),
        })
    }

    /// Returns the document as it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn tree(&self) -> &Value {
        &self.tree
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the schema of all refusals, also of those whose status an operation does not declare.
    pub(crate) fn refusal(&self) -> &Schema {
        &self.refusal
    }

    pub(crate) fn operations(&self) -> impl ExactSizeIterator<Item = &Operation> {
        self.operations.iter()
    }

    /// Returns all permissions that operations need.
    pub(crate) fn permissions(&self) -> BTreeSet<&str> {
        self.operations.iter().flat_map(Operation::permissions).collect()
    }

    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id() == id)
    }

    pub(crate) fn route(&self, method: &Method, path: &str) -> Route<'_> {
        let found = self.operations.iter().filter_map(|it| Some((it, it.parameters_in(path)?)));
        let found: Vec<_> = found.collect();
        // A path without a parameter comes before one that has it: `postgres/prometheus` is no `postgres/{postgresId}`.
        let fewest = found.iter().map(|(_, parameters)| parameters.len()).min();
        let mut others = Vec::new();
        for (operation, parameters) in found {
            if Some(parameters.len()) != fewest {
                continue;
            }
            if operation.method() == method {
                return Route::Operation(operation, parameters);
            }
            others.push(operation.method());
        }
        if !others.is_empty() {
            Route::OtherMethods(others)
        } else if self.other_paths.iter().any(|template| template.parameters_in(path).is_some()) {
            Route::NotSimulated
        } else {
            Route::UnknownPath
        }
    }
}

fn text_at(tree: &Value, pointer: &str) -> Result<String, DocumentError> {
    let text = tree.pointer(pointer).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| DocumentError::Missing(pointer.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_compiles_and_takes_the_examples_of_the_document() {
        let document = Document::embedded().unwrap();
        assert_eq!(document.operations().len(), 123);
        for operation in document.operations() {
            let examples = operation.examples(document.tree());
            assert!(!examples.is_empty(), "{}", operation.id());
            for (schema, example) in examples {
                assert_eq!(schema.violations(&example), [], "{}: {example}", operation.id());
            }
            for schema in operation.schemas() {
                assert!(schema.compiles(), "{}", operation.id());
            }
        }
    }

    #[test]
    fn paths_of_the_rest_of_the_api_are_known() {
        let document = Document::embedded().unwrap();
        for path in ["/v1/organizations/a/udfs", "/v1/organizations/a/udfs/b"] {
            assert!(matches!(document.route(&Method::GET, path), Route::NotSimulated), "{path}");
        }
        for path in ["/", "/v1", "/v1/v1/organizations", "/v1/organizations/a/nothing", "/v1/organizations/a/udfs/b/"] {
            assert!(matches!(document.route(&Method::GET, path), Route::UnknownPath), "{path}");
        }
    }

    #[test]
    fn a_path_without_a_parameter_comes_before_one_with_it() {
        let document = Document::embedded().unwrap();
        for (path, id) in [
            ("/v1/organizations/a/postgres/prometheus", "getOrganizationPostgresPrometheus"),
            ("/v1/organizations/a/postgres/b", "getPostgresService"),
        ] {
            let Route::Operation(operation, _) = document.route(&Method::GET, path) else { panic!("no route: {path}") };
            assert_eq!(operation.id(), id);
        }
        let path = "/v1/organizations/a/postgres/prometheus";
        assert!(
            matches!(document.route(&Method::DELETE, path), Route::OtherMethods(methods) if methods == [&Method::GET])
        );
    }

    #[test]
    fn paths_are_split_before_they_are_decoded() {
        let document = Document::embedded().unwrap();
        let path = "/v1/organizations/a%2fb/services/..";
        let Route::Operation(operation, parameters) = document.route(&Method::GET, path) else { panic!("no route") };
        assert_eq!(operation.id(), "getService");
        assert_eq!(parameters, [("organizationId", "a/b".to_owned()), ("serviceId", "..".to_owned())]);
        assert!(matches!(document.route(&Method::GET, "/v1/organizations//services"), Route::UnknownPath));
        assert!(matches!(document.route(&Method::PUT, path), Route::OtherMethods(methods) if methods.len() == 3));
    }
}
