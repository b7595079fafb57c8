//! The `use` items that the code of a file needs.

use std::collections::BTreeSet;

use proc_macro2::Ident;
use syn::{
    Item, parse_quote,
    visit::{self, Visit},
};

use crate::{
    api::{Api, TypeKind},
    names::{
        ident,
        imported::{IMPORTS, OF_CLIENT},
    },
};

/// Returns the imports of a file that is neither the client's nor the unions'. `calls` are the types of calls.
pub(super) fn imports(items: &[Item], api: &Api, calls: &[&Ident]) -> Vec<Item> {
    let names = Names::of(items);
    let response_enums = api.response_enums().map(|(_, response)| response.name.clone());
    let types = names.used(api.types.iter().map(|ty| ty.name.clone()).chain(response_enums));
    let calls = names.used(calls.iter().map(ToString::to_string));
    let own = [import("crate::calls", &calls), import("crate::types", &types)];
    external_imports(items).into_iter().chain(own.into_iter().flatten()).collect()
}

/// Returns the imports of a file from outside the crate, less what only the client uses.
pub(super) fn external_imports(items: &[Item]) -> Vec<Item> {
    Names::of(items).external_imports(|name| !OF_CLIENT.contains(&name))
}

/// Returns the imports of the client's file.
pub(super) fn imports_of_client(items: &[Item]) -> Vec<Item> {
    Names::of(items).external_imports(|_| true)
}

/// Returns whether the items use a type of the document that is not a union.
pub(super) fn use_types_besides_unions(items: &[Item], api: &Api) -> bool {
    let others = api.types.iter().filter(|ty| !matches!(ty.kind, TypeKind::Union(_)));
    !Names::of(items).used(others.map(|ty| ty.name.clone())).is_empty()
}

fn import(path: &str, names: &[String]) -> Option<Item> {
    let path: syn::Path = syn::parse_str(path).ok()?;
    let names: Vec<_> = names.iter().map(|name| ident(name.trim_end_matches('!'))).collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(parse_quote!(use #path::#name;)),
        names => Some(parse_quote!(use #path::{ #(#names),* };)),
    }
}

/// The first names of all paths in some code, and the types that the code defines.
#[derive(Default)]
struct Names {
    used: BTreeSet<String>,
    defined: BTreeSet<String>,
}

impl Names {
    fn of(items: &[Item]) -> Self {
        let mut names = Self::default();
        for item in items {
            names.visit_item(item);
        }
        names
    }

    fn external_imports(&self, is_importable: impl Fn(&str) -> bool) -> Vec<Item> {
        let imports = IMPORTS.iter().filter_map(|(path, names)| {
            let names = names.iter().filter(|name| is_importable(name)).map(ToString::to_string);
            import(path, &self.used(names))
        });
        imports.collect()
    }

    /// Returns which of these names are used and not defined, in alphabetical order.
    fn used(&self, names: impl Iterator<Item = String>) -> Vec<String> {
        let names: BTreeSet<_> = names.collect();
        names.into_iter().filter(|name| self.used.contains(name) && !self.defined.contains(name)).collect()
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.defined.insert(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.defined.insert(item.ident.to_string());
        visit::visit_item_enum(self, item);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.used.extend(item.path.get_ident().map(|name| format!("{name}!")));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.used.extend(path.segments.first().map(|first| first.ident.to_string()));
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use syn::{Item, parse_quote};

    use super::{super::format::format_items, external_imports, imports_of_client};

    #[test]
    fn what_is_used_and_not_defined_is_imported() {
        let items: [Item; 3] = [
            parse_quote!(
                struct Response(BTreeMap<String, Uuid>, Patch<Secret>);
            ),
            parse_quote!(
                struct Other(Response, Api, std::time::Duration);
            ),
            parse_quote!(request! {}),
        ];
        insta::assert_snapshot!(format_items(external_imports(&items)), @r"
        use std::collections::BTreeMap;
        use clickhouse_cloud_runtime::{Patch, Secret, request};
        use uuid::Uuid;
        ");
        insta::assert_snapshot!(format_items(imports_of_client(&items[1..2])), @"use clickhouse_cloud_runtime::{Api, Response};");
    }
}
