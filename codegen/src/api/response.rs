//! The type that a call returns, by the documented responses of its operation.

use serde_json::Value;

use super::{Documented, Reader, Schema};
use crate::{
    json::fields,
    names::{CATCH_ALL, Names, type_name},
    openapi::media_type::{self, Format, essence},
    progenitor::Type,
    source::Pointer,
};

/// What a successful call returns.
#[derive(Debug, PartialEq)]
pub(crate) enum Response {
    /// JSON of this schema, in these media types.
    Json(Schema, String),
    /// JSON of this schema, in these media types, or nothing.
    OptionalJson(Schema, String),
    /// JSON that a request accepts as these media types, or a 404 because there is none.
    JsonOrNotFound(Schema, String),
    /// Text of these media types.
    Text(String),
    /// Bytes of these media types.
    Bytes(String),
    /// A redirect of one of these statuses.
    Redirect(Vec<String>),
    /// One of several documented responses.
    Enum(ResponseEnum),
    Empty,
}

/// The enum of an operation with documented responses of several types.
#[derive(Debug, PartialEq)]
pub(crate) struct ResponseEnum {
    pub(crate) name: String,
    /// The media types that a request accepts.
    pub(crate) media_types: String,
    /// Exact statuses and media types before ranges, and ranges before what stands for all: the first that fits is it.
    pub(crate) variants: Vec<ResponseVariant>,
}

/// One of several documented responses.
#[derive(Debug, PartialEq)]
pub(crate) struct ResponseVariant {
    /// The name of the variant in Rust, which responses with the same content share.
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) media_type: String,
    /// The description of the response.
    pub(crate) meaning: String,
    pub(crate) content: Content,
}

/// What the body of a response is decoded as.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Json(Schema),
    Text,
    Bytes,
    Redirect,
    Empty,
}

impl ResponseEnum {
    /// Returns the statuses of its redirects.
    pub(crate) fn redirects(&self) -> Vec<&str> {
        let redirects = self.variants.iter().filter(|variant| variant.content == Content::Redirect);
        redirects.map(|variant| variant.status.as_str()).collect()
    }
}

impl Response {
    /// Returns the schemas of its JSON.
    pub(super) fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let (schema, variants) = match self {
            Self::Json(schema, _) | Self::OptionalJson(schema, _) | Self::JsonOrNotFound(schema, _) => {
                (Some(schema), [].as_slice())
            }
            Self::Enum(response_enum) => (None, response_enum.variants.as_slice()),
            Self::Text(_) | Self::Bytes(_) | Self::Redirect(_) | Self::Empty => (None, [].as_slice()),
        };
        schema.into_iter().chain(variants.iter().filter_map(|variant| match &variant.content {
            Content::Json(schema) => Some(schema),
            Content::Text | Content::Bytes | Content::Redirect | Content::Empty => None,
        }))
    }

    /// Makes a 404 mean that there is no value.
    pub(super) fn or_not_found(self) -> Self {
        match self {
            Self::Json(schema, media_types) => Self::JsonOrNotFound(schema, media_types),
            other => other,
        }
    }

    /// Reads the responses of an operation: one type if all of them have the same content, and otherwise an enum, whose
    /// name `enum_name` chooses.
    pub(super) fn read(
        responses: Option<&Value>,
        at: &Pointer,
        reader: &Reader<'_>,
        enum_name: impl FnOnce() -> String,
    ) -> Self {
        let responses = fields(responses);
        let mut variants: Vec<_> =
            responses.flat_map(|(status, response)| read_variants(status, response, &at.key(status), reader)).collect();
        leave_out_events(&mut variants);
        let contents = unique(variants.iter().map(|variant| &variant.content));
        let with_body = variants.iter().filter(|variant| variant.content.is_body());
        let media_types = unique(with_body.map(|variant| variant.media_type.as_str())).join(", ");
        let media_types = if media_types.is_empty() { "*/*".to_owned() } else { media_types };
        match contents.as_slice() {
            [] | [Content::Empty] => return Self::Empty,
            [Content::Redirect] => {
                return Self::Redirect(unique(variants.into_iter().map(|variant| variant.status)));
            }
            [Content::Json(schema)] if matches!(schema.ty, Type::Nullable(_)) => {
                return Self::OptionalJson((*schema).clone(), media_types);
            }
            [Content::Json(schema)] => return Self::Json((*schema).clone(), media_types),
            [Content::Json(schema), Content::Empty] | [Content::Empty, Content::Json(schema)] => {
                return Self::OptionalJson((*schema).clone(), media_types);
            }
            // An empty body is an empty text, and no bytes.
            _ if all_are(&contents, &Content::Text) => return Self::Text(media_types),
            _ if all_are(&contents, &Content::Bytes) => return Self::Bytes(media_types),
            _ => {}
        }
        ignore_media_types_of_single_contents(&mut variants);
        variants.sort_by_key(|variant| (generality(&variant.status), generality(&variant.media_type)));
        for variant in &mut variants {
            variant.media_type = essence(&variant.media_type);
        }
        name_variants(&mut variants);
        Self::Enum(ResponseEnum { name: enum_name(), media_types, variants })
    }
}

/// Leaves out the events, which a call has a method of its own for, unless there is no other body.
fn leave_out_events(variants: &mut Vec<ResponseVariant>) {
    let is_event_stream = |variant: &ResponseVariant| media_type::is_event_stream(&variant.media_type);
    if variants.iter().any(|variant| variant.content.is_body() && !is_event_stream(variant)) {
        variants.retain(|variant| !is_event_stream(variant));
    }
}

fn unique<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.fold(Vec::new(), |mut unique, value| {
        if !unique.contains(&value) {
            unique.push(value);
        }
        unique
    })
}

/// Returns whether there is this content, and besides it at most an empty one.
fn all_are(contents: &[&Content], wanted: &Content) -> bool {
    contents.contains(&wanted) && contents.iter().all(|content| [wanted, &Content::Empty].contains(content))
}

/// Returns 0 for an exact status or media type, 1 for a range, and 2 for what stands for all.
fn generality(pattern: &str) -> u8 {
    match pattern {
        "default" | "*/*" => 2,
        pattern if pattern.ends_with("XX") || pattern.ends_with('*') => 1,
        _ => 0,
    }
}

/// Returns a variant for each media type of a response, without names.
fn read_variants(status: &str, response: &Value, at: &Pointer, reader: &Reader<'_>) -> Vec<ResponseVariant> {
    let meaning = reader.prose(response, "description").unwrap_or_default();
    let variant = |media_type: &str, content| ResponseVariant {
        name: String::new(),
        status: status.to_uppercase().replace("DEFAULT", "default"),
        media_type: media_type.to_owned(),
        meaning: meaning.clone(),
        content,
    };
    // Other redirects are errors, which are no longer here.
    if status.starts_with('3') {
        return vec![variant("*/*", Content::Redirect)];
    }
    let at = at.key("content");
    let contents = fields(response.get("content"));
    let variants: Vec<_> =
        contents.map(|(name, content)| variant(name, Content::read(name, content, &at.key(name), reader))).collect();
    if variants.is_empty() { vec![variant("*/*", Content::Empty)] } else { variants }
}

/// Lets a status with a single content have it with any media type: services are not exact about them.
fn ignore_media_types_of_single_contents(variants: &mut [ResponseVariant]) {
    let statuses: Vec<_> = variants.iter().map(|variant| variant.status.clone()).collect();
    for variant in variants {
        if statuses.iter().filter(|status| **status == variant.status).count() == 1 {
            "*/*".clone_into(&mut variant.media_type);
        }
    }
}

/// Names variants after their content, with the status after it if two contents have the same name.
fn name_variants(variants: &mut [ResponseVariant]) {
    let mut taken: Names = [CATCH_ALL].into_iter().collect();
    for index in 0..variants.len() {
        let (before, rest) = variants.split_at_mut(index);
        let variant = &mut rest[0];
        let same = before.iter().find(|other| other.content == variant.content);
        variant.name = match same {
            Some(same) => same.name.clone(),
            None => {
                let name = variant.content.name();
                let with_status = type_name(&format!("{name} of {}", variant.status));
                let is_free = taken.take(&name);
                if is_free { name } else { taken.unused(&with_status) }
            }
        };
    }
}

impl Content {
    fn read(media_type: &str, content: &Value, at: &Pointer, reader: &Reader<'_>) -> Self {
        match Format::of(media_type, content.get("schema")) {
            Format::Json => Self::Json(reader.schema_of(content, at)),
            Format::Text | Format::Form => Self::Text,
            Format::Bytes | Format::Multipart => Self::Bytes,
        }
    }

    fn is_body(&self) -> bool {
        !matches!(self, Self::Redirect | Self::Empty)
    }

    fn name(&self) -> String {
        match self {
            Self::Json(schema) => schema.documented.variant_name(),
            Self::Text => "Text".to_owned(),
            Self::Bytes => "Bytes".to_owned(),
            Self::Redirect => "Redirect".to_owned(),
            Self::Empty => "Nothing".to_owned(),
        }
    }
}

impl Documented {
    fn variant_name(&self) -> String {
        match self {
            Self::Named(name) => type_name(name),
            Self::List(element) => type_name(&format!("{}List", element.variant_name())),
            Self::Map(_) => "Object".to_owned(),
            Self::Plain(kind, _) => match kind.as_str() {
                "any" => "Value".to_owned(),
                "array" => "List".to_owned(),
                "string" => "Text".to_owned(),
                kind => type_name(kind),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tests::api;

    /// Returns the response of an operation with these responses.
    fn response(responses: &str) -> Response {
        let paths = format!("paths: {{/thing: {{get: {{operationId: getThing, responses: {{{responses}}}}}}}}}");
        api(&paths).operations.remove(0).response
    }

    #[test]
    fn a_response_without_a_body_makes_json_optional() {
        let json = "content: {application/json: {schema: {type: integer}}}";
        let one = response(&format!("'200': {{description: It., {json}}}"));
        let two = response(&format!("'200': {{description: It., {json}}}, '204': {{description: None.}}"));
        assert!(matches!(one, Response::Json(..)), "{one:?}");
        assert!(matches!(two, Response::OptionalJson(..)), "{two:?}");
    }

    #[test]
    fn a_redirect_is_a_response_alone_and_beside_others() {
        let json = "content: {application/json: {schema: {type: integer}}}";
        let alone = response("'302': {description: There.}, '307': {description: There.}, default: {description: No.}");
        assert_eq!(alone, Response::Redirect(vec!["302".to_owned(), "307".to_owned()]));
        let Response::Enum(both) =
            response(&format!("'200': {{description: It., {json}}}, '302': {{description: There.}}"))
        else {
            panic!("an enum")
        };
        assert_eq!((both.media_types.as_str(), both.redirects()), ("application/json", vec!["302"]));
        assert!(matches!(
            response(&format!("'200': {{description: It., {json}}}, '301': {{description: Moved.}}")),
            Response::Json(..)
        ));
    }

    #[test]
    fn events_are_no_response_beside_another_body() {
        let json = "application/json: {schema: {type: integer}}";
        let both = response(&format!("'200': {{description: It., content: {{{json}, text/event-stream: {{}}}}}}"));
        assert!(matches!(both, Response::Json(_, media_types) if media_types == "application/json"));
        let alone = response("'200': {description: It., content: {text/event-stream: {}}}");
        assert_eq!(alone, Response::Text("text/event-stream".to_owned()));
    }

    #[test]
    fn exact_statuses_come_before_ranges() {
        let response = response(
            "2XX: {description: Some., content: {application/json: {schema: {type: integer}}}},
             '202': {description: Not yet., content: {text/plain: {schema: {type: string}}}},
             '200': {description: It., content: {application/json: {schema: {type: array, items: {type: integer}}}}}",
        );
        let Response::Enum(response) = response else { panic!("{response:?}") };
        let variants = response.variants.iter().map(|variant| format!("{} {}", variant.status, variant.name));
        assert_eq!(variants.collect::<Vec<_>>(), ["202 Text", "200 IntegerList", "2XX Integer"]);
    }
}
