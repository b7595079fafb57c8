use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{marks, rename, schemas};
use crate::{
    json::{elements, fields, object_mut},
    names,
    openapi::reference::{self, SCHEMAS, reference_to},
    source::Pointer,
};

/// Gives each component the name of the type that it becomes, so that names differ in Rust and a reference is one to a
/// type.
pub(super) fn types(root: &mut Value) {
    let wanted: Vec<_> = fields(root.pointer(SCHEMAS)).map(|(name, _)| name.as_str()).collect();
    let mut types: IndexMap<_, _> = wanted.iter().map(ToString::to_string).zip(names::types(&wanted)).collect();
    let given = rename::given(root, &types.values().cloned().collect());
    types.values_mut().for_each(|ty| given.get(ty).into_iter().for_each(|name| ty.clone_from(name)));
    let renamed: IndexMap<_, _> = types.into_iter().filter(|(name, ty)| name != ty).collect();
    if renamed.is_empty() {
        return;
    }
    rename::components(root, |name| renamed.get(name).cloned());
    schemas::for_each(root, &mut |schema| {
        keep_discriminated(schema, &renamed);
        schema.get_mut("$ref").into_iter().for_each(|reference| rename(reference, &renamed));
    });
    marks::set_document_names(root, renamed.into_iter().map(|(name, ty)| (ty, name)));
}

fn rename(reference: &mut Value, renamed: &IndexMap<String, String>) {
    let name = reference.as_str().and_then(Pointer::of_reference).map(|at| at.last());
    if let Some(ty) = name.and_then(|name| renamed.get(&name)) {
        *reference = reference_to(ty);
    }
}

/// The name of a component is what its discriminator says, unless the document maps something else to it.
fn keep_discriminated(schema: &mut Value, renamed: &IndexMap<String, String>) {
    let alternatives = ["oneOf", "anyOf"].iter().flat_map(|keyword| elements(schema.get(*keyword)));
    let names: Vec<_> = alternatives.filter_map(|alternative| Some(reference::pointer(alternative)?.last())).collect();
    let Some(discriminator) = object_mut(schema, &["discriminator"]) else { return };
    let mapping = discriminator.entry("mapping").or_insert_with(|| Value::Object(Map::new()));
    let Some(mapping) = mapping.as_object_mut() else { return };
    for target in mapping.values_mut() {
        match target.as_str().and_then(|target| renamed.get(target)) {
            Some(ty) => *target = reference_to(ty),
            None => rename(target, renamed),
        }
    }
    for (name, ty) in names.iter().filter_map(|name| Some((name, renamed.get(name)?))) {
        let target = reference_to(ty);
        if !mapping.values().any(|mapped| *mapped == target) {
            mapping.insert(name.clone(), target);
        }
    }
}
