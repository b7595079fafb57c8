//! The operations: their bodies, responses and errors.

use serde_json::{Map, Value, json};

use super::{Api, Deprecation, Events, Parameter, Reader, Response, Schema, Style, areas::area_of_operation, text};
use crate::{
    json::{elements, fields},
    names::{Names, type_name, value_name},
    normalize::merge::marks,
    openapi::{
        extensions::{
            CHECK, FIND, Find, NEEDS, Need, PERMISSIONS, Pagination, PassingRefusal, RETRY, RETRY_REFUSED, Reading,
            Retry, STABILITY, Stability, is_none_if_not_found, is_unwrapped, read_check, read_permissions,
        },
        media_type::{Format, is_incomplete, is_range},
        operation::{self, operations},
        parameter::Location,
        reference::SCHEMAS,
        server::Servers,
    },
    progenitor::Type,
    source::Pointer,
};

const NOT_FOUND: &str = "404";

#[derive(Debug)]
pub(crate) struct Operation {
    /// Its location in the document.
    pub(crate) at: Pointer,
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The URL of its server, unless that is the first of the document.
    pub(crate) server: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) deprecation: Option<Deprecation>,
    pub(crate) stability: Option<Stability>,
    /// The permissions that a key needs.
    pub(crate) permissions: Vec<String>,
    /// Whether a call may be repeated that may have been carried out.
    pub(crate) is_retryable: bool,
    /// Whether its responses have no envelope although those of other operations do.
    pub(crate) is_unwrapped: bool,
    /// Whether it is called without credentials although other operations may need them.
    pub(crate) is_anonymous: bool,
    /// How to find out whether a call was carried out.
    pub(crate) check: Option<String>,
    /// The list in which it finds what it created, if its outcome is unknown.
    pub(crate) find: Option<Find>,
    /// What has to be there, or else it is refused.
    pub(crate) needs: Option<Need>,
    /// The refusals that pass by themselves.
    pub(crate) passing_refusals: Vec<PassingRefusal>,
    pub(crate) tag: Option<Tag>,
    /// The part of the API that it belongs to.
    pub(crate) area: String,
    /// How its list goes on, if it returns one in pages.
    pub(crate) pagination: Option<Pagination>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) response: Response,
    pub(crate) events: Option<Events>,
    pub(crate) errors: Vec<ErrorResponse>,
}

/// A documented response that is an error.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ErrorResponse {
    pub(crate) status: String,
    pub(crate) meaning: String,
    /// The schemas of its body, one for each media type.
    pub(crate) schemas: Vec<Schema>,
}

#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// The page that describes its operations.
    pub(crate) url: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) media_type: String,
    pub(crate) format: Format,
    /// Whether it is an argument of the method. Most documents that leave out `required` mean it.
    pub(crate) required: bool,
    pub(crate) schema: Schema,
    pub(crate) example: Option<Value>,
    /// The styles of the properties of a form that state one.
    pub(crate) styles: Vec<(String, Style)>,
    /// The media types of the properties of a form that state one.
    pub(crate) media_types: Vec<(String, String)>,
}

/// Reads the operations, in the order of the document.
pub(super) fn read_all(reader: &Reader<'_>, tags: &[Tag], servers: &Servers) -> Vec<Operation> {
    let ids = operations(reader.root).filter_map(|operation| text(Some(operation.value), "operationId"));
    let ids: Vec<_> = ids.map(|id| value_name(&id)).collect();
    let mut taken: Names = ids.iter().map(String::as_str).collect();
    let read = operations(reader.root).flat_map(|operation| {
        let with_form = with_form(&operation, &mut taken);
        let form = with_form.as_ref().map(|value| {
            let operation::Operation { path, method, .. } = operation;
            let form = operation::Operation { path, method, at: operation.at.clone(), value };
            Operation::read(form, tags, servers, reader)
        });
        [Operation::read(operation, tags, servers, reader)].into_iter().chain(form).collect::<Vec<_>>()
    });
    read.collect()
}

/// Returns an operation with its second body, a form, and an id of its own, if it has one.
fn with_form(operation: &operation::Operation<'_, &Value>, taken: &mut Names) -> Option<Value> {
    let mut bodies = fields(operation.value.pointer("/requestBody/content"));
    let ((first, _), (form, content)) = (bodies.next()?, bodies.next()?);
    let id = text(Some(operation.value), "operationId").unwrap_or_default();
    let numbers = std::iter::once(String::new()).chain((2..).map(|number| number.to_string()));
    let mut ids = numbers.map(|number| format!("{id}Multipart{number}"));
    let mut with_form = operation.value.clone();
    let sentence = format!("The body is sent as `{form}`. `{id}` sends it as `{first}`.");
    let description = text(Some(&with_form), "description").map(|description| format!("{description}\n\n{sentence}"));
    with_form["description"] = Value::String(description.unwrap_or(sentence));
    with_form["operationId"] = Value::String(ids.find(|id| taken.take(&value_name(id)))?);
    with_form["requestBody"]["content"] = json!({ form: content });
    Some(with_form)
}

impl Operation {
    /// Returns the name of its method.
    pub(crate) fn method_name(&self) -> String {
        value_name(&self.id)
    }

    /// Returns the name of the type of its call, which no other type has.
    pub(crate) fn call_name(&self, api: &Api) -> String {
        let name = type_name(&self.id);
        if api.type_def(&name).is_some() || Names::of_types().contains(&name) {
            type_name(&format!("{name}Call"))
        } else {
            name
        }
    }

    /// Returns whether it is refused while something is idle.
    pub(crate) fn needs_wake(&self) -> bool {
        self.needs == Some(Need::Wake)
    }

    /// Returns whether its method has an argument for the body.
    pub(crate) fn takes_body(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.required)
    }

    /// Returns whether its call has a type of its own, for events and for setters of optional arguments.
    pub(crate) fn has_call(&self) -> bool {
        let has_optional_body = self.body.as_ref().is_some_and(|body| !body.required);
        self.events.is_some() || has_optional_body || self.parameters.iter().any(|parameter| !parameter.required)
    }

    /// Returns the type of the items, if it is a GET that returns a list.
    pub(crate) fn items(&self) -> Option<&Type> {
        let (Response::Json(schema, _) | Response::OptionalJson(schema, _)) = &self.response else { return None };
        match schema.ty.non_null() {
            Type::List(item) if self.method == "GET" => Some(item),
            _ => None,
        }
    }

    /// Returns whether its call has a method that streams the response, which has a body, and is not inside an
    /// envelope.
    pub(crate) fn is_streamed(&self, api: &Api) -> bool {
        match &self.response {
            Response::Json(..) | Response::OptionalJson(..) | Response::JsonOrNotFound(..) => {
                api.envelope.is_none() || self.is_unwrapped
            }
            Response::Text(_) | Response::Bytes(_) | Response::Enum(_) => true,
            Response::Redirect(_) | Response::Empty => false,
        }
    }

    /// Returns the schemas of all that it sends and receives.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.schema);
        let body = self.body.iter().map(|body| &body.schema);
        let errors = self.errors.iter().flat_map(|error| &error.schemas);
        let events = self.events.iter().filter_map(Events::schema);
        parameters.chain(body).chain(self.response.schemas()).chain(events).chain(errors)
    }

    fn read(operation: operation::Operation<'_, &Value>, tags: &[Tag], servers: &Servers, reader: &Reader<'_>) -> Self {
        let operation::Operation { path, method, at, value: operation } = operation;
        let root = reader.root;
        let id = text(Some(operation), "operationId").unwrap_or_default();
        let tag = elements(operation.get("tags")).find_map(Value::as_str);
        let tag = tag.map(|name| {
            let known = tags.iter().find(|tag| tag.name == name).cloned();
            known.unwrap_or_else(|| Tag { name: name.to_owned(), description: None, url: None })
        });
        let is_none_if_not_found = is_none_if_not_found(operation);
        let errors = marks::errors(operation, &at).filter(|(status, ..)| !is_none_if_not_found || *status != NOT_FOUND);
        let errors = errors.map(|(status, error, at)| ErrorResponse::read(status, error, &at, reader));
        let parameters = Parameter::read_all(operation, path, &at, reader);
        let retry = extension(operation, RETRY, |retry, at| Retry::read(retry, at, method == "post"));
        Self {
            summary: reader.prose(operation, "summary"),
            description: reader.prose(operation, "description"),
            deprecation: Deprecation::read(operation),
            stability: extension(operation, STABILITY, Stability::read),
            permissions: extension(operation, PERMISSIONS, read_permissions).unwrap_or_default(),
            is_retryable: match retry {
                Some(retry) => retry == Retry::Always,
                None => method != "post",
            },
            is_unwrapped: is_unwrapped(operation),
            is_anonymous: is_anonymous(operation.get("security").or_else(|| root.get("security"))),
            check: extension(operation, CHECK, read_check),
            area: area_of_operation(reader.document, &at, tag.as_ref().map(|tag| tag.name.as_str())),
            needs: extension(operation, NEEDS, Need::read),
            find: extension(operation, FIND, Find::read),
            passing_refusals: extension(operation, RETRY_REFUSED, PassingRefusal::read_all).unwrap_or_default(),
            tag,
            response: {
                let schemas = fields(root.pointer(SCHEMAS));
                let taken = schemas.map(|(name, _)| name.as_str());
                let name = || taken.collect::<Names>().unused(&type_name(&format!("{}Response", type_name(&id))));
                match Response::read(operation.get("responses"), &at.key("responses"), reader, name) {
                    redirect @ Response::Redirect(_) => redirect,
                    _ if method == "head" => Response::Empty,
                    response if is_none_if_not_found => response.or_not_found(),
                    response => response,
                }
            },
            events: Events::read(operation.get("responses"), &at.key("responses"), reader),
            pagination: Pagination::of(root, operation, |name| {
                parameters.iter().any(|parameter| parameter.name == name && parameter.location == Location::Query)
            }),
            parameters,
            body: operation.get("requestBody").and_then(|body| Body::read(body, &at.key("requestBody"), reader)),
            errors: errors.collect(),
            server: servers.of_operation(&at).map(ToOwned::to_owned),
            at,
            id,
            method: method.to_uppercase(),
            path: operation::without_fragment(path).to_owned(),
        }
    }
}

/// Reads an extension, which was checked.
fn extension<T>(value: &Value, name: &str, read: impl FnOnce(&Value, &Pointer) -> Reading<T>) -> Option<T> {
    read(value.get(name)?, &Pointer::default()).ok()
}

/// Returns whether the security requirements of an operation allow calls without credentials only.
fn is_anonymous(security: Option<&Value>) -> bool {
    let requirements = security.and_then(Value::as_array);
    requirements.is_some_and(|all| all.iter().all(|requirement| requirement.as_object().is_some_and(Map::is_empty)))
}

impl Tag {
    pub(super) fn read(tag: &Value, reader: &Reader<'_>) -> Self {
        Self {
            name: text(Some(tag), "name").unwrap_or_default(),
            description: reader.prose(tag, "description"),
            url: text(tag.get("externalDocs"), "url"),
        }
    }
}

impl ErrorResponse {
    fn read(status: &str, error: &Value, at: &Pointer, reader: &Reader<'_>) -> Self {
        Self {
            status: status.to_owned(),
            meaning: reader.prose(error, "description").unwrap_or_default(),
            schemas: marks::error_schemas(error, at).map(|(schema, at)| reader.schema(schema, &at)).collect(),
        }
    }
}

impl Body {
    fn read(body: &Value, at: &Pointer, reader: &Reader<'_>) -> Option<Self> {
        let (media_type, content) = fields(body.get("content")).next()?;
        let format = match Format::of(media_type, content.get("schema")) {
            // What a range stands for may be anything.
            Format::Text if is_range(media_type) && !media_type.starts_with("text/") => Format::Bytes,
            format => format,
        };
        let encodings = || fields(content.get("encoding"));
        let has_style = |encoding: &Value| encoding.get("style").is_some() || encoding.get("explode").is_some();
        Some(Self {
            format,
            media_type: match format {
                Format::Json if is_range(media_type) => "application/json".to_owned(),
                _ => media_type.clone(),
            },
            required: body.get("required") != Some(&Value::Bool(false)),
            example: example(content).or_else(|| content.get("schema")?.get("example").cloned()),
            schema: reader.schema_of(content, &at.key("content").key(media_type)),
            styles: encodings()
                .filter(|(_, encoding)| has_style(encoding))
                .map(|(name, encoding)| (name.clone(), Style::read(encoding, "form")))
                .collect(),
            media_types: encodings()
                .filter_map(|(name, encoding)| Some((name.clone(), first_media_type(encoding)?)))
                .collect(),
        })
    }

    /// Returns whether the media type is an argument, because that of the document is not complete.
    pub(crate) fn takes_media_type(&self) -> bool {
        is_incomplete(&self.media_type)
    }
}

/// Returns the first of the media types that a property of a form may have.
fn first_media_type(encoding: &Value) -> Option<String> {
    let listed = encoding.get("contentType")?.as_str()?.split(',').map(str::trim);
    listed.into_iter().find(|media_type| !media_type.is_empty() && !is_range(media_type)).map(ToOwned::to_owned)
}

fn example(value: &Value) -> Option<Value> {
    let first = fields(value.get("examples")).next().and_then(|(_, example)| example.get("value"));
    value.get("example").or(first).cloned()
}

#[cfg(test)]
mod tests {
    use crate::api::tests::api;

    #[test]
    fn a_post_is_retryable_only_if_the_document_says_so() {
        let api = api("
            paths:
              /things:
                get: {operationId: listThings, responses: {'204': {description: Done.}}}
                post: {operationId: createThing, responses: {'204': {description: Done.}}}
              /search:
                post: {operationId: searchThings, x-retry: always, responses: {'204': {description: Done.}}}
        ");
        let operations: Vec<_> = api.operations.iter().map(|it| (&*it.id, it.is_retryable)).collect();
        assert_eq!(operations, [("listThings", true), ("createThing", false), ("searchThings", true)]);
    }

    #[test]
    fn an_optional_body_gives_the_call_a_type() {
        let api = api("
            paths:
              /thing:
                put:
                  operationId: setThing
                  requestBody: {required: false, content: {application/json: {schema: {type: integer}}}}
                  responses: {'204': {description: Done.}}
        ");
        let operation = &api.operations[0];
        assert!(operation.has_call() && !operation.takes_body());
        assert_eq!(operation.call_name(&api), "SetThing");
    }
}
