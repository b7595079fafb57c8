use serde_json::Value;

use crate::{openapi::METHODS, source::Pointer};

/// So deep a schema can be in others: loading bounds it, and this is for those who change that.
const DEPTH: usize = 512;

/// A schema, and how a person names it: the component or the operation that it is in, and the properties that lead to
/// it, as in `Service.endpoints.host`.
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    /// The property that it is the schema of.
    pub(super) property: Option<&'a str>,
    pub(super) at: &'a Pointer,
}

/// An operation, and how a person names it: by its id, or by method and path where it has none.
pub(super) struct Operation<'a> {
    pub(super) name: String,
    pub(super) at: Pointer,
    pub(super) value: &'a Value,
}

/// Every operation, in the order of the document.
pub(super) fn operations(root: &Value) -> impl Iterator<Item = Operation<'_>> {
    let at = Pointer::default().key("paths");
    entries(root.get("paths")).flat_map(move |(path, item)| {
        let at = at.key(path);
        let operations = entries(Some(item)).filter(|(method, _)| METHODS.contains(&method.as_str()));
        operations.map(move |(method, value)| {
            let id = value.get("operationId").and_then(Value::as_str).map(ToOwned::to_owned);
            let name = id.unwrap_or_else(|| format!("{} {path}", method.to_uppercase()));
            Operation { name, at: at.key(method), value }
        })
    })
}

/// Visits every schema of components, bodies and answers, in the order of the document.
pub(super) fn for_each_schema(root: &Value, visit: &mut impl FnMut(&Place<'_>, &Value)) {
    let mut walk = Walk { visit };
    for Operation { name, at, value } in operations(root) {
        if let Some(body) = value.get("requestBody") {
            walk.content(&name, body, &at.key("requestBody"));
        }
        for (status, response) in entries(value.get("responses")) {
            walk.content(&name, response, &at.key("responses").key(status));
        }
    }
    let components = Pointer::default().key("components");
    for (name, schema) in entries(root.pointer("/components/schemas")) {
        walk.schema(name, None, schema, &components.key("schemas").key(name), 0);
    }
    for kind in ["requestBodies", "responses"] {
        for (name, holder) in entries(root.pointer(&format!("/components/{kind}"))) {
            walk.content(name, holder, &components.key(kind).key(name));
        }
    }
}

struct Walk<'v, V> {
    visit: &'v mut V,
}

impl<V: FnMut(&Place<'_>, &Value)> Walk<'_, V> {
    fn content(&mut self, name: &str, holder: &Value, at: &Pointer) {
        for (media_type, content) in entries(holder.get("content")) {
            if let Some(schema) = content.get("schema") {
                self.schema(name, None, schema, &at.key("content").key(media_type).key("schema"), 0);
            }
        }
    }

    fn schema(&mut self, name: &str, property: Option<&str>, schema: &Value, at: &Pointer, depth: usize) {
        if depth > DEPTH {
            return;
        }
        (self.visit)(&Place { name, property, at }, schema);
        for (keyword, value) in entries(Some(schema)) {
            match (keyword.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    for (property, schema) in properties {
                        let name = format!("{name}.{property}");
                        self.schema(&name, Some(property), schema, &at.key(keyword).key(property), depth + 1);
                    }
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                    for (index, schema) in schemas.iter().enumerate() {
                        self.schema(name, property, schema, &at.key(keyword).index(index), depth + 1);
                    }
                }
                ("items" | "additionalProperties", Value::Object(_)) => {
                    self.schema(name, property, value, &at.key(keyword), depth + 1);
                }
                _ => {}
            }
        }
    }
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}
