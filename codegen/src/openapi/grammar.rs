//! The grammar of OpenAPI 3.0: its objects and their fields. See <https://spec.openapis.org/oas/v3.0.3>.

use Form::{
    Any, Choice, Count, Flag, List, Map, Number, One, Requirements, SchemaOrFlag, Text, TextMap, Texts, Values,
};

/// A kind of object in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Callback,
    Components,
    Contact,
    Discriminator,
    Document,
    Encoding,
    Example,
    ExternalDocs,
    Header,
    Info,
    License,
    Link,
    MediaType,
    OauthFlow,
    OauthFlows,
    Operation,
    Parameter,
    PathItem,
    Paths,
    RequestBody,
    Response,
    Responses,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
    Xml,
}

/// A field of an object, under a fixed key.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    pub(crate) required: bool,
}

/// The form of a value.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Any,
    Text,
    Texts,
    TextMap,
    Flag,
    Number,
    /// A whole number that is not negative.
    Count,
    Values,
    Choice(&'static [&'static str]),
    One(Kind),
    List(Kind),
    Map(Kind),
    SchemaOrFlag,
    /// Alternative requirements, of which a call has to meet one.
    Requirements,
    /// Security schemes, each with its scopes.
    Requirement,
}

impl Kind {
    /// Returns the name of the kind with its article, for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Callback => "a callback",
            Self::Components => "the components",
            Self::Contact => "the contact",
            Self::Discriminator => "a discriminator",
            Self::Document => "the document",
            Self::Encoding => "an encoding",
            Self::Example => "an example",
            Self::ExternalDocs => "external documentation",
            Self::Header => "a header",
            Self::Info => "the info",
            Self::License => "the license",
            Self::Link => "a link",
            Self::MediaType => "a media type",
            Self::OauthFlow => "an OAuth flow",
            Self::OauthFlows => "the OAuth flows",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::PathItem => "a path",
            Self::Paths => "the paths",
            Self::RequestBody => "a request body",
            Self::Response => "a response",
            Self::Responses => "the responses",
            Self::Schema => "a schema",
            Self::SecurityScheme => "a security scheme",
            Self::Server => "a server",
            Self::ServerVariable => "a server variable",
            Self::Tag => "a tag",
            Self::Xml => "an XML description",
        }
    }

    /// Returns the field of `components` that holds objects of this kind.
    pub(crate) fn section(self) -> Option<&'static str> {
        match self {
            Self::Callback => Some("callbacks"),
            Self::Example => Some("examples"),
            Self::Header => Some("headers"),
            Self::Link => Some("links"),
            Self::Parameter => Some("parameters"),
            Self::RequestBody => Some("requestBodies"),
            Self::Response => Some("responses"),
            Self::Schema => Some("schemas"),
            Self::SecurityScheme => Some("securitySchemes"),
            _ => None,
        }
    }

    /// Returns whether a `$ref` may stand for an object of this kind.
    pub(crate) fn may_be_reference(self) -> bool {
        self == Self::PathItem || self.section().is_some()
    }

    /// Returns the kind of the objects under free keys, which are no fields.
    pub(crate) fn entries(self) -> Option<Self> {
        match self {
            Self::Callback | Self::Paths => Some(Self::PathItem),
            Self::Responses => Some(Self::Response),
            _ => None,
        }
    }

    pub(crate) fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Self::Callback | Self::Paths | Self::Responses => &[],
            Self::Components => COMPONENTS,
            Self::Contact => CONTACT,
            Self::Discriminator => DISCRIMINATOR,
            Self::Document => DOCUMENT,
            Self::Encoding => ENCODING,
            Self::Example => EXAMPLE,
            Self::ExternalDocs => EXTERNAL_DOCS,
            Self::Header => HEADER,
            Self::Info => INFO,
            Self::License => LICENSE,
            Self::Link => LINK,
            Self::MediaType => MEDIA_TYPE,
            Self::OauthFlow => OAUTH_FLOW,
            Self::OauthFlows => OAUTH_FLOWS,
            Self::Operation => OPERATION,
            Self::Parameter => PARAMETER,
            Self::PathItem => PATH_ITEM,
            Self::RequestBody => REQUEST_BODY,
            Self::Response => RESPONSE,
            Self::Schema => SCHEMA,
            Self::SecurityScheme => SECURITY_SCHEME,
            Self::Server => SERVER,
            Self::ServerVariable => SERVER_VARIABLE,
            Self::Tag => TAG,
            Self::Xml => XML,
        }
    }
}

const fn required(name: &'static str, form: Form) -> Field {
    Field { name, form, required: true }
}

const fn optional(name: &'static str, form: Form) -> Field {
    Field { name, form, required: false }
}

const COMPONENTS: &[Field] = &[
    optional("schemas", Map(Kind::Schema)),
    optional("responses", Map(Kind::Response)),
    optional("parameters", Map(Kind::Parameter)),
    optional("examples", Map(Kind::Example)),
    optional("requestBodies", Map(Kind::RequestBody)),
    optional("headers", Map(Kind::Header)),
    optional("securitySchemes", Map(Kind::SecurityScheme)),
    optional("links", Map(Kind::Link)),
    optional("callbacks", Map(Kind::Callback)),
];

const CONTACT: &[Field] = &[optional("name", Text), optional("url", Text), optional("email", Text)];

const DISCRIMINATOR: &[Field] = &[required("propertyName", Text), optional("mapping", TextMap)];

const DOCUMENT: &[Field] = &[
    required("openapi", Text),
    required("info", One(Kind::Info)),
    optional("servers", List(Kind::Server)),
    required("paths", One(Kind::Paths)),
    optional("components", One(Kind::Components)),
    optional("security", Requirements),
    optional("tags", List(Kind::Tag)),
    optional("externalDocs", One(Kind::ExternalDocs)),
];

const ENCODING: &[Field] = &[
    optional("contentType", Text),
    optional("headers", Map(Kind::Header)),
    optional("style", Choice(&["form", "spaceDelimited", "pipeDelimited", "deepObject"])),
    optional("explode", Flag),
    optional("allowReserved", Flag),
];

const EXAMPLE: &[Field] = &[
    optional("summary", Text),
    optional("description", Text),
    optional("value", Any),
    optional("externalValue", Text),
];

const EXTERNAL_DOCS: &[Field] = &[optional("description", Text), required("url", Text)];

const HEADER: &[Field] = &[
    optional("description", Text),
    optional("required", Flag),
    optional("deprecated", Flag),
    optional("allowEmptyValue", Flag),
    optional("style", Choice(&["simple"])),
    optional("explode", Flag),
    optional("allowReserved", Flag),
    optional("schema", One(Kind::Schema)),
    optional("content", Map(Kind::MediaType)),
    optional("example", Any),
    optional("examples", Map(Kind::Example)),
];

const INFO: &[Field] = &[
    required("title", Text),
    optional("description", Text),
    optional("termsOfService", Text),
    optional("contact", One(Kind::Contact)),
    optional("license", One(Kind::License)),
    required("version", Text),
];

const LICENSE: &[Field] = &[required("name", Text), optional("url", Text)];

const LINK: &[Field] = &[
    optional("operationRef", Text),
    optional("operationId", Text),
    optional("parameters", Any),
    optional("requestBody", Any),
    optional("description", Text),
    optional("server", One(Kind::Server)),
];

const MEDIA_TYPE: &[Field] = &[
    optional("schema", One(Kind::Schema)),
    optional("example", Any),
    optional("examples", Map(Kind::Example)),
    optional("encoding", Map(Kind::Encoding)),
];

const OAUTH_FLOW: &[Field] = &[
    optional("authorizationUrl", Text),
    optional("tokenUrl", Text),
    optional("refreshUrl", Text),
    required("scopes", TextMap),
];

const OAUTH_FLOWS: &[Field] = &[
    optional("implicit", One(Kind::OauthFlow)),
    optional("password", One(Kind::OauthFlow)),
    optional("clientCredentials", One(Kind::OauthFlow)),
    optional("authorizationCode", One(Kind::OauthFlow)),
];

const OPERATION: &[Field] = &[
    optional("tags", Texts),
    optional("summary", Text),
    optional("description", Text),
    optional("externalDocs", One(Kind::ExternalDocs)),
    optional("operationId", Text),
    optional("parameters", List(Kind::Parameter)),
    optional("requestBody", One(Kind::RequestBody)),
    required("responses", One(Kind::Responses)),
    optional("callbacks", Map(Kind::Callback)),
    optional("deprecated", Flag),
    optional("security", Requirements),
    optional("servers", List(Kind::Server)),
];

const PARAMETER: &[Field] = &[
    required("name", Text),
    required("in", Choice(&["query", "header", "path", "cookie"])),
    optional("description", Text),
    optional("required", Flag),
    optional("deprecated", Flag),
    optional("allowEmptyValue", Flag),
    optional("style", Choice(&["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"])),
    optional("explode", Flag),
    optional("allowReserved", Flag),
    optional("schema", One(Kind::Schema)),
    optional("content", Map(Kind::MediaType)),
    optional("example", Any),
    optional("examples", Map(Kind::Example)),
];

const PATH_ITEM: &[Field] = &[
    optional("summary", Text),
    optional("description", Text),
    optional("get", One(Kind::Operation)),
    optional("put", One(Kind::Operation)),
    optional("post", One(Kind::Operation)),
    optional("delete", One(Kind::Operation)),
    optional("options", One(Kind::Operation)),
    optional("head", One(Kind::Operation)),
    optional("patch", One(Kind::Operation)),
    optional("trace", One(Kind::Operation)),
    optional("servers", List(Kind::Server)),
    optional("parameters", List(Kind::Parameter)),
];

const REQUEST_BODY: &[Field] =
    &[optional("description", Text), required("content", Map(Kind::MediaType)), optional("required", Flag)];

const RESPONSE: &[Field] = &[
    required("description", Text),
    optional("headers", Map(Kind::Header)),
    optional("content", Map(Kind::MediaType)),
    optional("links", Map(Kind::Link)),
];

const SCHEMA: &[Field] = &[
    optional("title", Text),
    optional("description", Text),
    optional("type", Choice(&["object", "array", "string", "integer", "number", "boolean"])),
    optional("format", Text),
    optional("nullable", Flag),
    optional("enum", Values),
    optional("default", Any),
    optional("pattern", Text),
    optional("minLength", Count),
    optional("maxLength", Count),
    optional("multipleOf", Number),
    optional("minimum", Number),
    optional("maximum", Number),
    optional("exclusiveMinimum", Flag),
    optional("exclusiveMaximum", Flag),
    optional("items", One(Kind::Schema)),
    optional("minItems", Count),
    optional("maxItems", Count),
    optional("uniqueItems", Flag),
    optional("properties", Map(Kind::Schema)),
    optional("required", Texts),
    optional("additionalProperties", SchemaOrFlag),
    optional("minProperties", Count),
    optional("maxProperties", Count),
    optional("allOf", List(Kind::Schema)),
    optional("oneOf", List(Kind::Schema)),
    optional("anyOf", List(Kind::Schema)),
    optional("not", One(Kind::Schema)),
    optional("discriminator", One(Kind::Discriminator)),
    optional("readOnly", Flag),
    optional("writeOnly", Flag),
    optional("deprecated", Flag),
    optional("example", Any),
    optional("externalDocs", One(Kind::ExternalDocs)),
    optional("xml", One(Kind::Xml)),
];

const SECURITY_SCHEME: &[Field] = &[
    required("type", Choice(&["apiKey", "http", "oauth2", "openIdConnect"])),
    optional("description", Text),
    optional("name", Text),
    optional("in", Choice(&["query", "header", "cookie"])),
    optional("scheme", Text),
    optional("bearerFormat", Text),
    optional("flows", One(Kind::OauthFlows)),
    optional("openIdConnectUrl", Text),
];

const SERVER: &[Field] =
    &[required("url", Text), optional("description", Text), optional("variables", Map(Kind::ServerVariable))];

const SERVER_VARIABLE: &[Field] = &[optional("enum", Texts), required("default", Text), optional("description", Text)];

const TAG: &[Field] =
    &[required("name", Text), optional("description", Text), optional("externalDocs", One(Kind::ExternalDocs))];

const XML: &[Field] = &[
    optional("name", Text),
    optional("namespace", Text),
    optional("prefix", Text),
    optional("attribute", Flag),
    optional("wrapped", Flag),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::METHODS;

    #[test]
    fn a_path_item_has_a_field_for_each_method() {
        let operations = Kind::PathItem.fields().iter().filter(|field| matches!(field.form, One(Kind::Operation)));
        assert_eq!(operations.map(|field| field.name).collect::<Vec<_>>(), METHODS);
    }

    #[test]
    fn components_hold_every_kind_that_can_be_referred_to() {
        for field in Kind::Components.fields() {
            let Map(kind) = field.form else { panic!("{}", field.name) };
            assert_eq!(kind.section(), Some(field.name));
            assert!(kind.may_be_reference());
        }
        assert!(!Kind::Operation.may_be_reference());
    }
}
