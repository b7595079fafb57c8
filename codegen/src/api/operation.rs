use serde_json::{Map, Value};

use super::{Answer, Api, Parameter, Reader, Schema, Style, prose, text};
use crate::{
    json::{elements, fields, flag},
    names::{Names, type_name, value_name},
    normalize::merge::marks,
    openapi::{
        extensions::{CHECK, RETRY, Retry, is_unwrapped, read_check},
        media_type::Format,
        operation::{self, operations},
        reference::SCHEMAS,
    },
    source::Pointer,
};

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the document")]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) repeatable: bool,
    /// The answer is not wrapped, although those of others are.
    pub(crate) whole: bool,
    /// It is called without credentials, although others may need them.
    pub(crate) anonymous: bool,
    /// What to do when nobody knows whether the operation was carried out.
    pub(crate) check: Option<String>,
    pub(crate) tag: Option<Tag>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) answer: Answer,
    pub(crate) errors: Vec<Failure>,
}

/// An error that the document lists.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) status: String,
    pub(crate) meaning: String,
    /// What its body holds.
    pub(crate) schema: Option<Schema>,
}

#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    /// The page that describes the operations.
    pub(crate) url: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) media_type: String,
    pub(crate) format: Format,
    /// Whether the method takes it. Most documents that do not say so mean it.
    pub(crate) required: bool,
    pub(crate) schema: Schema,
    pub(crate) example: Option<Value>,
    /// The properties of a form that have a style of their own.
    pub(crate) styles: Vec<(String, Style)>,
    /// The properties of a form that have a media type of their own.
    pub(crate) media_types: Vec<(String, String)>,
}

/// The operations, in the order of the document.
pub(super) fn read_all(reader: &Reader<'_>, tags: &[Tag]) -> Vec<Operation> {
    operations(reader.root).map(|operation| Operation::read(operation, tags, reader)).collect()
}

impl Operation {
    /// The name of its method.
    pub(crate) fn method_name(&self) -> String {
        value_name(&self.id)
    }

    /// The name of the call's type, if it has one of its own: never that of what is sent or received.
    pub(crate) fn call_name(&self, api: &Api) -> String {
        let name = type_name(&self.id);
        if api.type_def(&name).is_some() || Names::of_types().contains(&name) { format!("{name}Call") } else { name }
    }

    /// Whether its method takes what is sent.
    pub(crate) fn takes_body(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.required)
    }

    /// Whether its call has a type of its own, because something that it takes is optional.
    pub(crate) fn has_call(&self) -> bool {
        let is_optional = |body: &Body| !body.required;
        self.parameters.iter().any(|parameter| !parameter.required) || self.body.as_ref().is_some_and(is_optional)
    }

    fn read(written: operation::Operation<'_, &Value>, tags: &[Tag], reader: &Reader<'_>) -> Self {
        let operation::Operation { path, method, at, value: operation } = written;
        let root = reader.root;
        let id = text(Some(operation), "operationId").unwrap_or_default();
        let tag = elements(operation.get("tags")).find_map(Value::as_str);
        let tag = tag.map(|name| {
            let known = tags.iter().find(|tag| tag.name == name).cloned();
            known.unwrap_or_else(|| Tag { name: name.to_owned(), url: None })
        });
        let errors = marks::errors(operation, &at).map(|(status, error, at)| Failure::read(status, error, &at, reader));
        let retry = operation.get(RETRY).and_then(|retry| Retry::read(retry, &at, method == "post").ok());
        Self {
            summary: prose(Some(operation), "summary").unwrap_or_else(|| format!("Calls `{id}`")),
            description: prose(Some(operation), "description"),
            deprecated: flag(operation, "deprecated"),
            repeatable: match retry {
                Some(retry) => retry == Retry::Always,
                None => method != "post",
            },
            whole: is_unwrapped(operation),
            anonymous: is_anonymous(operation.get("security").or_else(|| root.get("security"))),
            check: operation.get(CHECK).and_then(|check| read_check(check, &at).ok()),
            tag,
            answer: match method {
                "head" => Answer::Empty,
                _ => {
                    let schemas = fields(root.pointer(SCHEMAS));
                    let taken = schemas.map(|(name, _)| name.as_str());
                    let name = || taken.collect::<Names>().unused(&format!("{}Response", type_name(&id)));
                    Answer::read(operation.get("responses"), &at.key("responses"), reader, name)
                }
            },
            parameters: Parameter::read_all(operation, path, &at, reader),
            body: operation.get("requestBody").and_then(|body| Body::read(body, &at.key("requestBody"), reader)),
            errors: errors.collect(),
            id,
            method: method.to_uppercase(),
            path: path.to_owned(),
        }
    }
}

/// Whether each way to call an operation that is listed takes no credentials.
fn is_anonymous(security: Option<&Value>) -> bool {
    let ways = security.and_then(Value::as_array);
    ways.is_some_and(|ways| ways.iter().all(|way| way.as_object().is_some_and(Map::is_empty)))
}

impl Tag {
    pub(super) fn read(tag: &Value) -> Self {
        Self { name: text(Some(tag), "name").unwrap_or_default(), url: text(tag.get("externalDocs"), "url") }
    }
}

impl Failure {
    fn read(status: &str, error: &Value, at: &Pointer, reader: &Reader<'_>) -> Self {
        Self {
            status: status.to_owned(),
            meaning: prose(Some(error), "description").unwrap_or_default(),
            schema: error.get("schema").map(|_| reader.schema_of(error, at)),
        }
    }
}

impl Body {
    fn read(body: &Value, at: &Pointer, reader: &Reader<'_>) -> Option<Self> {
        let (media_type, content) = fields(body.get("content")).next()?;
        let encodings = || fields(content.get("encoding"));
        let has_style = |encoding: &Value| encoding.get("style").is_some() || encoding.get("explode").is_some();
        Some(Self {
            format: Format::of(media_type, content),
            media_type: media_type.clone(),
            required: body.get("required") != Some(&Value::Bool(false)),
            example: example(content).or_else(|| content.get("schema")?.get("example").cloned()),
            schema: reader.schema_of(content, &at.key("content").key(media_type)),
            styles: encodings()
                .filter(|(_, encoding)| has_style(encoding))
                .map(|(name, encoding)| (name.clone(), Style::read(encoding, "form")))
                .collect(),
            media_types: encodings()
                .filter_map(|(name, encoding)| Some((name.clone(), text(Some(encoding), "contentType")?)))
                .collect(),
        })
    }
}

fn example(value: &Value) -> Option<Value> {
    let first = fields(value.get("examples")).next().and_then(|(_, example)| example.get("value"));
    value.get("example").or(first).cloned()
}
