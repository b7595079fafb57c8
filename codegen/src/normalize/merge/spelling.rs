use serde_json::{Map, Value};

use super::{object, operations};
use crate::api::{Field, Model, Operation, Parameter};

/// Calls properties and parameters what they are called in Rust, where names over the wire would clash. Only for
/// progenitor: the [model](crate::model) knows both.
pub(crate) fn in_rust(root: &mut Value, model: &Model) {
    for (schema, fields) in model.structs().filter(|(_, fields)| fields.iter().any(Field::is_renamed)) {
        if let Some(schema) = root.pointer_mut(&format!("/components/schemas/{}", schema.name)) {
            spell_fields(schema, fields);
        }
    }
    if model.operations.iter().flat_map(|operation| &operation.parameters).any(Parameter::is_renamed) {
        spell_parameters(root, model);
    }
}

fn spell_fields(schema: &mut Value, fields: &[Field]) {
    let properties = object(schema, &["properties"]).map(std::mem::take).unwrap_or_default();
    let spelt = properties.into_iter().zip(fields).map(|((_, property), field)| (field.rust_name.clone(), property));
    schema["properties"] = Value::Object(spelt.collect());
    for name in schema.get_mut("required").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(field) = fields.iter().find(|field| *name == field.name) {
            *name = Value::String(field.rust_name.clone());
        }
    }
}

/// The paths that progenitor sees are not those of the crate, so each operation gets one that suits it.
fn spell_parameters(root: &mut Value, model: &Model) {
    let mut paths = Map::new();
    for (index, ((method, value), operation)) in operations(root).zip(&model.operations).enumerate() {
        let mut value = std::mem::take(value);
        for parameter in value.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let is_same =
                |known: &&Parameter| parameter["name"] == known.name && parameter["in"] == known.location.name();
            if let Some(known) = operation.parameters.iter().find(is_same) {
                parameter["name"] = Value::String(known.rust_name.clone());
            }
        }
        paths.insert(path(index, operation), Value::Object(Map::from_iter([(method.to_owned(), value)])));
    }
    root["paths"] = Value::Object(paths);
}

fn path(index: usize, operation: &Operation) -> String {
    let in_path = operation.parameters_in_path().map(|parameter| format!("/{{{}}}", parameter.rust_name));
    format!("/{index}{}", in_path.collect::<String>())
}
