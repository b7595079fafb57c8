//! The names of the types that components become.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{marks, schemas};
use crate::{
    json::{elements, fields, object_mut},
    names,
    openapi::{
        extensions::TYPE_NAMES,
        reference::{self, SCHEMAS, reference_to},
        schema::DEFAULT_MAPPING,
    },
    source::Pointer,
};

/// Gives each component the name of its type, so that every name is one in Rust, and a reference names a type.
pub(super) fn name_components(root: &mut Value) {
    let wanted: Vec<_> = fields(root.pointer(SCHEMAS)).map(|(name, _)| name.as_str()).collect();
    let mut types: IndexMap<_, _> = wanted.iter().map(ToString::to_string).zip(names::types(&wanted)).collect();
    let overrides = take_overrides(root, &types.values().cloned().collect());
    types.values_mut().for_each(|ty| overrides.get(ty).into_iter().for_each(|name| ty.clone_from(name)));
    let renamed: IndexMap<_, _> = types.into_iter().filter(|(name, ty)| name != ty).collect();
    if !renamed.is_empty() {
        rename_components(root, |name| renamed.get(name).cloned());
        // The mapping needs the old names of the variants, which the second visit replaces.
        schemas::for_each(root, &mut |schema| complete_mapping(schema, &renamed));
    }
    schemas::for_each(root, &mut |schema| {
        schema.get_mut("$ref").into_iter().for_each(|reference| rename_target(reference, &renamed));
    });
    marks::set_document_names(root, renamed.into_iter().map(|(name, ty)| (ty, name)));
}

/// Renames the types that have no name in the document, and one in `x-type-names`.
pub(super) fn apply_overrides(root: &mut Value) {
    let types = object_mut(root, &["components", "schemas"]).into_iter().flat_map(|schemas| schemas.keys().cloned());
    let types = types.collect();
    let overrides = take_overrides(root, &types);
    if overrides.is_empty() {
        return;
    }
    rename_components(root, |name| overrides.get(name).cloned());
    schemas::for_each(root, &mut |schema| reference::rename(schema, |name| overrides.get(name).map(String::as_str)));
}

/// Removes the entries of `x-type-names` that rename one of these types, and returns them.
fn take_overrides(root: &mut Value, types: &HashSet<String>) -> HashMap<String, String> {
    let Some(names) = object_mut(root, &[TYPE_NAMES]) else { return HashMap::new() };
    let mut taken = types.clone();
    let (mut overrides, mut rest) = (HashMap::new(), Map::new());
    for (old, new) in std::mem::take(names) {
        match new.as_str().filter(|new| types.contains(&old) && taken.insert((*new).to_owned())) {
            Some(name) => drop(overrides.insert(old, name.to_owned())),
            None => drop(rest.insert(old, new)),
        }
    }
    *names = rest;
    overrides
}

fn rename_components(root: &mut Value, new_name: impl Fn(&str) -> Option<String>) {
    let Some(components) = object_mut(root, &["components", "schemas"]) else { return };
    let renamed =
        std::mem::take(components).into_iter().map(|(name, schema)| (new_name(&name).unwrap_or(name), schema));
    components.extend(renamed);
}

fn rename_target(reference: &mut Value, renamed: &IndexMap<String, String>) {
    let name = reference.as_str().and_then(Pointer::of_reference).map(|at| at.last());
    let Some(name) = name else { return };
    match renamed.get(&name) {
        Some(ty) => *reference = reference_to(ty),
        // A name may be encoded in a reference: from here on, it is not.
        None if reference.as_str().is_some_and(|reference| reference.contains('%')) => *reference = reference_to(&name),
        None => {}
    }
}

/// Maps the old name of a variant to the new one: without a mapping, the name is the value of the discriminator.
fn complete_mapping(schema: &mut Value, renamed: &IndexMap<String, String>) {
    let variants = ["oneOf", "anyOf"].iter().flat_map(|keyword| elements(schema.get(*keyword)));
    let names: Vec<_> = variants.filter_map(|variant| Some(reference::pointer(variant)?.last())).collect();
    let Some(discriminator) = object_mut(schema, &["discriminator"]) else { return };
    let default = discriminator.get_mut(DEFAULT_MAPPING).map(|target| {
        rename_mapped(target, renamed);
        target.clone()
    });
    let mapping = discriminator.entry("mapping").or_insert_with(|| Value::Object(Map::new()));
    let Some(mapping) = mapping.as_object_mut() else { return };
    mapping.values_mut().for_each(|target| rename_mapped(target, renamed));
    for (name, ty) in names.iter().filter_map(|name| Some((name, renamed.get(name)?))) {
        let target = reference_to(ty);
        if !mapping.values().chain(&default).any(|mapped| *mapped == target) {
            mapping.insert(name.clone(), target);
        }
    }
}

/// Renames the target in an entry of a mapping, which may be a name.
fn rename_mapped(target: &mut Value, renamed: &IndexMap<String, String>) {
    match target.as_str().and_then(|target| renamed.get(target)) {
        Some(ty) => *target = reference_to(ty),
        None => rename_target(target, renamed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run_on_schemas;

    #[test]
    fn a_component_and_the_references_to_it_have_the_name_of_its_type() {
        let schemas = "
            big_thing: {type: object}
            Other: {items: {$ref: '#/components/schemas/big_thing'}}
        ";
        insta::assert_snapshot!(run_on_schemas(name_components, schemas), @"
            BigThing: {type:object}
            Other: {items:{$ref:#/components/schemas/BigThing}}
        ");
    }

    #[test]
    fn a_discriminator_keeps_the_old_names_as_values() {
        let schemas = "
            cat: {type: object}
            Pet: {oneOf: [{$ref: '#/components/schemas/cat'}], discriminator: {propertyName: kind}}
        ";
        insta::assert_snapshot!(run_on_schemas(name_components, schemas), @"
            Cat: {type:object}
            Pet: {oneOf:[{$ref:#/components/schemas/Cat}],discriminator:{propertyName:kind,mapping:{cat:#/components/schemas/Cat}}}
        ");
    }

    #[test]
    fn types_are_renamed_by_overrides() {
        let schemas = "
            Thing: {type: object}
            Other: {items: {$ref: '#/components/schemas/Thing'}}
        ";
        let pass = |root: &mut Value| {
            root[TYPE_NAMES] = serde_json::json!({ "Thing": "Item", "Unknown": "Thing" });
            apply_overrides(root);
        };
        insta::assert_snapshot!(run_on_schemas(pass, schemas), @"
            Item: {type:object}
            Other: {items:{$ref:#/components/schemas/Item}}
        ");
    }
}
