use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{inline_types, schemas};
use crate::{
    json::{fields, fields_mut, object_mut},
    openapi::{
        reference::{SCHEMAS, reference},
        schema::{MAX_NESTED_LISTS, is_type},
        walk::schemas_in,
    },
};

/// Inlines the components that are neither objects with properties, nor enums, unions or newtypes: a type for a plain
/// string would have to be converted everywhere, and check nothing.
pub(super) fn inline(root: &mut Value) {
    name_types_between(root);
    open_cycles(root);
    let aliases = fields(root.pointer(SCHEMAS)).filter(|(_, schema)| !is_type(schema));
    let aliases: Map<_, _> = aliases.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    for _ in 0..MAX_NESTED_LISTS {
        let mut replaced = false;
        schemas::for_each(root, &mut |schema| {
            let Some(target) = reference(schema).and_then(|name| aliases.get(name)) else { return };
            replaced = true;
            let mut merged = target.clone();
            let beside = schema.as_object_mut().map(std::mem::take).into_iter().flatten();
            if let Some(merged) = merged.as_object_mut() {
                merged.extend(beside.filter(|(keyword, _)| keyword != "$ref"));
            }
            // The target can be a reference, too.
            *schema = merged;
        });
        if !replaced {
            break;
        }
    }
    if let Some(components) = object_mut(root, &["components", "schemas"]) {
        components.retain(|_, schema| is_type(schema));
    }
}

/// Makes components of the inline types in aliases that refer to aliases again: replacing the references would copy a
/// list of objects with such lists without end, and one of objects with two lists exponentially often.
fn name_types_between(root: &mut Value) {
    let components = fields_mut(root, &["components", "schemas"]);
    let has_inner =
        |schema: &Value| ["items", "additionalProperties", "$ref"].iter().any(|keyword| schema.get(keyword).is_some());
    let nested = components.filter(|(_, schema)| !is_type(schema) && has_inner(schema));
    let nested: HashSet<_> = nested.map(|(name, _)| name.clone()).collect();
    let refers_to_nested = |schema: &Value| schemas::references(schema).any(|name| nested.contains(name));
    inline_types::name_within(root, &|schema| {
        !is_type(schema) && schemas_in(schema).any(|schema| is_type(schema) && refers_to_nested(schema))
    });
}

/// Lets a list or a map that contains only itself contain any value.
fn open_cycles(root: &mut Value) {
    let Some(components) = object_mut(root, &["components", "schemas"]) else { return };
    let mut seen = HashSet::new();
    let names: Vec<_> = components.keys().cloned().collect();
    for name in names {
        let mut path = HashSet::new();
        let mut next = Some(name);
        while let Some(name) = next.take_if(|name| seen.insert(name.clone())) {
            next = components
                .get_mut(&name)
                .and_then(innermost_reference)
                .and_then(|inner| reference(inner))
                .map(ToOwned::to_owned);
            path.insert(name);
        }
        let cycle = next.filter(|name| path.contains(name)).and_then(|name| components.get_mut(&name));
        if let Some(inner) = cycle.and_then(innermost_reference) {
            *inner = json!({});
        }
    }
}

/// Returns the reference that is the innermost element of an alias.
fn innermost_reference(alias: &mut Value) -> Option<&mut Value> {
    if is_type(alias) {
        return None;
    }
    if reference(alias).is_some() {
        return Some(alias);
    }
    let inner = ["items", "additionalProperties"].into_iter().find(|keyword| alias.get(keyword).is_some())?;
    innermost_reference(alias.get_mut(inner)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run_on_schemas;

    #[test]
    fn aliases_replace_the_references_to_them() {
        let schemas = "
            Name: {type: string, maxLength: 5}
            Names: {type: array, items: {$ref: '#/components/schemas/Name'}}
            Thing: {properties: {names: {$ref: '#/components/schemas/Names', description: All.}}}
        ";
        insta::assert_snapshot!(run_on_schemas(inline, schemas), @"Thing: {properties:{names:{type:array,items:{type:string,maxLength:5},description:All.}}}");
    }

    #[test]
    fn objects_between_aliases_become_components() {
        let schemas = "
            Trees: {type: array, items: {properties: {inner: {$ref: '#/components/schemas/Trees'}}}}
            Forest: {properties: {trees: {$ref: '#/components/schemas/Trees'}}}
        ";
        insta::assert_snapshot!(run_on_schemas(inline, schemas), @"
            TreesItem: {properties:{inner:{type:array,items:{$ref:#/components/schemas/TreesItem}}},x-merged-origin:/components/schemas/Trees/items}
            Forest: {properties:{trees:{type:array,items:{$ref:#/components/schemas/TreesItem}}}}
        ");
    }

    #[test]
    fn a_list_of_itself_contains_any_value() {
        let schemas = "
            Lists: {type: array, items: {$ref: '#/components/schemas/Lists'}}
            Thing: {properties: {lists: {$ref: '#/components/schemas/Lists'}}}
        ";
        insta::assert_snapshot!(run_on_schemas(inline, schemas), @"Thing: {properties:{lists:{type:array,items:{}}}}");
    }
}
