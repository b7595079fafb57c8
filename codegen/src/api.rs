//! What a lowered document says, in types: what the passes over the emitted code look things up in.

mod answers;
mod prose;
mod unions;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde_json::{Map, Value, json};

use crate::{
    api::prose::{first_sentence, for_rustdoc},
    json::{elements, fields},
    names::{self, Names, type_name, value_name},
    normalize::merge,
    openapi::{
        METHODS,
        parameter::{Location, OTHERWISE_SAID},
        security::Authentication,
    },
    openapi::{
        duration,
        media_type::Format,
        schema::{is_enum, is_union, reference},
    },
    source::Pointer,
};

pub(crate) use unions::{Alternative, Member, Pattern};

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
    /// The place of each schema, by its name.
    places: HashMap<String, usize>,
    /// The errors that every operation lists.
    common_errors: Vec<Failure>,
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
    pub(crate) schema: Option<Value>,
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
    /// What it is called in Rust, where no two of an operation are called alike.
    pub(crate) rust_name: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) description: Option<String>,
    pub(crate) style: Style,
    pub(crate) allow_reserved: bool,
    pub(crate) schema: Value,
}

/// How a value of more than one part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Simple { explode: bool },
    Label { explode: bool },
    Matrix { explode: bool },
    Form { explode: bool },
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Json,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) media_type: String,
    pub(crate) format: Format,
    /// Whether the method takes it. Most documents that do not say so mean it.
    pub(crate) required: bool,
    pub(crate) schema: Value,
    pub(crate) example: Option<Value>,
    /// The properties of a form that have a style of their own.
    pub(crate) styles: Vec<(String, Style)>,
    /// The properties of a form that have a media type of their own.
    pub(crate) media_types: Vec<(String, String)>,
}

/// What a successful call returns.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// JSON of this schema and this media type.
    Result(Value, String),
    /// The same, or nothing.
    Optional(Value, String),
    /// Text of these media types.
    Text(String),
    /// Bytes of these media types.
    Bytes(String),
    /// What the status and the media type say.
    OneOf(OneOf),
    Empty,
}

/// Answers that become an enum.
#[derive(Debug, PartialEq)]
pub(crate) struct OneOf {
    /// The name of the enum.
    pub(crate) name: String,
    /// All that are asked for.
    pub(crate) media_types: String,
    /// The most particular first.
    pub(crate) outcomes: Vec<Outcome>,
}

/// One of several answers.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// Its variant. Two outcomes that hold the same share one.
    pub(crate) variant: String,
    pub(crate) status: String,
    pub(crate) media_type: String,
    pub(crate) meaning: String,
    pub(crate) content: Content,
}

/// What an outcome holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Json(Value),
    Text,
    Bytes,
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
    Union(Vec<Alternative>),
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
    /// The one value that it has in what is sent: it says which alternative of a union that is.
    pub(crate) constant: Option<Value>,
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// The text over the wire.
    pub(crate) text: String,
}

impl Role {
    pub(crate) fn is_sent(self) -> bool {
        self != Self::Response
    }

    pub(crate) fn is_received(self) -> bool {
        self != Self::Request
    }
}

/// The address of the first server, with its variables filled in; none if it is only a part of one.
fn base_url(root: &Value) -> Option<String> {
    let server = root.pointer("/servers/0")?;
    let variables = fields(server.get("variables"));
    let url = variables.fold(text(Some(server), "url")?, |url, (name, variable)| {
        url.replace(&format!("{{{name}}}"), &text(Some(variable), "default").unwrap_or_default())
    });
    url.contains("://").then_some(url)
}

fn common_errors(operations: &[Operation]) -> Vec<Failure> {
    let (Some(first), true) = (operations.first(), operations.len() > 1) else { return Vec::new() };
    let is_common = |error: &&Failure| operations.iter().all(|other| other.errors.contains(error));
    first.errors.iter().filter(is_common).cloned().collect()
}

impl Model {
    pub(crate) fn read(root: &Value, crate_name: &str) -> Self {
        let tags: Vec<_> = elements(root.get("tags")).map(Tag::read).collect();
        let schemas = fields(root.pointer("/components/schemas"));
        let mut schemas: Vec<_> = schemas.map(|(name, schema)| Schema::read(name, schema, root)).collect();
        unions::set_constants(&mut schemas);
        let operations = operations(root, &tags);
        Self {
            crate_name: crate_name.to_owned(),
            title: prose(root.get("info"), "title").unwrap_or_default(),
            description: prose(root.get("info"), "description"),
            license: root.pointer("/info/license").and_then(license),
            base_url: base_url(root).unwrap_or_default(),
            envelope: root.get("x-envelope").map(Envelope::read),
            rate_limit: root.get("x-rate-limit").and_then(RateLimit::read),
            environment: Environment::read(root),
            authentication: Authentication::read(root),
            common_errors: common_errors(&operations),
            operations,
            waiters: fields(root.get("x-waiters")).map(|(name, rule)| Waiter::read(name, rule)).collect(),
            places: schemas.iter().enumerate().map(|(place, schema)| (schema.name.clone(), place)).collect(),
            schemas,
        }
    }

    pub(crate) fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.get(*self.places.get(name)?)
    }

    /// The errors that every operation lists.
    pub(crate) fn common_errors(&self) -> &[Failure] {
        &self.common_errors
    }

    /// Whether there is a form with files in it.
    pub(crate) fn sends_files(&self) -> bool {
        self.structs().any(|(_, fields)| fields.iter().any(|field| merge::contents::is_file(&field.schema)))
    }

    /// Whether an operation takes or gives bytes.
    pub(crate) fn has_bytes(&self) -> bool {
        self.operations.iter().any(|operation| {
            let is_sent = operation.body.as_ref().is_some_and(|body| body.format == Format::Bytes);
            is_sent || matches!(operation.answer, Answer::Bytes(_) | Answer::OneOf(_))
        })
    }

    /// The enums of operations that answer in several ways, each with its operation.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (&Operation, &OneOf)> {
        self.operations.iter().filter_map(|operation| match &operation.answer {
            Answer::OneOf(one_of) => Some((operation, one_of)),
            _ => None,
        })
    }

    pub(crate) fn structs(&self) -> impl Iterator<Item = (&Schema, &[Field])> {
        self.schemas.iter().filter_map(|schema| match &schema.shape {
            Shape::Struct(fields) => Some((schema, fields.as_slice())),
            Shape::Enum(_) | Shape::Union(_) => None,
        })
    }

    pub(crate) fn enums(&self) -> impl Iterator<Item = (&Schema, &[Variant])> {
        self.schemas.iter().filter_map(|schema| match &schema.shape {
            Shape::Enum(variants) => Some((schema, variants.as_slice())),
            Shape::Struct(_) | Shape::Union(_) => None,
        })
    }

    pub(crate) fn unions(&self) -> impl Iterator<Item = (&Schema, &[Alternative])> {
        self.schemas.iter().filter_map(|schema| match &schema.shape {
            Shape::Union(alternatives) => Some((schema, alternatives.as_slice())),
            Shape::Struct(_) | Shape::Enum(_) => None,
        })
    }

    pub(crate) fn names_of_unions(&self) -> HashSet<&str> {
        self.unions().map(|(schema, _)| schema.name.as_str()).collect()
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

impl Operation {
    /// Whether its method takes what is sent.
    pub(crate) fn takes_body(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.required)
    }

    /// Whether its call has a type of its own, because something that it takes is optional.
    pub(crate) fn has_call(&self) -> bool {
        let is_optional = |body: &Body| !body.required;
        self.parameters.iter().any(|parameter| !parameter.required) || self.body.as_ref().is_some_and(is_optional)
    }

    /// The schemas of everything that it takes and gives, each under a name.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = (String, &Value)> {
        let parameters = self.parameters.iter().map(|parameter| (parameter.rust_name.clone(), &parameter.schema));
        let body = self.body.iter().map(|body| ("body".to_owned(), &body.schema));
        let outcomes: &[_] = if let Answer::OneOf(one_of) = &self.answer { &one_of.outcomes } else { &[] };
        let outcomes = outcomes.iter().filter_map(|outcome| match &outcome.content {
            Content::Json(schema) => Some((outcome.key(), schema)),
            _ => None,
        });
        let answer = match &self.answer {
            Answer::Result(schema, _) | Answer::Optional(schema, _) => Some((ANSWER.to_owned(), schema)),
            _ => None,
        };
        parameters.chain(body).chain(answer).chain(outcomes)
    }
}

/// The name under which [`Operation::schemas`] has what a call returns.
pub(crate) const ANSWER: &str = "the answer";

impl Outcome {
    /// The name under which [`Operation::schemas`] has what the variant holds.
    pub(crate) fn key(&self) -> String {
        format!("the answer {}", self.variant)
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

fn operations(root: &Value, tags: &[Tag]) -> Vec<Operation> {
    let items = fields(root.get("paths"));
    items
        .flat_map(|(path, item)| {
            fields(Some(item))
                .filter(|(method, _)| METHODS.contains(&method.as_str()))
                .map(move |(method, operation)| Operation::read(path, method, operation, tags, root))
        })
        .collect()
}

impl Operation {
    fn read(path: &str, method: &str, operation: &Value, tags: &[Tag], root: &Value) -> Self {
        let id = text(Some(operation), "operationId").unwrap_or_default();
        let tag = elements(operation.get("tags")).find_map(Value::as_str);
        let tag = tag.map(|name| {
            let known = tags.iter().find(|tag| tag.name == name).cloned();
            known.unwrap_or_else(|| Tag { name: name.to_owned(), url: None })
        });
        let errors = fields(operation.get(merge::ERRORS)).map(|(status, error)| Failure::read(status, error));
        Self {
            summary: prose(Some(operation), "summary").unwrap_or_else(|| format!("Calls `{id}`")),
            description: prose(Some(operation), "description"),
            deprecated: flag(operation, "deprecated"),
            repeatable: match operation.get("x-retry").and_then(Value::as_str) {
                Some(retry) => retry == "always",
                None => method != "post",
            },
            whole: merge::envelope::is_whole(operation),
            anonymous: is_anonymous(operation.get("security").or_else(|| root.get("security"))),
            check: text(Some(operation), "x-check").map(|check| check.trim_end_matches('.').to_owned()),
            tag,
            answer: match method {
                "head" => Answer::Empty,
                _ => {
                    let schemas = fields(root.pointer("/components/schemas"));
                    let taken = schemas.map(|(name, _)| name.as_str());
                    let name = || taken.collect::<Names>().unused(&format!("{}Answer", type_name(&id)));
                    Answer::read(operation.get("responses"), name)
                }
            },
            parameters: Parameter::read_all(operation, path),
            body: operation.get("requestBody").and_then(Body::read),
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
    fn read(tag: &Value) -> Self {
        Self { name: text(Some(tag), "name").unwrap_or_default(), url: text(tag.get("externalDocs"), "url") }
    }
}

impl Failure {
    fn read(status: &str, error: &Value) -> Self {
        Self {
            status: status.to_owned(),
            meaning: prose(Some(error), "description").unwrap_or_default(),
            schema: error.get("schema").cloned(),
        }
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
        let location = Location::of(parameter.get("in")?.as_str()?)?;
        let name = parameter.get("name")?.as_str()?.to_owned();
        if location == Location::Header && OTHERWISE_SAID.contains(&&*name.to_ascii_lowercase()) {
            return None;
        }
        let default = match location {
            Location::Path | Location::Header => "simple",
            Location::Query | Location::Cookie => "form",
        };
        Some(Self {
            name,
            rust_name: String::new(),
            location,
            required: flag(parameter, "required"),
            description: prose(Some(parameter), "description"),
            style: Style::read(parameter, default),
            allow_reserved: location == Location::Query && flag(parameter, "allowReserved"),
            schema: schema(parameter),
        })
    }
}

impl Style {
    /// What a parameter or the encoding of a property says.
    fn read(holder: &Value, default: &str) -> Self {
        let style = holder.get("style").and_then(Value::as_str).unwrap_or(default);
        let explode = holder.get("explode").map_or(style == "form", |explode| explode == true);
        match style {
            "label" => Self::Label { explode },
            "matrix" => Self::Matrix { explode },
            "spaceDelimited" if !explode => Self::SpaceDelimited,
            "pipeDelimited" if !explode => Self::PipeDelimited,
            "form" | "spaceDelimited" | "pipeDelimited" => Self::Form { explode },
            "deepObject" => Self::DeepObject,
            merge::contents::JSON => Self::Json,
            _ => Self::Simple { explode },
        }
    }
}

impl Body {
    fn read(body: &Value) -> Option<Self> {
        let (media_type, content) = fields(body.get("content")).next()?;
        let schema = schema(content);
        let encodings = || fields(content.get("encoding"));
        let has_style = |encoding: &Value| encoding.get("style").is_some() || encoding.get("explode").is_some();
        Some(Self {
            format: Format::of(media_type, content),
            media_type: media_type.clone(),
            required: body.get("required") != Some(&Value::Bool(false)),
            example: example(content).or_else(|| schema.get("example").cloned()),
            schema,
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
        let shape = if is_enum(schema) {
            Shape::Enum(variants(schema))
        } else if is_union(schema) {
            Shape::Union(unions::read(name, schema, root))
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
        let input_of = text(Some(schema), merge::INPUT_OF);
        let renamed = || {
            let name = text(root.get(merge::DOCUMENT_NAMES), input_of.as_deref().unwrap_or(name))?;
            Some(Pointer::default().key("components").key("schemas").key(&name))
        };
        Self {
            name: name.to_owned(),
            description: prose(Some(schema), "description").unwrap_or_else(|| undescribed(name)),
            role: match schema.get(merge::ROLE).and_then(Value::as_str) {
                Some("request") => Role::Request,
                Some("both") => Role::Both,
                _ => Role::Response,
            },
            shape,
            found_at: text(Some(schema), merge::FOUND_AT).map(|at| Pointer::default().join(&at)).or_else(renamed),
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
        let target = reference(property).and_then(|name| root.pointer(&format!("/components/schemas/{name}")));
        let of_target = prose(target, "description").map(|text| first_sentence(&text).to_owned());
        Self {
            name: name.to_owned(),
            rust_name: String::new(),
            description: prose(Some(property), "description").or(of_target).unwrap_or_else(|| undescribed(name)),
            required,
            nullable: flag(property, "nullable"),
            patch: flag(property, merge::PATCH),
            secret: is_secret(property),
            deprecated: flag(property, "deprecated"),
            schema: property.clone(),
            constant: None,
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

/// What a parameter or a content is, which can be anything if nothing is said of it.
fn schema(holder: &Value) -> Value {
    holder.get("schema").cloned().unwrap_or_else(|| json!({}))
}

fn example(value: &Value) -> Option<Value> {
    let first = fields(value.get("examples")).next().and_then(|(_, example)| example.get("value"));
    value.get("example").or(first).cloned()
}

/// Text for people to read.
fn prose(value: Option<&Value>, key: &str) -> Option<String> {
    text(value, key).map(|text| for_rustdoc(&text))
}

/// Text that says something.
fn text(value: Option<&Value>, key: &str) -> Option<String> {
    let text = value?.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}
