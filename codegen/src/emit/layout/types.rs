//! The module `types`: a file for each area, with all of its types.

use indexmap::IndexMap;
use syn::{Item, parse_quote};

use super::{
    format::{format_file, format_items},
    imports, module_name,
};
use crate::{
    api::{Api, TypeDef},
    emit::{Code, File, constraints::declare_constraints, types::TypeCode},
    names::ident,
};

pub(super) fn lay_out_types(code: &Code, api: &Api) -> Vec<File> {
    let mut areas: IndexMap<String, Area> = IndexMap::new();
    for (operation, method) in api.operations.iter().zip(&code.methods) {
        if let Some(response_enum) = &method.response_enum {
            areas.entry(module_name(&operation.area)).or_default().response_enums.extend_from_slice(response_enum);
        }
    }
    for ty in api.types.iter().zip(&code.types) {
        areas.entry(module_name(&ty.0.area)).or_default().types.push(ty);
    }
    areas.sort_keys();

    let modules: Vec<_> = areas.keys().map(|module| ident(module)).collect();
    let declarations = modules.iter().map(|module| parse_quote!(mod #module;));
    let exports = modules.iter().map(|module| parse_quote!(pub use #module::*;));
    let root = format_file("src/types.rs", Vec::new(), declarations.chain(exports).collect());
    [root].into_iter().chain(areas.iter().map(|(module, area)| area.file(module, api))).collect()
}

/// The types of an area.
#[derive(Default)]
struct Area<'a> {
    /// The enums of operations with several documented responses.
    response_enums: Vec<Item>,
    types: Vec<(&'a TypeDef, &'a TypeCode)>,
}

impl Area<'_> {
    fn file(&self, module: &str, api: &Api) -> File {
        let constraints = declare_constraints(self.types.iter().map(|(ty, _)| *ty));
        let mut file =
            format_file(&format!("src/types/{module}.rs"), Vec::new(), self.imports(constraints.is_some(), api));
        file.text += &format_items(self.response_enums.iter().cloned());
        for (_, code) in &self.types {
            file.text.extend(["\n", &code.declaration]);
            file.text += &format_items(code.impls.iter().cloned().map(Item::Impl));
        }
        file.text.extend(constraints.iter().flat_map(|constraints| ["\n", constraints]));
        file
    }

    fn imports(&self, has_constraints: bool, api: &Api) -> Vec<Item> {
        let mut items = self.response_enums.clone();
        for (_, code) in &self.types {
            items.extend(code.stubs.iter().cloned());
            items.extend(code.impls.iter().cloned().map(Item::Impl));
        }
        items.extend(has_constraints.then(|| parse_quote!(constraints! {})));
        imports::imports(&items, api)
    }
}
