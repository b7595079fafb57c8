//! What a lowered document says, in types: what the passes over the emitted code look things up in.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{
    GenerateError,
    document::Pointer,
    duration,
    lower::{self, schemas},
    names::{self, Names, type_name, value_name},
    refine::first_sentence,
};

/// An API.
#[derive(Debug)]
pub(crate) struct Model {
    /// The package that is emitted.
    pub(crate) crate_name: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    /// As SPDX names it.
    pub(crate) license: Option<String>,
    pub(crate) base_url: String,
    pub(crate) envelope: Option<Envelope>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) environment: Environment,
    pub(crate) authentication: Authentication,
    pub(crate) operations: Vec<Operation>,
    pub(crate) waiters: Vec<Waiter>,
    pub(crate) schemas: Vec<Schema>,
}

#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) result: String,
    pub(crate) error: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// At most so many requests in every window.
#[derive(Debug)]
pub(crate) struct RateLimit {
    pub(crate) requests: u32,
    pub(crate) window: Duration,
}

/// The environment variables that configure a client.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) base_url: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) key_secret: Option<String>,
    pub(crate) token: Option<String>,
}

/// The first way that the document names to say who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authentication {
    Key,
    Token,
    None,
}

#[derive(Debug)]
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
    /// What to do when nobody knows whether the operation was carried out.
    pub(crate) check: Option<String>,
    pub(crate) tag: Option<Tag>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) answer: Answer,
    /// Status and meaning of each error that the document lists.
    pub(crate) errors: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    /// The page that describes the operations.
    pub(crate) url: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    /// The name over the wire.
    pub(crate) name: String,
    pub(crate) rust_name: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) description: Option<String>,
    pub(crate) schema: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) schema: Value,
    pub(crate) example: Option<Value>,
}

/// What a successful call returns.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// JSON of this schema.
    Result(Value),
    /// Text of this media type.
    Text(String),
    Empty,
}

/// What to wait for, by repeating an operation.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// The operation's id.
    pub(crate) operation: String,
    /// The name over the wire.
    pub(crate) field: String,
    pub(crate) done: Vec<String>,
    pub(crate) never: Vec<String>,
    pub(crate) done_when_gone: bool,
    pub(crate) every: Option<Duration>,
    pub(crate) within: Option<Duration>,
}

#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: Role,
    pub(crate) shape: Shape,
    /// The response type that this request type was split from.
    pub(crate) input_of: Option<String>,
    /// Where it stands in the document, if it has no name there, or another.
    pub(crate) found_at: Option<Pointer>,
    /// As it stands in the document.
    pub(crate) source: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Request,
    Response,
    Both,
}

#[derive(Debug)]
pub(crate) enum Shape {
    Struct(Vec<Field>),
    Enum(Vec<Variant>),
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the document")]
pub(crate) struct Field {
    /// The name over the wire.
    pub(crate) name: String,
    pub(crate) rust_name: String,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) patch: bool,
    pub(crate) secret: bool,
    pub(crate) deprecated: bool,
    pub(crate) schema: Value,
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// The text over the wire.
    pub(crate) text: String,
}

impl Location {
    /// What the document calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

impl Role {
    pub(crate) fn is_sent(self) -> bool {
        self != Self::Response
    }

    pub(crate) fn is_received(self) -> bool {
        self != Self::Request
    }
}

impl Model {
    pub(crate) fn read(root: &Value, crate_name: &str) -> Result<Self, GenerateError> {
        let tags: Vec<_> = elements(root.get("tags")).map(Tag::read).collect();
        let schemas = fields(root.pointer("/components/schemas"));
        Ok(Self {
            crate_name: crate_name.to_owned(),
            title: text(root.get("info"), "title").unwrap_or_default(),
            description: text(root.get("info"), "description"),
            license: root.pointer("/info/license").and_then(license),
            base_url: text(root.pointer("/servers/0"), "url").unwrap_or_default(),
            envelope: root.get("x-envelope").map(Envelope::read),
            rate_limit: root.get("x-rate-limit").and_then(RateLimit::read),
            environment: Environment::read(root),
            authentication: Authentication::read(root),
            operations: operations(root, &tags)?,
            waiters: fields(root.get("x-waiters")).map(|(name, rule)| Waiter::read(name, rule)).collect(),
            schemas: schemas.map(|(name, schema)| Schema::read(name, schema, root)).collect(),
        })
    }

    pub(crate) fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }

    /// The errors that every operation lists.
    pub(crate) fn common_errors(&self) -> Vec<&(String, String)> {
        let (Some(first), true) = (self.operations.first(), self.operations.len() > 1) else { return Vec::new() };
        let is_common = |error: &&(String, String)| self.operations.iter().all(|other| other.errors.contains(error));
        first.errors.iter().filter(is_common).collect()
    }

    pub(crate) fn structs(&self) -> impl Iterator<Item = (&Schema, &[Field])> {
        self.schemas.iter().filter_map(|schema| match &schema.shape {
            Shape::Struct(fields) => Some((schema, fields.as_slice())),
            Shape::Enum(_) => None,
        })
    }

    pub(crate) fn enums(&self) -> impl Iterator<Item = (&Schema, &[Variant])> {
        self.schemas.iter().filter_map(|schema| match &schema.shape {
            Shape::Enum(variants) => Some((schema, variants.as_slice())),
            Shape::Struct(_) => None,
        })
    }
}

impl Operation {
    /// The name of its method.
    pub(crate) fn method_name(&self) -> String {
        value_name(&self.id)
    }

    /// The name of the call's type, if it has one of its own: never that of what is sent or received.
    pub(crate) fn call_name(&self, model: &Model) -> String {
        let name = type_name(&self.id);
        if model.schema(&name).is_some() || Names::of_types().contains(&name) { format!("{name}Call") } else { name }
    }

    /// The parameters in the path, in its order.
    pub(crate) fn parameters_in_path(&self) -> impl Iterator<Item = &Parameter> {
        let mut parameters: Vec<_> =
            self.parameters.iter().filter_map(|one| Some((one.place_in(&self.path)?, one))).collect();
        parameters.sort_by_key(|(place, _)| *place);
        parameters.into_iter().map(|(_, parameter)| parameter)
    }
}

impl Waiter {
    pub(crate) fn method_name(&self) -> String {
        value_name(&self.name)
    }
}

impl Envelope {
    fn read(envelope: &Value) -> Self {
        let name = |property: &str| text(Some(envelope), property);
        Self { result: name("result").unwrap_or_default(), error: name("error"), request_id: name("requestId") }
    }
}

impl RateLimit {
    fn read(limit: &Value) -> Option<Self> {
        let requests = limit.get("requests")?.as_u64()?.try_into().ok()?;
        Some(Self { requests, window: duration::parse(limit.get("window")?.as_str()?)? })
    }
}

impl Environment {
    fn read(root: &Value) -> Self {
        let mut environment = Self { base_url: text(root.pointer("/servers/0"), "x-environment"), ..Self::default() };
        for (_, scheme) in fields(root.pointer("/components/securitySchemes")) {
            let Some(names) = scheme.get("x-environment") else { continue };
            if scheme.get("scheme").is_some_and(|scheme| scheme == "basic") {
                environment.key_id = text(Some(names), "username");
                environment.key_secret = text(Some(names), "password");
            } else {
                environment.token = names.as_str().map(ToOwned::to_owned).or_else(|| text(Some(names), "token"));
            }
        }
        environment
    }
}

impl Environment {
    pub(crate) fn has_credentials(&self) -> bool {
        self.key_id.is_some() && self.key_secret.is_some() || self.token.is_some()
    }
}

impl Authentication {
    fn read(root: &Value) -> Self {
        let schemes = fields(root.pointer("/components/securitySchemes"));
        let mut known = schemes.filter_map(|(_, scheme)| match scheme.get("scheme")?.as_str()? {
            "basic" => Some(Self::Key),
            "bearer" => Some(Self::Token),
            _ => None,
        });
        known.next().unwrap_or(Self::None)
    }
}

fn operations(root: &Value, tags: &[Tag]) -> Result<Vec<Operation>, GenerateError> {
    let items = fields(root.get("paths"));
    items
        .flat_map(|(path, item)| {
            fields(Some(item))
                .filter(|(method, _)| lower::METHODS.contains(&method.as_str()))
                .map(move |(method, operation)| Operation::read(path, method, operation, tags))
        })
        .collect()
}

impl Operation {
    fn read(path: &str, method: &str, operation: &Value, tags: &[Tag]) -> Result<Self, GenerateError> {
        let id = text(Some(operation), "operationId").unwrap_or_default();
        let tag = elements(operation.get("tags")).find_map(Value::as_str);
        let tag = tag.map(|name| {
            let known = tags.iter().find(|tag| tag.name == name).cloned();
            known.unwrap_or_else(|| Tag { name: name.to_owned(), url: None })
        });
        let errors = fields(operation.get(lower::ERRORS));
        Ok(Self {
            summary: text(Some(operation), "summary").unwrap_or_else(|| format!("Calls `{id}`")),
            description: text(Some(operation), "description"),
            deprecated: flag(operation, "deprecated"),
            repeatable: match operation.get("x-retry").and_then(Value::as_str) {
                Some(retry) => retry == "always",
                None => method != "post",
            },
            whole: lower::envelope::is_whole(operation),
            check: text(Some(operation), "x-check").map(|check| check.trim_end_matches('.').to_owned()),
            tag,
            parameters: Parameter::read_all(operation, path),
            body: operation.get("requestBody").and_then(Body::read),
            answer: Answer::read(operation.get("responses"), &id)?,
            errors: errors
                .map(|(status, meaning)| (status.clone(), meaning.as_str().unwrap_or_default().to_owned()))
                .collect(),
            id,
            method: method.to_uppercase(),
            path: path.to_owned(),
        })
    }
}

impl Tag {
    fn read(tag: &Value) -> Self {
        Self { name: text(Some(tag), "name").unwrap_or_default(), url: text(tag.get("externalDocs"), "url") }
    }
}

impl Parameter {
    /// Those of an operation, each with a name of its own: the ones in its path choose first.
    fn read_all(operation: &Value, path: &str) -> Vec<Self> {
        let mut parameters: Vec<_> = elements(operation.get("parameters")).filter_map(Self::read).collect();
        let mut taken: Names = operation.get("requestBody").map(|_| "body").into_iter().collect();
        let mut order: Vec<_> = (0..parameters.len()).collect();
        order.sort_by_key(|index| parameters[*index].place_in(path).unwrap_or(usize::MAX));
        for index in order {
            parameters[index].rust_name = taken.unused(&value_name(&parameters[index].name));
        }
        parameters
    }

    /// Whether two would have the name otherwise.
    pub(crate) fn is_renamed(&self) -> bool {
        self.rust_name != value_name(&self.name)
    }

    fn place_in(&self, path: &str) -> Option<usize> {
        path.find(&format!("{{{}}}", self.name)).filter(|_| self.location == Location::Path)
    }

    fn read(parameter: &Value) -> Option<Self> {
        let location = match parameter.get("in")?.as_str()? {
            "path" => Location::Path,
            "query" => Location::Query,
            "header" => Location::Header,
            _ => return None,
        };
        Some(Self {
            name: parameter.get("name")?.as_str()?.to_owned(),
            rust_name: String::new(),
            location,
            required: flag(parameter, "required"),
            description: text(Some(parameter), "description"),
            schema: parameter.get("schema").cloned().unwrap_or_default(),
        })
    }
}

impl Body {
    fn read(body: &Value) -> Option<Self> {
        let (_, media_type) = fields(body.get("content")).next()?;
        let schema = media_type.get("schema").cloned().unwrap_or_default();
        Some(Self { example: example(media_type).or_else(|| schema.get("example").cloned()), schema })
    }
}

impl Answer {
    fn read(responses: Option<&Value>, id: &str) -> Result<Self, GenerateError> {
        let mut successes = fields(responses);
        let (Some((_, success)), None) = (successes.next(), successes.next()) else {
            let problem = format!("`{id}` has not exactly one success response left");
            return Err(GenerateError::Pass { pass: "model", problem });
        };
        Ok(match fields(success.get("content")).next() {
            None => Self::Empty,
            Some((media_type, _)) if media_type.starts_with("text/") => Self::Text(media_type.clone()),
            Some((_, content)) => Self::Result(content.get("schema").cloned().unwrap_or_default()),
        })
    }
}

impl Waiter {
    fn read(name: &str, rule: &Value) -> Self {
        let string = |key| text(Some(rule), key);
        let list = |key| elements(rule.get(key)).filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        let time = |key| duration::parse(rule.get(key)?.as_str()?);
        Self {
            name: name.to_owned(),
            description: string("description"),
            operation: string("operation").unwrap_or_default(),
            field: string("field").unwrap_or_default(),
            done: list("done"),
            never: list("never"),
            done_when_gone: rule.get("notFound").is_some(),
            every: time("every"),
            within: time("within"),
        }
    }
}

impl Schema {
    fn read(name: &str, schema: &Value, root: &Value) -> Self {
        let shape = if schemas::is_enum(schema) {
            Shape::Enum(variants(schema))
        } else {
            let required: Vec<_> = elements(schema.get("required")).filter_map(Value::as_str).collect();
            let properties = fields(schema.get("properties"));
            let properties: Vec<_> = properties.collect();
            let names: Vec<_> = properties.iter().map(|(name, _)| name.as_str()).collect();
            let read = |((name, property), rust_name): (&(&String, &Value), String)| {
                let required = required.contains(&name.as_str());
                Field { rust_name, ..Field::read(name, property, required, root) }
            };
            Shape::Struct(properties.iter().zip(names::fields(&names)).map(read).collect())
        };
        let input_of = text(Some(schema), lower::INPUT_OF);
        let renamed = || {
            let name = text(root.get(lower::DOCUMENT_NAMES), input_of.as_deref().unwrap_or(name))?;
            Some(Pointer::default().key("components").key("schemas").key(&name))
        };
        Self {
            name: name.to_owned(),
            description: text(Some(schema), "description").unwrap_or_else(|| undescribed(name)),
            role: match schema.get(lower::ROLE).and_then(Value::as_str) {
                Some("request") => Role::Request,
                Some("both") => Role::Both,
                _ => Role::Response,
            },
            shape,
            found_at: text(Some(schema), lower::FOUND_AT).map(|at| Pointer::default().join(&at)).or_else(renamed),
            input_of,
            source: schema.clone(),
        }
    }
}

impl Field {
    /// Whether two would have the name otherwise.
    pub(crate) fn is_renamed(&self) -> bool {
        self.rust_name != value_name(&self.name)
    }

    fn read(name: &str, property: &Value, required: bool, root: &Value) -> Self {
        let target = schemas::reference(property).and_then(|name| root.pointer(&format!("/components/schemas/{name}")));
        let of_target = text(target, "description").map(|text| first_sentence(&text).to_owned());
        Self {
            name: name.to_owned(),
            rust_name: String::new(),
            description: text(Some(property), "description").or(of_target).unwrap_or_else(|| undescribed(name)),
            required,
            nullable: flag(property, "nullable"),
            patch: flag(property, lower::PATCH),
            secret: is_secret(property),
            deprecated: flag(property, "deprecated"),
            schema: property.clone(),
        }
    }
}

fn is_secret(schema: &Value) -> bool {
    schema.get("format").is_some_and(|format| format == "password") || schema.get("items").is_some_and(is_secret)
}

fn variants(schema: &Value) -> Vec<Variant> {
    let given = schema.get("x-variant-names");
    let texts: Vec<_> = elements(schema.get("enum")).filter_map(Value::as_str).collect();
    let names = names::variants(&texts, given);
    names.into_iter().zip(texts).map(|(name, text)| Variant { name, text: text.to_owned() }).collect()
}

/// A license that SPDX has a name for: `Apache-2.0`, but not `Apache License`.
fn license(license: &Value) -> Option<String> {
    let is_named = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.+".contains(&byte));
    let name = text(Some(license), "name").filter(|name| name == "MIT" || name.contains('-'));
    text(Some(license), "identifier").or(name).filter(is_named)
}

fn undescribed(name: &str) -> String {
    format!("`{name}` of the API's document.")
}

fn example(value: &Value) -> Option<Value> {
    let first = fields(value.get("examples")).next().and_then(|(_, example)| example.get("value"));
    value.get("example").or(first).cloned()
}

fn text(value: Option<&Value>, key: &str) -> Option<String> {
    value?.get(key)?.as_str().map(|text| text.trim().to_owned())
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

fn elements(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.and_then(Value::as_object).unwrap_or(&EMPTY).iter()
}
