//! The places of a document whose types are asked for.

use serde_json::Value;

use crate::{
    json::fields,
    normalize::merge::ERRORS,
    openapi::{
        METHODS,
        schema::{is_enum, is_union},
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
    let at = Pointer::default().key("components").key("schemas");
    fields(root.pointer("/components/schemas")).map(move |(name, schema)| {
        let at = at.key(name);
        if is_enum(schema) {
            return Component { name, kind: ComponentKind::Enum, parts: Vec::new() };
        }
        if is_union(schema) {
            let alternatives = schema["oneOf"].as_array().into_iter().flatten().enumerate();
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
    let at = Pointer::default().key("paths");
    fields(root.get("paths")).flat_map(move |(path, item)| {
        let at = at.key(path);
        let operations = fields(Some(item)).filter(|(method, _)| METHODS.contains(&method.as_str()));
        operations.map(move |(method, operation)| of_operation(operation, &at.key(method)))
    })
}

fn of_operation<'a>(operation: &'a Value, at: &Pointer) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    for (index, parameter) in parameters.enumerate() {
        add(&mut places, parameter, &at.key("parameters").index(index));
    }
    if let Some(body) = operation.get("requestBody") {
        add_content(&mut places, body, &at.key("requestBody"));
    }
    for (status, response) in fields(operation.get("responses")) {
        add_content(&mut places, response, &at.key("responses").key(status));
    }
    for (status, error) in fields(operation.get(ERRORS)) {
        add(&mut places, error, &at.key(ERRORS).key(status));
    }
    places
}

fn add_content<'a>(places: &mut Vec<Place<'a>>, holder: &'a Value, at: &Pointer) {
    for (media_type, content) in fields(holder.get("content")) {
        add(places, content, &at.key("content").key(media_type));
    }
}

fn add<'a>(places: &mut Vec<Place<'a>>, holder: &'a Value, at: &Pointer) {
    if let Some(schema) = holder.get("schema") {
        places.push(Place { at: at.key("schema"), schema });
    }
}
