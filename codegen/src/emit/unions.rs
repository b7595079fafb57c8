//! Enums for unions, as declarations in the macro `open_union!`.

mod conversion;
mod patterns;

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use conversion::VariantsConversion;
use syn::ItemImpl;

use super::{
    doc_comment::{description_or_default, doc_lines},
    text,
};
use crate::{
    api::{Api, Direction, TypeDef, TypeKind, UnionVariant},
    progenitor::Type,
};

/// The longest variant on one line, without its indentation. In a longer one, each member has its own line.
const MAX_COLUMNS: usize = 110;

/// A union of the emitted crate.
pub(super) struct Union {
    /// The types of the variants.
    pub(super) types: Vec<Type>,
    /// Its entry in the macro.
    pub(super) declaration: String,
    pub(super) conversion: Option<ItemImpl>,
}

/// Emits an enum for each union. It is open, because the API may add to the union at any time.
pub(super) fn emit_unions(api: &Api) -> Vec<Union> {
    let (secret, in_parameters) = (types_with_secrets(api), types_of_parameters(api));
    let unions = api.unions().map(|(ty, variants)| {
        let conversion = conversion::from_response(ty, variants, api);
        let is_text = variants.iter().all(|variant| api.is_text(&variant.schema.ty));
        let is_parameter = is_text && in_parameters.contains(ty.name.as_str());
        let is_secret = ty.direction == Direction::Response && secret.contains(ty.name.as_str());
        let request = match &conversion {
            Some(VariantsConversion::ByMacro { response }) => format!("request from {response}"),
            _ => "request".to_owned(),
        };
        let traits = [
            (ty.direction.is_received(), "response"),
            (ty.direction.is_sent(), &request),
            (is_parameter, "parameter"),
            (is_secret, "secret"),
        ];
        let traits: Vec<_> = traits.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
        Union {
            types: variants.iter().map(|variant| variant.schema.ty.clone()).collect(),
            declaration: declare(ty, variants, &traits.join(" + ")),
            conversion: conversion.and_then(VariantsConversion::into_impl),
        }
    });
    unions.collect()
}

/// Declares a union as text, because prettyplease does not break the lines of a macro.
fn declare(ty: &TypeDef, variants: &[UnionVariant], traits: &str) -> String {
    let mut source = String::new();
    for line in doc_lines(&description_or_default(ty.description.clone(), &ty.name)) {
        let _ = writeln!(source, "    {line}");
    }
    let _ = writeln!(source, "    pub enum {}: {traits} {{", ty.name);
    for variant in variants {
        let _ = writeln!(source, "        {},", declare_variant(variant, ty.direction));
    }
    source.push_str("    }\n");
    source
}

fn declare_variant(UnionVariant { name, pattern, schema }: &UnionVariant, direction: Direction) -> String {
    let variant = format!("{name}({})", text(&schema.ty));
    if !direction.is_received() {
        return variant;
    }
    let on_one_line = format!("{variant} = {pattern}");
    if on_one_line.len() <= MAX_COLUMNS { on_one_line } else { format!("{variant} = {pattern:#}") }
}

/// Returns the names of the types with a secret somewhere in them.
fn types_with_secrets(api: &Api) -> HashSet<&str> {
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut waiting = Vec::new();
    for ty in &api.types {
        let parts: Vec<_> = match &ty.kind {
            TypeKind::Struct(fields) => fields.iter().map(|field| &field.schema.ty).collect(),
            TypeKind::Union(variants) => variants.iter().map(|variant| &variant.schema.ty).collect(),
            TypeKind::Enum(_) => Vec::new(),
        };
        for part in parts {
            match part.leaf() {
                Type::Secret => waiting.push(ty.name.as_str()),
                Type::Named(used) => users.entry(used).or_default().push(&ty.name),
                _ => {}
            }
        }
    }
    let mut found = HashSet::new();
    while let Some(name) = waiting.pop() {
        if found.insert(name) {
            waiting.extend(users.get(name).into_iter().flatten());
        }
    }
    found
}

fn types_of_parameters(api: &Api) -> HashSet<&str> {
    let parameters = api.operations.iter().flat_map(|operation| &operation.parameters);
    parameters.filter_map(|parameter| parameter.schema.ty.leaf().name()).collect()
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::emitted_for_schemas;

    #[test]
    fn variants_of_responses_have_patterns_and_secrets_are_noted() {
        let schemas = "
    Thing: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}, {type: string}]}
    Cat: {type: object, required: [claws], properties: {claws: {type: integer}, id: {type: string, readOnly: true}}}
    Dog: {type: object, required: [chip], properties: {chip: {type: string, format: password}}}";
        insta::assert_snapshot!(emitted_for_schemas("src/types/unions.rs", schemas), @r#"
        use clickhouse_cloud_runtime::open_union;
        use super::*;

        open_union! {
            /// `Thing`, which the document does not describe.
            pub enum Thing: response + secret {
                Cat(Cat) = { "claws": _ },
                Dog(Dog) = { "chip": _ },
                String(String) = string,
            }

            /// `ThingInput`, which the document does not describe.
            pub enum ThingInput: request from Thing {
                Cat(CatInput),
                Dog(DogInput),
                String(String),
            }
        }
        "#);
    }
}
