//! The fields of a resource, from the document's example and from requests.

use serde_json::{Map, Value};

use super::{Making, Model};
use crate::{call::Call, document::Shape, list_update::ListUpdate};

type Fields = Map<String, Value>;

/// Returns the fields of a new resource: those that it starts from, then those of the request, then those that the API
/// makes.
pub(super) fn create(model: &Model, mut fields: Fields, call: Option<&Call<'_>>, making: &mut Making<'_>) -> Fields {
    match call.filter(|call| call.operation.body().is_some()) {
        Some(call) => replace(model, &mut fields, call, making),
        None => fields.extend(model.kind().defaults.iter().map(|(name, make)| ((*name).to_owned(), make(making)))),
    }
    fields.extend(model.kind().made.iter().map(|(name, make)| ((*name).to_owned(), make(making))));
    fields
}

/// Changes the fields that are in a request.
pub(super) fn update(model: &Model, fields: &mut Fields, call: &Call<'_>, making: &mut Making<'_>) {
    let shape = model.schema().shape();
    for (name, value) in call.known_body().as_object().into_iter().flatten() {
        let Some(property) = shape.property(name) else { continue };
        match value {
            Value::Null => reset(model, &shape, fields, name, making),
            Value::Object(changes) if property.is_list() => {
                let read = |part: &str| {
                    let mut entries = changes.get(part).cloned().unwrap_or_default();
                    fit(&property, &mut entries, &Value::Null);
                    entries.as_array().cloned().unwrap_or_default()
                };
                let update = ListUpdate { add: read("add"), remove: read("remove") };
                let key = model.kind().entries.iter().find_map(|(list, key)| (list == name).then_some(*key));
                let mut list = match fields.get_mut(name).map(Value::take) {
                    Some(Value::Array(list)) => list,
                    _ => Vec::new(),
                };
                update.apply(&mut list, |one, other| match key {
                    Some(key) => one[key] == other[key],
                    None => one == other,
                });
                fields.insert(name.clone(), list.into());
            }
            _ => {
                let field = fields.entry(name).or_insert(Value::Null);
                merge(field, value.clone());
                fit(&property, field, example_of(model, name));
            }
        }
    }
}

/// Sets all fields that a request can set: to the values in the request, or else to their defaults.
pub(super) fn replace(model: &Model, fields: &mut Fields, call: &Call<'_>, making: &mut Making<'_>) {
    let shape = model.schema().shape();
    if let Some(request) = call.operation.body() {
        for name in request.shape().names() {
            reset(model, &shape, fields, name, making);
        }
    }
    let Value::Object(request) = call.known_body() else { return };
    for (name, mut value) in request {
        if let Some(property) = shape.property(&name).filter(|_| !value.is_null()) {
            fit(&property, &mut value, example_of(model, &name));
            fields.insert(name, value);
        }
    }
}

/// Sets a field to its default: that of the kind, or else that of the document.
fn reset(model: &Model, shape: &Shape<'_>, fields: &mut Fields, name: &str, making: &mut Making<'_>) {
    if shape.property(name).is_none() {
        return;
    }
    let value = match model.kind().defaults.iter().find(|(field, _)| *field == name) {
        Some((_, make)) => Some(make(making)),
        None => default_of(shape, name, example_of(model, name)),
    };
    match value {
        Some(value) => _ = fields.insert(name.to_owned(), value),
        None => _ = fields.shift_remove(name),
    }
}

/// Returns the default of a field by the document: none for an optional one, `null` if the field allows it, or else the
/// value of the example.
fn default_of(shape: &Shape<'_>, name: &str, example: &Value) -> Option<Value> {
    let property = shape.property(name).filter(|_| shape.requires(name))?;
    if property.allows_null() { Some(Value::Null) } else { Some(example.clone()).filter(|value| !value.is_null()) }
}

fn example_of<'a>(model: &'a Model, name: &str) -> &'a Value {
    model.example().get(name).unwrap_or(&Value::Null)
}

/// Removes the fields that a value cannot have, and adds those that it lacks with their defaults, at all levels.
fn fit(shape: &Shape<'_>, value: &mut Value, example: &Value) {
    shape.remove_unknown_fields(value);
    add_defaults(shape, value, example);
}

fn add_defaults(shape: &Shape<'_>, value: &mut Value, example: &Value) {
    match value {
        Value::Object(fields) => {
            for name in shape.names() {
                let Some(property) = shape.property(name) else { continue };
                if let Some(value) = fields.get_mut(name) {
                    add_defaults(&property, value, &example[name]);
                } else if let Some(default) = default_of(shape, name, &example[name]) {
                    fields.insert(name.to_owned(), default);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                add_defaults(&shape.items(), item, &example[0]);
            }
        }
        _ => {}
    }
}

/// Merges objects field by field, where `null` removes a field. Replaces anything else.
fn merge(target: &mut Value, changes: Value) {
    match changes {
        Value::Object(changes) => {
            let mut merged = match target.take() {
                Value::Object(fields) => fields,
                _ => Fields::new(),
            };
            for (name, value) in changes {
                if value.is_null() {
                    merged.shift_remove(&name);
                } else {
                    merge(merged.entry(name).or_insert(Value::Null), value);
                }
            }
            *target = merged.into();
        }
        changes => *target = changes,
    }
}
