use std::{
    fmt::{self, Write},
    sync::{Arc, OnceLock},
};

use jsonschema::{ValidationError, Validator, paths::LocationSegment};
use serde_json::{Map, Value, json};

use super::Shape;

/// The number of violations that are returned.
const MAX_VIOLATIONS: usize = 5;

/// A schema of the document, compiled at its first use.
pub(crate) struct Schema {
    source: Value,
    components: Arc<Value>,
    compiled: OnceLock<Result<Validator, String>>,
}

/// A violation of a schema by a field of a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Violation {
    /// The names of fields and the positions in lists that lead to the field.
    path: Vec<Value>,
    message: String,
    keyword: String,
}

impl Schema {
    pub(super) fn new(openapi: &Value, components: &Arc<Value>) -> Self {
        Self { source: to_json_schema(openapi), components: Arc::clone(components), compiled: OnceLock::new() }
    }

    /// Returns the fields that the schema describes.
    pub(crate) fn shape(&self) -> Shape<'_> {
        Shape::new(self, [&self.source])
    }

    /// Returns the target of the `$ref` of a node, if it has one.
    pub(super) fn target(&self, node: &Value) -> Option<&Value> {
        self.components.pointer(node["$ref"].as_str()?.strip_prefix("#/components")?)
    }

    /// Returns the violations by a value. They do not contain it, because it may be secret.
    pub(crate) fn violations(&self, value: &Value) -> Vec<Violation> {
        match self.compiled() {
            Ok(validator) if validator.is_valid(value) => Vec::new(),
            Ok(validator) => validator.iter_errors(value).take(MAX_VIOLATIONS).map(Violation::new).collect(),
            Err(message) => vec![Violation::at(Vec::new(), message.clone(), "")],
        }
    }

    /// Describes the violations by a value in one text, if there are any.
    pub(crate) fn describe_violations(&self, value: &Value) -> Option<String> {
        let violations: Vec<String> = self.violations(value).iter().map(Violation::to_string).collect();
        (!violations.is_empty()).then(|| violations.join("; "))
    }

    fn compiled(&self) -> &Result<Validator, String> {
        self.compiled.get_or_init(|| {
            let mut root = self.source.clone();
            if let Some(root) = root.as_object_mut() {
                root.insert("components".to_owned(), self.components.as_ref().clone());
            }
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            options.build(&root).map_err(|error| format!("the schema is invalid: {error}"))
        })
    }
}

impl Violation {
    #[allow(clippy::needless_pass_by_value, reason = "the iterator of errors yields values")]
    fn new(error: ValidationError<'_>) -> Self {
        let path = error.instance_path().segments().map(|segment| match segment {
            LocationSegment::Index(index) => json!(index),
            LocationSegment::Property(name) => json!(name),
        });
        Self::at(path.collect(), error.masked_with("the value").to_string(), error.kind().keyword())
    }

    /// Returns a violation of a keyword by the field at a path.
    fn at(path: Vec<Value>, message: impl Into<String>, keyword: &str) -> Self {
        Self { path, message: message.into(), keyword: keyword.to_owned() }
    }

    /// Returns a violation of a keyword by a parameter.
    pub(crate) fn of_parameter(name: &str, message: &str, keyword: &str) -> Self {
        Self::at(vec![name.into()], message, keyword)
    }

    /// Returns the names of fields and the positions in lists that lead to the field.
    pub(crate) fn path(&self) -> &[Value] {
        &self.path
    }

    /// Returns the path of the field, which is empty for the value as a whole.
    pub(crate) fn field(&self) -> String {
        let mut field = String::new();
        for segment in &self.path {
            match segment.as_str() {
                None => _ = write!(field, "[{segment}]"),
                Some(name) if field.is_empty() => field.push_str(name),
                Some(name) => _ = write!(field, ".{name}"),
            }
        }
        field
    }

    /// Returns the problem, without the value.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Returns the keyword of JSON Schema that the value breaks.
    pub(crate) fn keyword(&self) -> &str {
        &self.keyword
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field().as_str() {
            "" => formatter.write_str(&self.message),
            field => write!(formatter, "{field}: {}", self.message),
        }
    }
}

/// Returns the `components` of the document that schemas refer to.
pub(super) fn components(tree: &Value) -> Value {
    let schemas = tree.pointer("/components/schemas").and_then(Value::as_object);
    json!({ "schemas": each(schemas.into_iter().flatten()) })
}

/// Returns the `components` for requests, which may leave out what the API sets by itself.
pub(super) fn components_of_requests(components: &Value) -> Value {
    match components {
        Value::Object(schema) => {
            let mut of_requests: Map<String, Value> =
                schema.iter().map(|(keyword, value)| (keyword.clone(), components_of_requests(value))).collect();
            if let Some(Value::Array(required)) = of_requests.get_mut("required") {
                required.retain(|name| schema["properties"][name.as_str().unwrap_or_default()]["readOnly"] != true);
            }
            of_requests.into()
        }
        Value::Array(schemas) => schemas.iter().map(components_of_requests).collect(),
        _ => components.clone(),
    }
}

/// Returns the `components` for responses, which do not have what only requests have.
pub(super) fn components_of_responses(components: &Value) -> Value {
    match components {
        Value::Object(schema) => {
            let mut of_responses: Map<String, Value> =
                schema.iter().map(|(keyword, value)| (keyword.clone(), components_of_responses(value))).collect();
            let is_kept = |name: &str| schema["properties"][name]["writeOnly"] != true;
            if let Some(Value::Object(properties)) = of_responses.get_mut("properties") {
                properties.retain(|name, _| is_kept(name));
            }
            if let Some(Value::Array(required)) = of_responses.get_mut("required") {
                required.retain(|name| is_kept(name.as_str().unwrap_or_default()));
            }
            of_responses.into()
        }
        Value::Array(schemas) => schemas.iter().map(components_of_responses).collect(),
        _ => components.clone(),
    }
}

/// Converts a schema of OpenAPI 3.0, which has its own keywords for `null` and exclusive bounds.
fn to_json_schema(openapi: &Value) -> Value {
    let Some(openapi) = openapi.as_object() else { return openapi.clone() };
    if let Some(reference) = openapi.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut schema = Map::new();
    for (keyword, value) in openapi {
        let value = match keyword.as_str() {
            "properties" => each(value.as_object().into_iter().flatten()),
            "items" | "additionalProperties" | "not" => to_json_schema(value),
            "allOf" | "anyOf" | "oneOf" => value.as_array().into_iter().flatten().map(to_json_schema).collect(),
            "nullable" | "exclusiveMinimum" | "exclusiveMaximum" | "example" => continue,
            _ => value.clone(),
        };
        schema.insert(keyword.clone(), value);
    }
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if openapi.get(exclusive) == Some(&Value::Bool(true))
            && let Some(limit) = schema.remove(bound)
        {
            schema.insert(exclusive.to_owned(), limit);
        }
    }
    if openapi.get("nullable") == Some(&Value::Bool(true)) {
        let directions = ["readOnly", "writeOnly"].map(|keyword| (keyword.to_owned(), openapi.get(keyword)));
        let mut nullable = Map::from_iter([("anyOf".to_owned(), json!([schema, { "type": "null" }]))]);
        nullable.extend(directions.into_iter().filter_map(|(keyword, value)| Some((keyword, value?.clone()))));
        return nullable.into();
    }
    Value::Object(schema)
}

fn each<'a>(schemas: impl Iterator<Item = (&'a String, &'a Value)>) -> Value {
    Value::Object(schemas.map(|(name, schema)| (name.clone(), to_json_schema(schema))).collect())
}

#[cfg(test)]
impl Schema {
    pub(crate) fn compiles(&self) -> bool {
        self.compiled().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(openapi: &Value) -> Schema {
        Schema::new(openapi, &Arc::new(json!({})))
    }

    #[test]
    fn null_is_allowed_where_the_document_says_so() {
        let nullable = schema(&json!({ "type": "string", "nullable": true, "enum": ["a"] }));
        assert_eq!(nullable.violations(&Value::Null), []);
        assert_ne!(schema(&json!({ "type": "string" })).violations(&Value::Null), []);
    }

    #[test]
    fn exclusive_bounds_are_exclusive() {
        let above_two = schema(&json!({ "type": "number", "minimum": 2, "exclusiveMinimum": true }));
        assert_eq!(above_two.violations(&json!(2.5)), []);
        assert_ne!(above_two.violations(&json!(2)), []);
    }

    #[test]
    fn requests_may_leave_out_what_the_api_sets() {
        let policy = json!({
            "required": ["id", "name"],
            "properties": { "id": { "type": "string", "readOnly": true }, "name": { "type": "string" } },
        });
        let responses = components(&json!({ "components": { "schemas": { "Policy": policy } } }));
        let requests = components_of_requests(&responses);
        let violations = |components: Value, value: Value| {
            Schema::new(&json!({ "$ref": "#/components/schemas/Policy" }), &Arc::new(components)).violations(&value)
        };
        assert_eq!(violations(requests.clone(), json!({ "name": "a" })), []);
        assert_ne!(violations(requests, json!({})), []);
        assert_ne!(violations(responses, json!({ "name": "a" })), []);
    }

    #[test]
    fn responses_do_not_have_what_only_requests_have() {
        let secret = json!({ "type": "string", "nullable": true, "writeOnly": true });
        let source = json!({
            "required": ["host", "secret"],
            "properties": { "host": { "type": "string" }, "secret": secret, "other": { "writeOnly": true } },
        });
        let components = components(&json!({ "components": { "schemas": { "Source": source } } }));
        let schema = Schema::new(
            &json!({ "$ref": "#/components/schemas/Source" }),
            &Arc::new(components_of_responses(&components)),
        );
        assert_eq!(schema.violations(&json!({ "host": "a" })), []);
        let mut stored = json!({ "host": "a", "secret": "hunter2", "other": 1 });
        schema.shape().remove_unknown_fields(&mut stored);
        assert_eq!(stored, json!({ "host": "a" }));
    }

    #[test]
    fn a_violation_names_the_field_and_keeps_the_value_to_itself() {
        let list = json!({ "properties": { "list": { "items": { "properties": { "hash": { "pattern": "^x$" } } } } } });
        let violations = schema(&list).violations(&json!({ "list": [{ "hash": "x" }, { "hash": "hunter2" }] }));
        assert_eq!(violations[0].to_string(), "list[1].hash: the value does not match \"^x$\"");
    }
}
