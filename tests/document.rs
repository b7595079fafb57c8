//! The document of the API, as the tests look things up in it.

use std::{fs, sync::LazyLock};

use codegen::Document;
use serde_json::{Value, json};

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let mut read = |path: &str| fs::read_to_string(format!("{folder}/{path}"));
    let text = read("clickhouse-cloud.yaml").expect("the document can be read");
    let document = Document::parse("spec/clickhouse-cloud.yaml", text);
    let document = document.and_then(|document| codegen::bundle(document, false, &mut read));
    document.unwrap_or_else(|errors| panic!("{errors}"))
});

/// An operation of the document.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its id.
    pub id: &'static str,
    /// Its HTTP method, in capitals.
    pub method: &'static str,
    value: &'static Value,
}

/// The document with all its files.
pub fn document() -> &'static Document {
    &DOCUMENT
}

/// The tree of the document.
pub fn root() -> &'static Value {
    DOCUMENT.root()
}

/// Every operation, in the order of the document.
pub fn operations() -> Vec<Operation> {
    const METHODS: [(&str, &str); 5] =
        [("get", "GET"), ("post", "POST"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")];
    let items = root()["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| {
        METHODS.into_iter().filter_map(|(key, method)| {
            let value = item.get(key)?;
            Some(Operation { id: value["operationId"].as_str().expect("an id"), method, value })
        })
    });
    operations.collect()
}

/// The operation with this id.
pub fn operation(id: &str) -> Operation {
    let found = operations().into_iter().find(|operation| operation.id == id);
    found.unwrap_or_else(|| panic!("the document has no operation `{id}`"))
}

impl Operation {
    /// The media type of its response, and the examples that the document gives.
    pub fn responses(&self) -> (&'static str, Vec<&'static Value>) {
        let (media_type, content) = media(resolve(&self.value["responses"]["200"]));
        (media_type, examples(content))
    }

    /// The schema of the result in the envelope of its response, if there is one.
    pub fn result(&self) -> Option<&'static Value> {
        let (_, content) = media(resolve(&self.value["responses"]["200"]));
        property(&content["schema"], "result")
    }

    /// The schema of the body that it takes, if it takes one.
    pub fn body(&self) -> Option<&'static Value> {
        self.value.get("requestBody").map(|body| &media(body).1["schema"])
    }
}

fn media(content: &'static Value) -> (&'static str, &'static Value) {
    let content = content["content"].as_object().expect("content");
    let (media_type, value) = content.iter().next().expect("a media type");
    (media_type, value)
}

fn examples(content: &'static Value) -> Vec<&'static Value> {
    match (content.get("example"), content.get("examples")) {
        (Some(example), _) => vec![example],
        (None, Some(examples)) => examples.as_object().expect("examples").values().map(|it| &it["value"]).collect(),
        (None, None) => Vec::new(),
    }
}

/// The schema of a property of an object, or of one of the parts of an `allOf`.
fn property(schema: &'static Value, name: &str) -> Option<&'static Value> {
    let mut parts = schema["allOf"].as_array().into_iter().flatten();
    schema["properties"].get(name).or_else(|| parts.find_map(|part| property(part, name)))
}

/// What stands behind a reference, alone or as the only member of an `allOf`.
pub fn resolve(value: &'static Value) -> &'static Value {
    let reference = value.get("$ref").or_else(|| value.pointer("/allOf/0/$ref"));
    match reference.and_then(Value::as_str) {
        Some(reference) => {
            let target = reference.strip_prefix('#').and_then(|pointer| root().pointer(pointer));
            resolve(target.unwrap_or_else(|| panic!("`{reference}` leads nowhere")))
        }
        None => value,
    }
}

/// A value of a schema with every property in it and a few elements in each array: this example, and what it lacks.
pub fn complete(schema: &'static Value, example: &Value) -> Value {
    let schema = resolve(schema);
    match schema["type"].as_str() {
        Some("object") => {
            let properties = schema["properties"].as_object().expect("properties").iter();
            properties.map(|(name, property)| (name.clone(), complete(property, &example[name]))).collect()
        }
        Some("array") => {
            let elements = example.as_array().filter(|elements| !elements.is_empty());
            let completed = |element| complete(&schema["items"], element);
            match elements {
                Some(elements) => elements.iter().map(completed).collect(),
                None => json!([completed(&Value::Null)]),
            }
        }
        _ if !example.is_null() => example.clone(),
        Some("string") => match (schema["enum"].get(0), schema["format"].as_str()) {
            (Some(first), _) => first.clone(),
            (None, Some("uuid")) => json!("b0c2c34c-5d1c-4dc1-a8a3-4a2f8b9f7f10"),
            (None, Some("date-time")) => json!("2024-05-14T09:26:53Z"),
            (None, _) => json!("some text"),
        },
        Some("integer") => json!(12),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        other => panic!("teach the tests to make a value of type {other:?}"),
    }
}
