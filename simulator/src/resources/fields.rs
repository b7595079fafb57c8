//! The fields of a resource, from the document's example and from requests.

use serde_json::{Map, Value};

use super::{Make, Making, Model};
use crate::{document::Shape, list_update::ListUpdate};

type Fields = Map<String, Value>;

/// Returns the fields of a new resource: those of the example, then those of the request, then those that the API makes.
pub(super) fn create(model: &Model, body: &Value, making: &mut Making<'_>) -> Fields {
    let mut fields = model.example().clone();
    replace(model, &mut fields, body, making);
    for (name, make) in model.kind().made {
        fields.insert((*name).to_owned(), make(making));
    }
    fields
}

/// Changes the fields that are in a request.
pub(super) fn update(model: &Model, fields: &mut Fields, body: &Value, making: &mut Making<'_>) {
    let Some(shape) = model.shape() else { return };
    for (name, value) in read_request(body, making).as_object().into_iter().flatten() {
        let Some(property) = shape.property(name) else { continue };
        match value {
            Value::Null => reset(model, &shape, fields, name, making),
            Value::Object(changes) if property.is_list() => {
                let read = |part: &str| {
                    let mut entries = changes.get(part).cloned().unwrap_or_default();
                    property.remove_unknown_fields(&mut entries);
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
                property.remove_unknown_fields(field);
            }
        }
    }
}

/// Sets all fields that a request can set: to the values in the request, or else to their defaults.
pub(super) fn replace(model: &Model, fields: &mut Fields, body: &Value, making: &mut Making<'_>) {
    let Some(shape) = model.shape() else { return };
    match making.call.and_then(|call| call.operation.body()) {
        Some(request) => {
            for name in request.shape().names() {
                reset(model, &shape, fields, name, making);
            }
        }
        None => {
            for (name, make) in model.kind().defaults {
                fields.insert((*name).to_owned(), make(making));
            }
        }
    }
    let mut known = read_request(body, making);
    shape.remove_unknown_fields(&mut known);
    if let Value::Object(known) = known {
        fields.extend(known.into_iter().filter(|(_, value)| !value.is_null()));
    }
}

/// Returns the fields of a request that the document has. The API ignores others.
fn read_request(body: &Value, making: &Making<'_>) -> Value {
    let mut known = body.clone();
    if let Some(request) = making.call.and_then(|call| call.operation.body()) {
        request.shape().remove_unknown_fields(&mut known);
    }
    known
}

/// Sets a field to its default: that of the kind, or null, or none. A required field without a default keeps the value of
/// the example.
fn reset(model: &Model, shape: &Shape<'_>, fields: &mut Fields, name: &str, making: &mut Making<'_>) {
    let default: Option<Make> =
        model.kind().defaults.iter().find_map(|(field, make)| (*field == name).then_some(*make));
    let Some(property) = shape.property(name) else { return };
    let value = match default {
        Some(make) => Some(make(making)),
        None if !shape.requires(name) => None,
        None if property.allows_null() => Some(Value::Null),
        None => model.example().get(name).cloned(),
    };
    match value {
        Some(value) => _ = fields.insert(name.to_owned(), value),
        None => _ = fields.shift_remove(name),
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
