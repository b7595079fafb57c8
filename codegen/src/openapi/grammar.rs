//! The grammar of OpenAPI 3.0: its objects and their fields. See <https://spec.openapis.org/oas/v3.0.3>.

use Form::{
    Any, Choice, Count, Flag, List, Map, Number, One, Requirements, SchemaOrFlag, Text, TextMap, Texts, Values,
};

/// Declares the kinds of objects: with its article, what each is called, and what may stand under its keys.
macro_rules! kinds {
    ($($kind:ident: $name:literal
        $(requires { $($required:literal: $must:expr),* $(,)? })?
        $(allows { $($optional:literal: $may:expr),* $(,)? })?
    ;)*) => {
        /// A kind of object in a document.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Kind { $($kind),* }

        impl Kind {
            /// Returns the name of the kind with its article, for messages.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            /// Returns what may stand under a key. Most of the time of a walk goes into this.
            pub(crate) fn form(self, key: &str) -> Option<Form> {
                match self {
                    $(Self::$kind => match key {
                        $($($required => Some($must),)*)?
                        $($($optional => Some($may),)*)?
                        _ => self.entries().filter(|_| !key.starts_with("x-")).map(One),
                    }),*
                }
            }

            pub(crate) fn fields(self) -> &'static [Field] {
                match self {
                    $(Self::$kind => const { &[
                        $($(Field { name: $required, form: $must, required: true },)*)?
                        $($(Field { name: $optional, form: $may, required: false },)*)?
                    ] }),*
                }
            }
        }
    };
}

kinds! {
    Callback: "a callback";

    Components: "the components" allows {
        "schemas": Map(Kind::Schema), "responses": Map(Kind::Response), "parameters": Map(Kind::Parameter),
        "examples": Map(Kind::Example), "requestBodies": Map(Kind::RequestBody), "headers": Map(Kind::Header),
        "securitySchemes": Map(Kind::SecurityScheme), "links": Map(Kind::Link), "callbacks": Map(Kind::Callback),
    };

    Contact: "the contact" allows { "name": Text, "url": Text, "email": Text };

    Discriminator: "a discriminator" requires { "propertyName": Text } allows {
        "mapping": TextMap, "defaultMapping": Text,
    };

    Document: "the document" requires {
        "openapi": Text, "info": One(Kind::Info), "paths": One(Kind::Paths),
    } allows {
        "servers": List(Kind::Server), "components": One(Kind::Components), "security": Requirements,
        "tags": List(Kind::Tag), "externalDocs": One(Kind::ExternalDocs),
    };

    Encoding: "an encoding" allows {
        "contentType": Text, "headers": Map(Kind::Header),
        "style": Choice(&["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
        "explode": Flag, "allowReserved": Flag,
    };

    Example: "an example" allows { "summary": Text, "description": Text, "value": Any, "externalValue": Text };

    ExternalDocs: "external documentation" requires { "url": Text } allows { "description": Text };

    Header: "a header" allows {
        "description": Text, "required": Flag, "deprecated": Flag, "allowEmptyValue": Flag,
        "style": Choice(&["simple"]), "explode": Flag, "allowReserved": Flag, "schema": One(Kind::Schema),
        "content": Map(Kind::MediaType), "example": Any, "examples": Map(Kind::Example),
    };

    Info: "the info" requires { "title": Text, "version": Text } allows {
        "description": Text, "termsOfService": Text, "contact": One(Kind::Contact), "license": One(Kind::License),
    };

    License: "the license" requires { "name": Text } allows { "url": Text };

    Link: "a link" allows {
        "operationRef": Text, "operationId": Text, "parameters": Any, "requestBody": Any, "description": Text,
        "server": One(Kind::Server),
    };

    MediaType: "a media type" allows {
        "schema": One(Kind::Schema), "example": Any, "examples": Map(Kind::Example),
        "encoding": Map(Kind::Encoding),
    };

    OauthFlow: "an OAuth flow" requires { "scopes": TextMap } allows {
        "authorizationUrl": Text, "tokenUrl": Text, "refreshUrl": Text,
    };

    OauthFlows: "the OAuth flows" allows {
        "implicit": One(Kind::OauthFlow), "password": One(Kind::OauthFlow),
        "clientCredentials": One(Kind::OauthFlow), "authorizationCode": One(Kind::OauthFlow),
    };

    Operation: "an operation" requires { "responses": One(Kind::Responses) } allows {
        "tags": Texts, "summary": Text, "description": Text, "externalDocs": One(Kind::ExternalDocs),
        "operationId": Text, "parameters": List(Kind::Parameter), "requestBody": One(Kind::RequestBody),
        "callbacks": Map(Kind::Callback), "deprecated": Flag, "security": Requirements,
        "servers": List(Kind::Server),
    };

    Parameter: "a parameter" requires {
        "name": Text, "in": Choice(&["query", "header", "path", "cookie"]),
    } allows {
        "description": Text, "required": Flag, "deprecated": Flag, "allowEmptyValue": Flag,
        "style": Choice(&["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"]),
        "explode": Flag, "allowReserved": Flag, "schema": One(Kind::Schema), "content": Map(Kind::MediaType),
        "example": Any, "examples": Map(Kind::Example),
    };

    PathItem: "a path" allows {
        "summary": Text, "description": Text, "get": One(Kind::Operation), "put": One(Kind::Operation),
        "post": One(Kind::Operation), "delete": One(Kind::Operation), "options": One(Kind::Operation),
        "head": One(Kind::Operation), "patch": One(Kind::Operation), "trace": One(Kind::Operation),
        "servers": List(Kind::Server), "parameters": List(Kind::Parameter),
    };

    Paths: "the paths";

    RequestBody: "a request body" requires { "content": Map(Kind::MediaType) } allows {
        "description": Text, "required": Flag,
    };

    Response: "a response" requires { "description": Text } allows {
        "headers": Map(Kind::Header), "content": Map(Kind::MediaType), "links": Map(Kind::Link),
    };

    Responses: "the responses";

    Schema: "a schema" allows {
        "title": Text, "description": Text,
        "type": Choice(&["object", "array", "string", "integer", "number", "boolean"]), "format": Text,
        "nullable": Flag, "enum": Values, "default": Any, "pattern": Text, "minLength": Count, "maxLength": Count,
        "multipleOf": Number, "minimum": Number, "maximum": Number, "exclusiveMinimum": Flag,
        "exclusiveMaximum": Flag, "items": One(Kind::Schema), "minItems": Count, "maxItems": Count,
        "uniqueItems": Flag, "properties": Map(Kind::Schema), "required": Texts,
        "additionalProperties": SchemaOrFlag, "minProperties": Count, "maxProperties": Count,
        "allOf": List(Kind::Schema), "oneOf": List(Kind::Schema), "anyOf": List(Kind::Schema),
        "not": One(Kind::Schema), "discriminator": One(Kind::Discriminator), "readOnly": Flag, "writeOnly": Flag,
        "deprecated": Flag, "example": Any, "externalDocs": One(Kind::ExternalDocs), "xml": One(Kind::Xml),
    };

    SecurityScheme: "a security scheme" requires {
        "type": Choice(&["apiKey", "http", "oauth2", "openIdConnect"]),
    } allows {
        "description": Text, "name": Text, "in": Choice(&["query", "header", "cookie"]), "scheme": Text,
        "bearerFormat": Text, "flows": One(Kind::OauthFlows), "openIdConnectUrl": Text,
    };

    Server: "a server" requires { "url": Text } allows {
        "description": Text, "variables": Map(Kind::ServerVariable),
    };

    ServerVariable: "a server variable" requires { "default": Text } allows { "enum": Texts, "description": Text };

    Tag: "a tag" requires { "name": Text } allows { "description": Text, "externalDocs": One(Kind::ExternalDocs) };

    Xml: "an XML description" allows {
        "name": Text, "namespace": Text, "prefix": Text, "attribute": Flag, "wrapped": Flag,
    };
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
    /// Returns the field of `components` that holds objects of this kind.
    pub(crate) fn section(self) -> Option<&'static str> {
        let mut sections = Self::Components.fields().iter();
        sections.find(|section| matches!(section.form, Map(kind) if kind == self)).map(|section| section.name)
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

    /// What may stand under a key in a document of 3.1.
    pub(crate) fn form_of_3_1(self, key: &str) -> Option<Form> {
        let more = || MORE_OF_3_1.iter().find(|(holder, name, _)| *holder == self && *name == key);
        self.form(key).or_else(|| more().map(|(_, _, form)| *form))
    }
}

/// What 3.1 has beyond the grammar of 3.0, and what can be referred to.
const MORE_OF_3_1: [(Kind, &str, Form); 6] = [
    (Kind::Components, "pathItems", Form::Map(Kind::PathItem)),
    (Kind::Schema, "$defs", Form::Map(Kind::Schema)),
    (Kind::Schema, "definitions", Form::Map(Kind::Schema)),
    (Kind::Schema, "prefixItems", Form::List(Kind::Schema)),
    (Kind::Schema, "patternProperties", Form::Map(Kind::Schema)),
    (Kind::Schema, "dependentSchemas", Form::Map(Kind::Schema)),
];

#[cfg(test)]
mod tests {
    use super::*;

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
