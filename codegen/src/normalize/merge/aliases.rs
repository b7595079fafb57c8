use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{inline, schemas};
use crate::{
    json::{fields, fields_mut, object_mut},
    openapi::{
        reference::{SCHEMAS, reference},
        schema::{MAX_NESTED_LISTS, is_type},
        walk::schemas_in,
    },
};

/// Puts schemas that are neither objects with properties, nor enums, nor unions in the place of their names: a name for a plain
/// string would become a type that has to be converted everywhere and checks nothing.
pub(super) fn inline(root: &mut Value) {
    name_types_between(root);
    cut_circles(root);
    let aliases = fields(root.pointer(SCHEMAS)).filter(|(_, schema)| !is_type(schema));
    let aliases: Map<_, _> = aliases.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    for _ in 0..MAX_NESTED_LISTS {
        let mut replaced = false;
        schemas::for_each(root, &mut |schema| {
            let Some(target) = reference(schema).and_then(|name| aliases.get(name)) else { return };
            replaced = true;
            let mut whole = target.clone();
            let beside = schema.as_object_mut().map(std::mem::take).into_iter().flatten();
            if let Some(whole) = whole.as_object_mut() {
                whole.extend(beside.filter(|(keyword, _)| keyword != "$ref"));
            }
            // What is referred to can be a reference, too.
            *schema = whole;
        });
        if !replaced {
            break;
        }
    }
    if let Some(components) = object_mut(root, &["components", "schemas"]) {
        components.retain(|_, schema| is_type(schema));
    }
}

/// A list of objects that hold such lists would be written out without end, and one of objects that hold two others,
/// each of which holds two, nearly so: the objects get names first.
fn name_types_between(root: &mut Value) {
    let components = fields_mut(root, &["components", "schemas"]);
    let leads_on =
        |schema: &Value| ["items", "additionalProperties", "$ref"].iter().any(|word| schema.get(word).is_some());
    let nested = components.filter(|(_, schema)| !is_type(schema) && leads_on(schema));
    let nested: HashSet<_> = nested.map(|(name, _)| name.clone()).collect();
    let refers_on = |schema: &Value| schemas::references(schema).any(|name| nested.contains(name));
    inline::name_within(root, &|schema| {
        !is_type(schema) && schemas_in(schema).any(|schema| is_type(schema) && refers_on(schema))
    });
}

/// Of a list or a map that holds nothing but itself, it can hold anything in the end.
fn cut_circles(root: &mut Value) {
    let Some(components) = object_mut(root, &["components", "schemas"]) else { return };
    let mut seen = HashSet::new();
    let names: Vec<_> = components.keys().cloned().collect();
    for name in names {
        let mut way = HashSet::new();
        let mut next = Some(name);
        while let Some(name) = next.take_if(|name| seen.insert(name.clone())) {
            next = components.get_mut(&name).and_then(held).and_then(|held| reference(held)).map(ToOwned::to_owned);
            way.insert(name);
        }
        let circle = next.filter(|name| way.contains(name)).and_then(|name| components.get_mut(&name));
        if let Some(held) = circle.and_then(held) {
            *held = json!({});
        }
    }
}

/// The reference that an alias comes down to, as lists and maps go.
fn held(alias: &mut Value) -> Option<&mut Value> {
    if is_type(alias) {
        return None;
    }
    if reference(alias).is_some() {
        return Some(alias);
    }
    let inner = ["items", "additionalProperties"].into_iter().find(|keyword| alias.get(keyword).is_some())?;
    held(alias.get_mut(inner)?)
}
