//! The `use` items that the code of a file needs.

use std::collections::BTreeSet;

use syn::{
    Item, parse_quote,
    visit::{self, Visit},
};

use crate::{
    api::Api,
    names::{
        ident,
        imported::{IMPORTS, OF_CLIENT},
    },
};

/// Returns the imports of a file that is not the client's.
pub(super) fn imports(items: &[Item], api: &Api) -> Vec<Item> {
    let names = Names::of(items);
    let response_enums = api.response_enums().map(|(_, response)| response.name.clone());
    let types = names.used(api.types.iter().map(|ty| ty.name.clone()).chain(response_enums));
    let client = names.used(["Client".to_owned()].into_iter());
    let own = [import("crate", &client), import("crate::types", &types)];
    let external = names.external_imports(|name| !OF_CLIENT.contains(&name));
    external.into_iter().chain(own.into_iter().flatten()).collect()
}

/// Returns the imports of the client's file.
pub(super) fn imports_of_client(items: &[Item]) -> Vec<Item> {
    Names::of(items).external_imports(|_| true)
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

    use super::{super::format::format_items, Names, imports_of_client};
    use crate::names::imported::OF_CLIENT;

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
        insta::assert_snapshot!(format_items(Names::of(&items).external_imports(|name| !OF_CLIENT.contains(&name))), @r"
        use std::collections::BTreeMap;
        use clickhouse_cloud_runtime::{Patch, Secret, request};
        use uuid::Uuid;
        ");
        insta::assert_snapshot!(format_items(imports_of_client(&items[1..2])), @"use clickhouse_cloud_runtime::{Api, Response};");
    }
}
