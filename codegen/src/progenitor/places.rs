//! The places of a document whose types are asked for.

use serde_json::Value;

use crate::{
    json::{elements, fields},
    normalize::merge::ERRORS,
    openapi::{
        grammar::Kind,
        operation::{self, Operation},
        reference::{SCHEMAS, pointer_to_schema},
        schema::{is_enum, is_union},
        walk::for_each_schema_of,
    },
    source::Pointer,
};

/// The type of a component, with the schemas in it.
pub(super) struct Component<'a> {
    pub(super) name: &'a str,
    pub(super) kind: ComponentKind,
    /// Its properties with their names, or its alternatives.
    pub(super) parts: Vec<(&'a str, Place<'a>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ComponentKind {
    Struct,
    Enum,
    Union,
}

/// A schema, and where it stands.
#[derive(Clone)]
pub(super) struct Place<'a> {
    pub(super) at: Pointer,
    pub(super) schema: &'a Value,
}

/// The components, in the order of the document.
pub(super) fn components(root: &Value) -> impl Iterator<Item = Component<'_>> {
    fields(root.pointer(SCHEMAS)).map(|(name, schema)| {
        let at = pointer_to_schema(name);
        if is_enum(schema) {
            return Component { name, kind: ComponentKind::Enum, parts: Vec::new() };
        }
        if is_union(schema) {
            let alternatives = elements(schema.get("oneOf")).enumerate();
            let parts = alternatives.map(|(index, schema)| ("", Place { at: at.key("oneOf").index(index), schema }));
            return Component { name, kind: ComponentKind::Union, parts: parts.collect() };
        }
        let parts = fields(schema.get("properties"))
            .map(|(property, schema)| (property.as_str(), Place { at: at.key("properties").key(property), schema }));
        Component { name, kind: ComponentKind::Struct, parts: parts.collect() }
    })
}

/// The schemas of everything that each operation takes and gives.
pub(super) fn operations(root: &Value) -> impl Iterator<Item = Vec<Place<'_>>> {
    operation::operations(root).map(|Operation { at, value, .. }| {
        let mut places = Vec::new();
        for_each_schema_of(Kind::Operation, value, &at, &mut |schema, at| places.push(Place { at, schema }));
        let errors = fields(value.get(ERRORS)).filter_map(|(status, error)| Some((status, error.get("schema")?)));
        places.extend(errors.map(|(status, schema)| Place { at: at.key(ERRORS).key(status).key("schema"), schema }));
        places
    })
}
