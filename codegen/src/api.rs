//! The typed model of an API, read from a merged document. From here on, only examples and constants are JSON.

mod areas;
mod constraints;
mod deprecation;
mod events;
mod operation;
mod parameter;
mod prose;
mod response;
mod schema;
mod sizes;
#[cfg(test)]
pub(crate) mod tests;
mod type_def;
mod unions;

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;

use crate::{
    json::{elements, fields},
    normalize::merge::marks,
    openapi::{
        extensions::{Envelope, Environment, RATE_LIMIT, RateLimit, WAITERS, Waiter, Wake},
        media_type::Format,
        operation::operations,
        reference::{SCHEMAS, pointer_to_schema},
        security::Authentication,
        server::{Servers, Variable},
    },
    progenitor::{Type, Types},
    source::{Document, Pointer},
};

pub(crate) use constraints::Constraints;
pub(crate) use deprecation::Deprecation;
pub(crate) use events::Events;
pub(crate) use operation::{Body, ErrorResponse, Operation, Tag};
pub(crate) use parameter::{Parameter, Style};
use prose::{Methods, first_sentence};
pub(crate) use response::{Content, Response, ResponseEnum, ResponseVariant};
pub(crate) use schema::{Documented, Schema};
pub(crate) use type_def::{Direction, Field, TypeDef, TypeKind, Variant};
pub(crate) use unions::{Pattern, PropertyPattern, UnionVariant};

/// An API: its operations, types and waiters.
#[derive(Debug)]
pub(crate) struct Api {
    /// The name of the emitted package.
    pub(crate) crate_name: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    /// The SPDX identifier of the license.
    pub(crate) license: Option<String>,
    /// With its variables in braces; empty if the document has none that is complete.
    pub(crate) base_url: String,
    /// The variables in the URLs of servers, by their names.
    pub(crate) server_variables: IndexMap<String, Variable>,
    /// The URLs of the servers that only some operations have.
    pub(crate) other_servers: Vec<String>,
    pub(crate) envelope: Option<Envelope>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) environment: Environment,
    pub(crate) authentication: Authentication,
    /// The URL for the access tokens of OAuth 2 clients.
    pub(crate) token_url: Option<String>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) waiters: Vec<Waiter>,
    pub(crate) wake: Option<Wake>,
    pub(crate) types: Vec<TypeDef>,
    /// The index of each type in `types`, by its name.
    indices: HashMap<String, usize>,
    /// The error responses that every operation lists.
    pub(crate) common_errors: Vec<ErrorResponse>,
    pub(crate) methods: Methods,
}

/// A merged document, and the Rust types of its schemas.
struct Reader<'a> {
    /// The document before it was merged.
    document: &'a Document,
    root: &'a Value,
    types: &'a Types,
    methods: &'a Methods,
}

impl Reader<'_> {
    /// Reads a schema at a JSON pointer.
    fn schema(&self, schema: &Value, at: &Pointer) -> Schema {
        Schema::read(schema, self.types.at(at))
    }

    /// Reads the schema of a parameter or of a media type. Without one, anything is allowed. Its value is in no struct, so
    /// it needs no box.
    fn schema_of(&self, holder: &Value, at: &Pointer) -> Schema {
        let schema = self.schema(holder.get("schema").unwrap_or(&Value::Null), &at.key("schema"));
        Schema { ty: schema.ty.into_unboxed(), ..schema }
    }

    /// Returns a text for people under a key, as it can stand in a doc comment.
    fn prose(&self, value: &Value, key: &str) -> Option<String> {
        text(Some(value), key).map(|text| self.methods.for_rustdoc(&text))
    }

    /// Returns the location in the document of the component that became a type.
    fn pointer_to_component(&self, type_name: &str) -> Pointer {
        pointer_to_schema(marks::document_name(self.root, type_name).unwrap_or(type_name))
    }
}

impl Api {
    /// Reads a document and its merged tree.
    pub(crate) fn read(document: &Document, root: &Value, types: &Types, crate_name: &str) -> Self {
        let methods =
            Methods::of(operations(root).filter_map(|operation| operation.value.get("operationId")?.as_str()));
        let reader = Reader { document, root, types, methods: &methods };
        let tags: Vec<_> = elements(root.get("tags")).map(|tag| Tag::read(tag, &reader)).collect();
        let components = fields(root.pointer(SCHEMAS));
        let mut types: Vec<_> = components.map(|(name, schema)| TypeDef::read(name, schema, &reader)).collect();
        unions::set_constants(&mut types);
        sizes::box_large_fields(&mut types);
        types.sort_by_cached_key(|ty| position(document.root(), &ty.at));
        let servers = Servers::read(root);
        let operations = operation::read_all(&reader, &tags, &servers);
        let mut api = Self {
            crate_name: crate_name.to_owned(),
            title: root.get("info").and_then(|info| reader.prose(info, "title")).unwrap_or_default(),
            description: root.get("info").and_then(|info| reader.prose(info, "description")),
            license: root.pointer("/info/license").and_then(license),
            base_url: servers.base_url.unwrap_or_default(),
            server_variables: servers.variables,
            other_servers: servers.others,
            envelope: Envelope::of(root),
            rate_limit: root.get(RATE_LIMIT).and_then(|limit| RateLimit::read(limit, &Pointer::default()).ok()),
            environment: Environment::of(root),
            authentication: Authentication::read(root),
            token_url: Authentication::token_url(root).map(ToOwned::to_owned),
            common_errors: common_errors(&operations),
            operations,
            waiters: fields(root.get(WAITERS))
                .map(|(name, rule)| Waiter::read(name, rule, &Pointer::default()).0)
                .collect(),
            wake: Wake::of(root),
            indices: types.iter().enumerate().map(|(index, ty)| (ty.name.clone(), index)).collect(),
            types,
            methods,
        };
        areas::set_areas_of_types(&mut api, document);
        api
    }

    /// Returns the type with a name.
    pub(crate) fn type_def(&self, name: &str) -> Option<&TypeDef> {
        self.types.get(*self.indices.get(name)?)
    }

    /// Returns the type of a value, if it is one of the document's.
    pub(crate) fn type_def_of(&self, ty: &Type) -> Option<&TypeDef> {
        self.type_def(ty.name()?)
    }

    /// Returns the operation with an id.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// Returns the description of a field, or else the first sentence of its type's.
    pub(crate) fn description_of(&self, field: &Field) -> Option<String> {
        let of_type = || {
            let Documented::Named(name) = &field.schema.documented else { return None };
            self.type_def(name)?.description.as_deref().map(|text| first_sentence(text).to_owned())
        };
        field.description.clone().or_else(of_type)
    }

    /// Returns whether the environment can hold all credentials of a client.
    pub(crate) fn has_environment(&self) -> bool {
        let environment = &self.environment;
        let Authentication::Combined(schemes) = &self.authentication else { return environment.has_credentials() };
        schemes.iter().all(|scheme| match scheme.authentication {
            Authentication::Basic => environment.key_id.is_some() && environment.key_secret.is_some(),
            Authentication::Bearer => environment.token.is_some(),
            _ => scheme.environment.is_some(),
        })
    }

    /// Returns whether there is a form with files in it.
    pub(crate) fn sends_files(&self) -> bool {
        self.structs().any(|(_, fields)| fields.iter().any(|field| *field.schema.ty.leaf() == Type::File))
    }

    /// Returns whether an operation returns events.
    pub(crate) fn has_events(&self) -> bool {
        self.operations.iter().any(|operation| operation.events.is_some())
    }

    /// Returns whether an operation returns a redirect.
    pub(crate) fn has_redirects(&self) -> bool {
        self.operations.iter().any(|operation| match &operation.response {
            Response::Redirect(_) => true,
            Response::Enum(response_enum) => !response_enum.redirects().is_empty(),
            _ => false,
        })
    }

    /// Returns whether a field holds an object that is hidden.
    pub(crate) fn has_secret_objects(&self) -> bool {
        self.structs().any(|(_, fields)| fields.iter().any(|field| *field.schema.ty.leaf() == Type::SecretJson))
    }

    /// Returns whether an operation sends or returns bytes.
    pub(crate) fn has_bytes(&self) -> bool {
        self.operations.iter().any(|operation| {
            let is_sent = operation.body.as_ref().is_some_and(|body| body.format == Format::Bytes);
            is_sent || matches!(operation.response, Response::Bytes(_) | Response::Enum(_))
        })
    }

    /// Returns the enums of operations with several documented responses, each with its operation.
    pub(crate) fn response_enums(&self) -> impl Iterator<Item = (&Operation, &ResponseEnum)> {
        self.operations.iter().filter_map(|operation| match &operation.response {
            Response::Enum(response_enum) => Some((operation, response_enum)),
            _ => None,
        })
    }

    pub(crate) fn structs(&self) -> impl Iterator<Item = (&TypeDef, &[Field])> {
        self.types.iter().filter_map(|ty| match &ty.kind {
            TypeKind::Struct(fields) => Some((ty, fields.as_slice())),
            _ => None,
        })
    }

    pub(crate) fn unions(&self) -> impl Iterator<Item = (&TypeDef, &[UnionVariant])> {
        self.types.iter().filter_map(|ty| match &ty.kind {
            TypeKind::Union(variants) => Some((ty, variants.as_slice())),
            _ => None,
        })
    }

    pub(crate) fn has_newtypes(&self) -> bool {
        self.types.iter().any(|ty| matches!(ty.kind, TypeKind::Newtype(_)))
    }

    /// Returns whether a value of a type is written as a single text, and not as a list or an object.
    pub(crate) fn is_text(&self, ty: &Type) -> bool {
        let is_enum = || self.type_def_of(ty).is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)));
        ty.is_scalar() || is_enum()
    }
}

/// Returns the indices that lead to a node, in the order of which nodes stand in the document.
fn position(root: &Value, at: &Pointer) -> Vec<usize> {
    let mut node = Some(root);
    let mut position = Vec::new();
    for step in at.steps() {
        let index = match node {
            Some(Value::Object(object)) => object.keys().position(|key| *key == step),
            _ => step.parse().ok(),
        };
        position.push(index.unwrap_or(usize::MAX));
        node = node.and_then(|node| match node {
            Value::Object(object) => object.get(&step),
            Value::Array(elements) => elements.get(index?),
            _ => None,
        });
    }
    position
}

fn common_errors(operations: &[Operation]) -> Vec<ErrorResponse> {
    let (Some(first), true) = (operations.first(), operations.len() > 1) else { return Vec::new() };
    let is_common = |error: &&ErrorResponse| operations.iter().all(|other| other.errors.contains(error));
    first.errors.iter().filter(is_common).cloned().collect()
}

/// Returns the SPDX identifier of a license: `Apache-2.0`, and nothing for `Apache License`.
fn license(license: &Value) -> Option<String> {
    let is_identifier = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.+".contains(&byte));
    let name = text(Some(license), "name").filter(|name| name == "MIT" || name.contains('-'));
    text(Some(license), "identifier").or(name).filter(is_identifier)
}

/// Returns the text under a key, trimmed, unless it is blank.
fn text(value: Option<&Value>, key: &str) -> Option<String> {
    let text = value?.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
