//! The document of the API, as the tests look things up in it.

use std::{fs, ptr, sync::LazyLock};

use codegen::Document;
use serde_json::{Value, json};

use crate::calls::SECRET;

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
    /// The path that it is called at, with the names of its parameters in braces.
    pub fn path(&self) -> &'static str {
        let paths = root()["paths"].as_object().expect("paths").iter();
        let is_it = |item: &Value| item.as_object().into_iter().flatten().any(|(_, value)| ptr::eq(value, self.value));
        paths.into_iter().find(|(_, item)| is_it(item)).map(|(path, _)| path.as_str()).expect("a path")
    }

    /// Whether it is called at this path.
    pub fn is_at(&self, path: &str) -> bool {
        let own = self.path().split('/');
        own.clone().count() == path.split('/').count()
            && own.zip(path.split('/')).all(|(own, other)| own.starts_with('{') || own == other)
    }

    /// The media type of its response, and the examples that the document gives.
    pub fn responses(&self) -> (&'static str, Vec<&'static Value>) {
        let (media_type, content) = self.success();
        (media_type, examples(content))
    }

    /// The schema of its response, if that is JSON.
    pub fn response(&self) -> Option<&'static Value> {
        let (media_type, content) = self.success();
        (media_type == "application/json").then(|| &content["schema"])
    }

    /// The content of its response.
    fn success(&self) -> (&'static str, &'static Value) {
        let mut responses = self.value["responses"].as_object().expect("responses").iter();
        let (_, response) = responses.find(|(status, _)| status.starts_with('2')).expect("a success");
        media(resolve(response))
    }

    /// The schema of the result in the envelope of its response, if there is one.
    pub fn result(&self) -> Option<&'static Value> {
        property(self.response()?, "result")
    }

    /// The statuses that the document lists.
    pub fn statuses(&self) -> impl Iterator<Item = u16> {
        let statuses = self.value["responses"].as_object().expect("responses").keys();
        statuses.map(|status| status.parse().expect("a status"))
    }

    /// Its path with the example of each parameter, apart from these, and the examples of what it needs in the query.
    pub fn target(&self, values: &[(&str, &str)]) -> String {
        let path = self.path();
        let of_path = root()["paths"][path]["parameters"].as_array().into_iter().flatten().map(resolve);
        let example = |parameter: &Value| parameter["example"].as_str().expect("an example").to_owned();
        let path = of_path.fold(path.to_owned(), |path, parameter| {
            let name = parameter["name"].as_str().expect("a name");
            let value = values.iter().find(|(known, _)| *known == name);
            path.replace(&format!("{{{name}}}"), &value.map_or_else(|| example(parameter), |(_, it)| (*it).to_owned()))
        });
        let query = self.query().filter(|parameter| parameter["required"] == true);
        let query: Vec<_> =
            query.map(|it| format!("{}={}", it["name"].as_str().expect("a name"), example(it))).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// Its parameters in the query.
    pub fn query(&self) -> impl Iterator<Item = &'static Value> {
        let parameters = self.value["parameters"].as_array().into_iter().flatten().map(resolve);
        parameters.filter(|parameter| parameter["in"] == "query")
    }

    /// The schema of the body that it takes, if it takes one.
    pub fn body(&self) -> Option<&'static Value> {
        self.value.get("requestBody").map(|body| &media(body).1["schema"])
    }

    /// The first body that the document shows.
    pub fn request(&self) -> Option<&'static Value> {
        self.value.get("requestBody").map(|body| examples(media(body).1)[0])
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

/// The reference that a value is, alone or as the only member of an `allOf`.
fn reference(value: &'static Value) -> Option<&'static str> {
    let only = value["allOf"].as_array().filter(|parts| parts.len() == 1).and_then(|parts| parts[0].get("$ref"));
    value.get("$ref").or(only)?.as_str()
}

/// The name of the schema that a reference leads to.
pub fn schema_name(value: &'static Value) -> Option<&'static str> {
    reference(value)?.strip_prefix("#/components/schemas/")
}

/// What stands behind a reference.
pub fn resolve(value: &'static Value) -> &'static Value {
    match reference(value) {
        Some(reference) => {
            let target = reference.strip_prefix('#').and_then(|pointer| root().pointer(pointer));
            resolve(target.unwrap_or_else(|| panic!("`{reference}` leads nowhere")))
        }
        None => value,
    }
}

/// The properties of an object, also those of the parts of an `allOf`.
pub fn properties(schema: &'static Value) -> Vec<(&'static str, &'static Value)> {
    let schema = resolve(schema);
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(properties);
    let own = schema["properties"].as_object().into_iter().flatten();
    parts.chain(own.map(|(name, property)| (name.as_str(), property))).collect()
}

/// The type of a schema. The parts of an `allOf` are objects.
pub fn type_name(schema: &'static Value) -> Option<&'static str> {
    if schema.get("allOf").is_some() { Some("object") } else { schema["type"].as_str() }
}

/// A variant of a union: its schema, and the property that tells it from the others.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The schema, or a reference to it.
    pub schema: &'static Value,
    /// The property.
    pub property: &'static str,
    /// Its value, unless it is enough that the property is there.
    pub value: Option<Value>,
}

impl Variant {
    /// A name that no other variant of the union has.
    pub fn name(&self) -> String {
        match &self.value {
            Some(Value::String(value)) => value.clone(),
            Some(value) => value.to_string(),
            None => self.property.to_owned(),
        }
    }

    fn fits(&self, object: &Value) -> bool {
        let property = &object[self.property];
        self.value.as_ref().map_or_else(|| !property.is_null(), |value| value == property)
    }
}

/// The variant of a union that an object is.
pub fn variant_of(schema: &'static Value, object: &Value) -> Option<Variant> {
    variants(schema).into_iter().find(|variant| variant.fits(object))
}

/// The variants of a union of objects, and none for any other schema.
pub fn variants(schema: &'static Value) -> Vec<Variant> {
    let discriminator = &schema["discriminator"];
    let all = schema["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
    let objects = all.iter().filter(|variant| !properties(variant).is_empty());
    let variants = objects.map(|variant| {
        let mapping = discriminator["mapping"].as_object().into_iter().flatten();
        let mapped = mapping.into_iter().find(|(_, target)| **target == variant["$ref"]);
        let (property, value) = match (discriminator["propertyName"].as_str(), mapped) {
            (Some(property), Some((value, _))) => (property, Some(json!(value))),
            _ => match properties(variant).into_iter().find_map(only_value) {
                Some((property, value)) => (property, Some(value.clone())),
                None => (own_property(variant, all), None),
            },
        };
        Variant { schema: variant, property, value }
    });
    variants.collect()
}

fn only_value((name, property): (&'static str, &'static Value)) -> Option<(&'static str, &'static Value)> {
    match resolve(property)["enum"].as_array()?.as_slice() {
        [only] => Some((name, only)),
        _ => None,
    }
}

/// The property that a variant requires, and that the others do not have if there is such a property.
fn own_property(variant: &'static Value, all: &'static [Value]) -> &'static str {
    let required = resolve(variant)["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let is_own = |name: &&str| {
        let mut others = all.iter().filter(|other| !ptr::eq(*other, variant)).flat_map(properties);
        others.all(|(other, _)| other != *name)
    };
    let mut names = required.clone().filter(is_own).chain(required.clone());
    names.next().expect("a property that it requires")
}

/// A value of a schema with every property in it and a few elements in each array: this example, and what it lacks. Of
/// a union it is the variant with this number, and all secrets are [`SECRET`].
pub fn complete(schema: &'static Value, example: &Value, number: usize) -> Value {
    let schema = resolve(schema);
    let variants = variants(schema);
    if !variants.is_empty() {
        let variant = &variants[number % variants.len()];
        let mut value = complete(variant.schema, example, number);
        if let Some(only) = &variant.value {
            value[variant.property] = only.clone();
        }
        return value;
    }
    if let Some(scalars) = schema["oneOf"].as_array() {
        return complete(&scalars[number % scalars.len()], example, number);
    }
    match type_name(schema) {
        Some("object") if schema["format"] == "password" => json!({"key": [SECRET]}),
        Some("object") => match schema.get("additionalProperties") {
            Some(values) if values.is_object() => json!({"key": complete(values, &Value::Null, number)}),
            _ => {
                let properties = properties(schema).into_iter();
                properties.map(|(name, it)| (name.to_owned(), complete(it, &example[name], number))).collect()
            }
        },
        Some("array") => {
            let elements = example.as_array().filter(|elements| !elements.is_empty());
            let completed = |element| complete(&schema["items"], element, number);
            match elements {
                Some(elements) => elements.iter().map(completed).collect(),
                None => json!([completed(&Value::Null)]),
            }
        }
        _ if schema["format"] == "password" => json!(SECRET),
        _ if !example.is_null() => example.clone(),
        Some("string") => match (schema["enum"].get(0), schema["format"].as_str()) {
            (Some(first), _) => first.clone(),
            (None, Some("uuid")) => json!("b0c2c34c-5d1c-4dc1-a8a3-4a2f8b9f7f10"),
            (None, Some("date-time")) => json!("2024-05-14T09:26:53Z"),
            (None, Some("date")) => json!("2024-05-14"),
            (None, _) => json!("some text"),
        },
        Some("integer") => json!(12),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        other => panic!("teach the tests to make a value of type {other:?}"),
    }
}
