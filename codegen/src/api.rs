//! What a merged document describes, in types: from here on nothing is JSON but examples and constants.

mod answers;
mod client;
mod constraints;
mod operation;
mod parameter;
mod prose;
mod schema;
mod type_def;
mod unions;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::{
    json::{elements, fields},
    normalize::merge::marks,
    openapi::{
        extensions::{Envelope, Environment, RATE_LIMIT, RateLimit, WAITERS, Waiter},
        media_type::Format,
        reference::{SCHEMAS, pointer_to_schema},
        security::Authentication,
    },
    progenitor::{Type, Types},
    source::Pointer,
};

pub(crate) use answers::{Answer, Content, OneOf, Outcome};
pub(crate) use constraints::Constraints;
pub(crate) use operation::{Body, Failure, Operation, Tag};
pub(crate) use parameter::{Parameter, Style};
use prose::{first_sentence, for_rustdoc};
pub(crate) use schema::{Documented, Schema};
pub(crate) use type_def::{Direction, Field, TypeDef, TypeKind, Variant};
pub(crate) use unions::{Alternative, Member, Pattern};

/// An API.
#[derive(Debug)]
pub(crate) struct Api {
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
    pub(crate) types: Vec<TypeDef>,
    /// The index of each type, by its name.
    indices: HashMap<String, usize>,
    /// The errors that every operation lists.
    common_errors: Vec<Failure>,
}

/// A merged document, and the types of its schemas.
struct Reader<'a> {
    root: &'a Value,
    types: &'a Types,
}

impl Reader<'_> {
    /// What a schema at a place describes.
    fn schema(&self, schema: &Value, at: &Pointer) -> Schema {
        Schema::read(schema, self.types.at(at))
    }

    /// What the schema of a parameter or a content describes, which is anything where there is none.
    fn schema_of(&self, holder: &Value, at: &Pointer) -> Schema {
        self.schema(holder.get("schema").unwrap_or(&Value::Null), &at.key("schema"))
    }

    /// Where a type stands that has another name in the document.
    fn origin_of_renamed(&self, name: &str) -> Option<Pointer> {
        Some(pointer_to_schema(marks::document_name(self.root, name)?))
    }
}

impl Api {
    /// Reads a merged document.
    pub(crate) fn read(root: &Value, types: &Types, crate_name: &str) -> Self {
        let reader = Reader { root, types };
        let tags: Vec<_> = elements(root.get("tags")).map(Tag::read).collect();
        let components = fields(root.pointer(SCHEMAS));
        let mut types: Vec<_> = components.map(|(name, schema)| TypeDef::read(name, schema, &reader)).collect();
        unions::set_constants(&mut types);
        let operations = operation::read_all(&reader, &tags);
        Self {
            crate_name: crate_name.to_owned(),
            title: prose(root.get("info"), "title").unwrap_or_default(),
            description: prose(root.get("info"), "description"),
            license: root.pointer("/info/license").and_then(license),
            base_url: client::base_url(root).unwrap_or_default(),
            envelope: Envelope::of(root),
            rate_limit: root.get(RATE_LIMIT).and_then(|limit| RateLimit::read(limit, &Pointer::default()).ok()),
            environment: Environment::of(root),
            authentication: Authentication::read(root),
            common_errors: common_errors(&operations),
            operations,
            waiters: fields(root.get(WAITERS))
                .map(|(name, rule)| Waiter::read(name, rule, &Pointer::default()).0)
                .collect(),
            indices: types.iter().enumerate().map(|(index, ty)| (ty.name.clone(), index)).collect(),
            types,
        }
    }

    /// The type of this name.
    pub(crate) fn type_def(&self, name: &str) -> Option<&TypeDef> {
        self.types.get(*self.indices.get(name)?)
    }

    /// The type that a value is of, if the document names it.
    pub(crate) fn type_def_of(&self, ty: &Type) -> Option<&TypeDef> {
        self.type_def(ty.name()?)
    }

    /// What a field is, in the document's words: its own, or those of its type.
    pub(crate) fn description_of(&self, field: &Field) -> Option<String> {
        let of_type = || {
            let Documented::Named(name) = &field.schema.documented else { return None };
            self.type_def(name)?.description.as_deref().map(|text| first_sentence(text).to_owned())
        };
        field.description.clone().or_else(of_type)
    }

    /// The errors that every operation lists.
    pub(crate) fn common_errors(&self) -> &[Failure] {
        &self.common_errors
    }

    /// Whether there is a form with files in it.
    pub(crate) fn sends_files(&self) -> bool {
        self.structs().any(|(_, fields)| fields.iter().any(|field| *field.schema.ty.leaf() == Type::File))
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

    pub(crate) fn structs(&self) -> impl Iterator<Item = (&TypeDef, &[Field])> {
        self.types.iter().filter_map(|ty| match &ty.kind {
            TypeKind::Struct(fields) => Some((ty, fields.as_slice())),
            TypeKind::Enum(_) | TypeKind::Union(_) => None,
        })
    }

    pub(crate) fn enums(&self) -> impl Iterator<Item = (&TypeDef, &[Variant])> {
        self.types.iter().filter_map(|ty| match &ty.kind {
            TypeKind::Enum(variants) => Some((ty, variants.as_slice())),
            TypeKind::Struct(_) | TypeKind::Union(_) => None,
        })
    }

    pub(crate) fn unions(&self) -> impl Iterator<Item = (&TypeDef, &[Alternative])> {
        self.types.iter().filter_map(|ty| match &ty.kind {
            TypeKind::Union(alternatives) => Some((ty, alternatives.as_slice())),
            TypeKind::Struct(_) | TypeKind::Enum(_) => None,
        })
    }

    pub(crate) fn names_of_unions(&self) -> HashSet<&str> {
        self.unions().map(|(ty, _)| ty.name.as_str()).collect()
    }

    /// Whether values of a type are one text each.
    pub(crate) fn is_text(&self, ty: &Type) -> bool {
        let is_enum = || self.type_def_of(ty).is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)));
        ty.is_scalar() || is_enum()
    }
}

fn common_errors(operations: &[Operation]) -> Vec<Failure> {
    let (Some(first), true) = (operations.first(), operations.len() > 1) else { return Vec::new() };
    let is_common = |error: &&Failure| operations.iter().all(|other| other.errors.contains(error));
    first.errors.iter().filter(is_common).cloned().collect()
}

/// A license that SPDX has a name for: `Apache-2.0`, but not `Apache License`.
fn license(license: &Value) -> Option<String> {
    let is_named = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.+".contains(&byte));
    let name = text(Some(license), "name").filter(|name| name == "MIT" || name.contains('-'));
    text(Some(license), "identifier").or(name).filter(is_named)
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
