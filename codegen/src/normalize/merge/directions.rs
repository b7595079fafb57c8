use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{
    contents::{is_file, unmark_files},
    marks::{self, Direction},
    schemas,
};
use crate::{
    json::{elements, fields, fields_mut, flag, object_mut, text},
    names::{Names, type_name},
    openapi::{
        operation::{Operation, operations_mut},
        reference,
        schema::{is_struct, is_union},
        walk::schemas_in,
    },
};

/// Tells what is sent from what is received: requests are strict and responses tolerant, so an object that goes
/// both ways becomes two where that makes a difference. The response keeps the name; the request type gets `Input`
/// after it. What is neither sent nor received is dropped.
pub(super) fn split(root: &mut Value) {
    let schemas = object_mut(root, &["components", "schemas"]).map(std::mem::take).unwrap_or_default();
    let reach = Reach::of(root, &schemas);
    let inputs = input_names(&schemas, &differing(&schemas, &reach));

    let mut lowered = Map::new();
    for (name, schema) in &schemas {
        let (sent, received) = (reach.sent.contains(name), reach.received.contains(name));
        let input = inputs.get(name);
        if received {
            let direction = if sent && input.is_none() { Direction::Both } else { Direction::Response };
            lowered.insert(name.clone(), with_direction(schema.clone(), direction, "writeOnly"));
        }
        if sent && (input.is_some() || !received) {
            let mut schema = with_direction(schema.clone(), Direction::Request, "readOnly");
            rename(&mut schema, &inputs);
            if reach.patched.contains(name) {
                mark_patches(&mut schema);
            }
            if input.is_some() {
                marks::set_input_of(&mut schema, name);
            }
            lowered.insert(input.unwrap_or(name).clone(), schema);
        }
    }
    for Operation { value: operation, .. } in operations_mut(root) {
        schemas::for_each_of_request(operation, |schema| rename(schema, &inputs));
    }
    root["components"]["schemas"] = Value::Object(lowered);
}

/// Which components go which way.
#[derive(Default)]
struct Reach {
    sent: HashSet<String>,
    patched: HashSet<String>,
    received: HashSet<String>,
}

impl Reach {
    fn of(root: &mut Value, schemas: &Map<String, Value>) -> Self {
        let mut reach = Self::default();
        for Operation { method, value: operation, .. } in operations_mut(root) {
            schemas::for_each_of_request(operation, |schema| {
                collect(schema, schemas, &mut reach.sent);
                if method == "patch" {
                    collect(schema, schemas, &mut reach.patched);
                }
            });
            schemas::for_each_of_response(operation, |schema| collect(schema, schemas, &mut reach.received));
        }
        reach
    }
}

/// Adds every component that a schema leads to.
fn collect(schema: &Value, schemas: &Map<String, Value>, found: &mut HashSet<String>) {
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        for name in schemas::references(schema) {
            if !found.contains(name) {
                found.insert(name.to_owned());
                open.extend(schemas.get(name));
            }
        }
    }
}

/// The objects and unions that go both ways and are not the same both ways: by themselves, or because of what is in them.
fn differing(schemas: &Map<String, Value>, reach: &Reach) -> HashSet<String> {
    let both = |name: &String| reach.sent.contains(name) && reach.received.contains(name);
    let is_made_of_parts = |schema: &Value| is_struct(schema) || is_union(schema);
    let types: Vec<_> = schemas.iter().filter(|(name, schema)| both(name) && is_made_of_parts(schema)).collect();
    let own = |(name, schema): &&(&String, &Value)| differs(schema, reach.patched.contains(*name));
    let mut differing: HashSet<String> = types.iter().filter(own).map(|(name, _)| (*name).clone()).collect();
    loop {
        let contains = |schema: &Value| schemas::references(schema).any(|name| differing.contains(name));
        let more: Vec<_> = types
            .iter()
            .filter(|(name, schema)| !differing.contains(*name) && contains(schema))
            .map(|(name, _)| (*name).clone())
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

fn differs(schema: &Value, patched: bool) -> bool {
    let is_secret = |schema: &Value| schemas_in(schema).any(|value| text(value, "format") == Some("password"));
    elements(schema.get("required")).next().is_some()
        || elements(schema.get("oneOf")).any(is_secret)
        || fields(schema.get("properties")).any(|(_, property)| {
            is_secret(property)
                || is_file(property)
                || ["readOnly", "writeOnly"].iter().any(|keyword| flag(property, keyword))
                || (patched && flag(property, "nullable"))
        })
}

fn input_names(schemas: &Map<String, Value>, differing: &HashSet<String>) -> HashMap<String, String> {
    let mut taken: Names = schemas.keys().map(String::as_str).collect();
    let split = schemas.keys().filter(|name| differing.contains(*name));
    split.map(|name| (name.clone(), taken.unused(&type_name(&format!("{name}Input"))))).collect()
}

fn rename(schema: &mut Value, inputs: &HashMap<String, String>) {
    schemas::for_each_within(schema, &mut |schema| {
        reference::rename(schema, |name| inputs.get(name).map(String::as_str));
    });
}

/// Returns the type of one direction, without the properties that are only in the other.
fn with_direction(mut schema: Value, direction: Direction, excluded: &str) -> Value {
    marks::set_direction(&mut schema, direction);
    let mut dropped = HashSet::new();
    if let Some(properties) = object_mut(&mut schema, &["properties"]) {
        if direction == Direction::Response {
            unmark_files(properties);
        }
        properties.retain(|name, property| {
            let excluded = flag(property, excluded);
            if excluded {
                dropped.insert(name.clone());
            }
            !excluded
        });
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !name.as_str().is_some_and(|name| dropped.contains(name)));
    }
    schema
}

/// A property that may be null and may be absent has three meanings in a PATCH.
fn mark_patches(schema: &mut Value) {
    let required = schema.get("required").cloned();
    let is_required = |name: &str| elements(required.as_ref()).any(|other| other == name);
    for (name, property) in fields_mut(schema, &["properties"]) {
        if flag(property, "nullable") && !is_required(name) {
            marks::set_patch(property);
        }
    }
}
