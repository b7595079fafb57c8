use std::{collections::BTreeMap, sync::Arc};

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{DocumentError, Schema, path::PathTemplate};

/// An operation of the document.
pub(crate) struct Operation {
    id: String,
    method: Method,
    path: PathTemplate,
    query: Schema,
    body: Option<Schema>,
    responses: BTreeMap<u16, Schema>,
    items: Option<Schema>,
}

impl Operation {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the schema of an object with the parameters in the query.
    pub(crate) fn query(&self) -> &Schema {
        &self.query
    }

    /// Returns the schema of the request body, if the operation has one.
    pub(crate) fn body(&self) -> Option<&Schema> {
        self.body.as_ref()
    }

    /// Returns the schema of the response with a status, if the operation declares it.
    pub(crate) fn response(&self, status: u16) -> Option<&Schema> {
        self.responses.get(&status)
    }

    /// Returns the schema of an item, if the result is a list.
    pub(crate) fn items(&self) -> Option<&Schema> {
        self.items.as_ref()
    }

    /// Returns the decoded path parameters by name, if a path is one of the operation.
    pub(crate) fn parameters_in(&self, path: &str) -> Option<Vec<(&str, String)>> {
        self.path.parameters_in(path)
    }
}

/// Reads the operations, in the order of the document.
pub(super) fn read_all(tree: &Value, components: &Arc<Value>) -> Result<Vec<Operation>, DocumentError> {
    let paths = tree["paths"].as_object().ok_or_else(|| DocumentError::Missing("paths".to_owned()))?;
    let mut operations = Vec::new();
    for (path, item) in paths {
        for (key, node) in item.as_object().into_iter().flatten() {
            // A path item also has parameters, a summary and so on.
            let Some(method) = method_of(key) else { continue };
            operations.push(read(tree, components, path, item, method, node)?);
        }
    }
    Ok(operations)
}

fn read(
    tree: &Value,
    components: &Arc<Value>,
    path: &str,
    item: &Value,
    method: Method,
    node: &Value,
) -> Result<Operation, DocumentError> {
    let id = node["operationId"].as_str();
    let mut responses = BTreeMap::new();
    let mut items = None;
    for (status, response) in node["responses"].as_object().into_iter().flatten() {
        let content = &resolve(tree, response)["content"];
        let schema = content.as_object().and_then(|types| types.values().next()).map(|media| &media["schema"]);
        if let (Ok(status), Some(schema)) = (status.parse(), schema) {
            responses.insert(status, Schema::new(schema, components));
            items = items.or_else(|| property(tree, schema, "result")?.get("items"));
        }
    }
    let body = resolve(tree, &node["requestBody"]).pointer("/content/application~1json/schema");
    Ok(Operation {
        id: id.ok_or_else(|| DocumentError::Missing(format!("operationId for {method} {path}")))?.to_owned(),
        method,
        path: PathTemplate::read(path),
        query: Schema::new(&query(tree, item, node), components),
        body: body.map(|schema| Schema::new(schema, components)),
        responses,
        items: items.map(|schema| Schema::new(schema, components)),
    })
}

/// Returns the schema of an object with the query parameters of an operation and its path item.
fn query(tree: &Value, item: &Value, node: &Value) -> Value {
    let parameters = [item, node].into_iter().filter_map(|level| level["parameters"].as_array()).flatten();
    let in_query = parameters.map(|parameter| resolve(tree, parameter)).filter(|parameter| parameter["in"] == "query");
    let schemas =
        in_query.filter_map(|parameter| Some((parameter["name"].as_str()?.to_owned(), parameter["schema"].clone())));
    json!({ "type": "object", "properties": schemas.collect::<Map<_, _>>() })
}

/// Returns the method that a key of a path item stands for, if it stands for one.
fn method_of(key: &str) -> Option<Method> {
    Some(match key {
        "get" => Method::GET,
        "put" => Method::PUT,
        "post" => Method::POST,
        "delete" => Method::DELETE,
        "patch" => Method::PATCH,
        _ => return None,
    })
}

/// Returns a property of a schema or of a part of its `allOf`. No schema of the document is a part of itself.
fn property<'a>(tree: &'a Value, schema: &'a Value, name: &str) -> Option<&'a Value> {
    let schema = resolve(tree, schema);
    let parts = || schema["allOf"].as_array().into_iter().flatten();
    schema["properties"].get(name).or_else(|| parts().find_map(|part| property(tree, part, name)))
}

/// Returns the target of the `$ref` of a node, or the node itself.
fn resolve<'a>(tree: &'a Value, node: &'a Value) -> &'a Value {
    let target = node["$ref"].as_str().and_then(|reference| tree.pointer(reference.strip_prefix('#')?));
    target.unwrap_or(node)
}

#[cfg(test)]
impl Operation {
    /// Returns all schemas of the operation.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &Schema> {
        self.responses.values().chain([&self.query]).chain(&self.body).chain(&self.items)
    }

    /// Returns the examples of the request body and the responses, each with its schema.
    pub(crate) fn examples(&self, tree: &Value) -> Vec<(&Schema, Value)> {
        let mut examples = Vec::new();
        let paths = tree["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
        let node = paths.into_iter().find(|node| node["operationId"] == self.id.as_str()).unwrap();
        if let Some(schema) = &self.body {
            collect(&mut examples, schema, &resolve(tree, &node["requestBody"])["content"]["application/json"]);
        }
        for (status, schema) in &self.responses {
            let response = resolve(tree, &node["responses"][status.to_string()]);
            collect(&mut examples, schema, response["content"].as_object().unwrap().values().next().unwrap());
        }
        examples
    }
}

#[cfg(test)]
fn collect<'a>(examples: &mut Vec<(&'a Schema, Value)>, schema: &'a Schema, media: &Value) {
    let named = media["examples"].as_object().into_iter().flat_map(|named| named.values().map(|one| &one["value"]));
    examples.extend(named.chain(media.get("example")).map(|example| (schema, example.clone())));
}
