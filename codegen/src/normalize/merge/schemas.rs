//! Finds the schemas of a document.

use serde_json::Value;

use super::{ERRORS, object, operations};
use crate::{openapi::schema::reference, source::Pointer};

/// Changes every schema of the document, inner ones before the ones around them.
pub(super) fn for_each(root: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for_each_component(root, change);
    for (_, operation) in operations(root) {
        for_each_of_operation(operation, |schema| for_each_within(schema, change));
    }
}

fn for_each_component(root: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for schema in object(root, &["components", "schemas"]).into_iter().flat_map(|schemas| schemas.values_mut()) {
        for_each_within(schema, change);
    }
}

/// The outermost schemas of an operation: of its parameters, its body and its responses.
pub(super) fn for_each_of_operation(operation: &mut Value, mut change: impl FnMut(&mut Value)) {
    for_each_of_request(operation, &mut change);
    for_each_of_response(operation, &mut change);
}

/// The outermost schemas of what an operation takes.
pub(super) fn for_each_of_request(operation: &mut Value, mut change: impl FnMut(&mut Value)) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for schema in parameters.into_iter().flatten().filter_map(|parameter| parameter.get_mut("schema")) {
        change(schema);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        for_each_of_content(body, &mut change);
    }
}

/// The outermost schemas of what an operation gives.
pub(super) fn for_each_of_response(operation: &mut Value, mut change: impl FnMut(&mut Value)) {
    for response in object(operation, &["responses"]).into_iter().flat_map(|responses| responses.values_mut()) {
        for_each_of_content(response, &mut change);
    }
    let errors = object(operation, &[ERRORS]).into_iter().flat_map(|errors| errors.values_mut());
    errors.filter_map(|error| error.get_mut("schema")).for_each(change);
}

fn for_each_of_content(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    let content = object(value, &["content"]).into_iter().flat_map(|content| content.values_mut());
    for schema in content.filter_map(|media_type| media_type.get_mut("schema")) {
        change(schema);
    }
}

/// Changes a document with its components at hand, which are not in it meanwhile.
pub(super) fn beside_components(root: &mut Value, change: impl FnOnce(&mut Value, &mut Value)) {
    let place = "/components/schemas";
    let mut components = root.pointer_mut(place).map(Value::take).unwrap_or_default();
    change(root, &mut components);
    if let Some(place) = root.pointer_mut(place) {
        *place = components;
    }
}

/// Changes a schema and every one inside it, inner ones first.
pub(crate) fn for_each_within(schema: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for_each_child(schema, |child| for_each_within(child, change));
    change(schema);
}

/// Visits the name of every component that a schema refers to.
pub(super) fn for_each_reference<'a>(schema: &'a Value, visit: &mut impl FnMut(&'a str)) {
    let Some(keywords) = schema.as_object() else { return };
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for property in properties.values() {
                    for_each_reference(property, visit);
                }
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                for schema in schemas {
                    for_each_reference(schema, visit);
                }
            }
            ("items" | "additionalProperties" | "not", value) => for_each_reference(value, visit),
            _ => {}
        }
    }
    if let Some(name) = reference(schema) {
        visit(name);
    }
}

/// The schemas directly inside a schema.
pub(crate) fn for_each_child(schema: &mut Value, mut change: impl FnMut(&mut Value)) {
    for_each_child_at(schema, &Pointer::default(), &mut |child, _| change(child));
}

/// The same of a schema at a place, each with its own.
pub(super) fn for_each_child_at(schema: &mut Value, at: &Pointer, change: &mut impl FnMut(&mut Value, Pointer)) {
    let Some(schema) = schema.as_object_mut() else { return };
    for (keyword, value) in schema.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let at = at.key(keyword);
                properties.iter_mut().for_each(|(name, property)| change(property, at.key(name)));
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                let at = at.key(keyword);
                schemas.iter_mut().enumerate().for_each(|(index, schema)| change(schema, at.index(index)));
            }
            ("items" | "additionalProperties" | "not", value @ Value::Object(_)) => change(value, at.key(keyword)),
            _ => {}
        }
    }
}
