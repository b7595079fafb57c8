use std::{collections::BTreeMap, sync::Arc};

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{DocumentError, Schema, path::PathTemplate};

/// An operation of the document.
pub(crate) struct Operation {
    id: String,
    method: Method,
    path: PathTemplate,
    /// The path parameters, in the order of the path, each with its schema.
    path_parameters: Vec<(String, Schema)>,
    query: Schema,
    body: Option<Schema>,
    responses: BTreeMap<u16, Schema>,
    result: Option<Schema>,
    items: Option<Schema>,
    example: Value,
    permissions: Vec<String>,
}

impl Operation {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path parameters, in the order of the path, each with its schema.
    pub(crate) fn path_parameters(&self) -> &[(String, Schema)] {
        &self.path_parameters
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

    /// Returns the status of a success.
    pub(crate) fn success(&self) -> u16 {
        self.responses.keys().copied().find(|status| (200..300).contains(status)).unwrap_or(200)
    }

    /// Returns the schema of the result, without its envelope.
    pub(crate) fn result(&self) -> Option<&Schema> {
        self.result.as_ref()
    }

    /// Returns the first example of the result. It is `null` if there is none.
    pub(crate) fn example(&self) -> &Value {
        &self.example
    }

    /// Returns the permissions that a caller needs.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = &str> {
        self.permissions.iter().map(String::as_str)
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
pub(super) fn read_all(
    tree: &Value,
    components: &Arc<Value>,
    components_of_requests: &Arc<Value>,
) -> Result<Vec<Operation>, DocumentError> {
    let paths = tree["paths"].as_object().ok_or_else(|| DocumentError::Missing("paths".to_owned()))?;
    let mut operations = Vec::new();
    for (path, item) in paths {
        for (key, node) in item.as_object().into_iter().flatten() {
            // A path item also has parameters, a summary and so on.
            let Some(method) = method_of(key) else { continue };
            operations.push(read(tree, components, components_of_requests, path, item, method, node)?);
        }
    }
    Ok(operations)
}

fn read(
    tree: &Value,
    components: &Arc<Value>,
    components_of_requests: &Arc<Value>,
    path: &str,
    item: &Value,
    method: Method,
    node: &Value,
) -> Result<Operation, DocumentError> {
    let id = node["operationId"].as_str();
    let mut responses = BTreeMap::new();
    let (mut result, mut example) = (None, Value::Null);
    for (status, response) in node["responses"].as_object().into_iter().flatten() {
        let content = &resolve(tree, response)["content"];
        let media = content.as_object().and_then(|types| types.values().next());
        if let (Ok(status), Some(media)) = (status.parse(), media) {
            let schema = &media["schema"];
            responses.insert(status, Schema::new(schema, components));
            if result.is_none() {
                result = property(tree, schema, "result");
                example = first_example(media)["result"].clone();
            }
        }
    }
    let path_template = PathTemplate::read(path);
    let path_parameters = path_template.names().map(|name| {
        let schema =
            parameters(tree, item, node).find(|parameter| parameter["in"] == "path" && parameter["name"] == name);
        let schema = schema.map_or(&Value::Null, |parameter| &parameter["schema"]);
        (name.to_owned(), Schema::new(schema, components))
    });
    let permissions = node["x-permissions"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let body = resolve(tree, &node["requestBody"]).pointer("/content/application~1json/schema");
    Ok(Operation {
        id: id.ok_or_else(|| DocumentError::Missing(format!("operationId for {method} {path}")))?.to_owned(),
        method,
        path_parameters: path_parameters.collect(),
        path: path_template,
        query: Schema::new(&query(tree, item, node), components),
        body: body.map(|schema| Schema::new(schema, components_of_requests)),
        responses,
        result: result.map(|schema| Schema::new(schema, components)),
        items: result.and_then(|schema| Some(Schema::new(resolve(tree, schema).get("items")?, components))),
        example,
        permissions: permissions.map(str::to_owned).collect(),
    })
}

/// Returns the schema of an object with the query parameters of an operation and its path item.
fn query(tree: &Value, item: &Value, node: &Value) -> Value {
    let in_query = || parameters(tree, item, node).filter(|parameter| parameter["in"] == "query");
    let schemas =
        in_query().filter_map(|parameter| Some((parameter["name"].as_str()?.to_owned(), parameter["schema"].clone())));
    let required = in_query().filter(|parameter| parameter["required"] == true).map(|parameter| &parameter["name"]);
    json!({
        "type": "object",
        "properties": schemas.collect::<Map<_, _>>(),
        "required": required.collect::<Vec<_>>(),
    })
}

/// Returns the parameters of an operation and its path item.
fn parameters<'a>(tree: &'a Value, item: &'a Value, node: &'a Value) -> impl Iterator<Item = &'a Value> {
    let levels = [item, node].into_iter().filter_map(|level| level["parameters"].as_array());
    levels.flatten().map(|parameter| resolve(tree, parameter))
}

/// Returns the first example of a media type. It is `null` if there is none.
fn first_example(media: &Value) -> &Value {
    let named = media["examples"].as_object().and_then(|named| named.values().next());
    named.map_or(&media["example"], |example| &example["value"])
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
        let of_path = self.path_parameters.iter().map(|(_, schema)| schema);
        self.responses.values().chain([&self.query]).chain(&self.body).chain(&self.items).chain(of_path)
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
