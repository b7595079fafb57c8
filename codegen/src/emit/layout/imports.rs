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

/// The `use` items for everything that a module names and does not define. `calls` are the types of calls with
/// optional parameters.
pub(super) fn of(items: &[Item], api: &Api, calls: &[&syn::Ident]) -> Vec<Item> {
    let names = Names::of(items);
    let external = names.external(|name| !OF_CLIENT.contains(&name));
    let answers = api.answers().map(|(_, one_of)| one_of.name.clone());
    let types = names.used(api.types.iter().map(|ty| ty.name.clone()).chain(answers));
    let calls = names.used(calls.iter().map(ToString::to_string));
    let own = [("crate::calls", calls), ("crate::types", types)];
    external.into_iter().chain(own).filter_map(|(path, names)| import(path, &names)).collect()
}

/// The same for what names nothing of the crate itself.
pub(super) fn of_others<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<Item> {
    let external = Names::of(items).external(|name| !OF_CLIENT.contains(&name));
    external.into_iter().filter_map(|(path, names)| import(path, &names)).collect()
}

/// Whether some items name types of the document's that are not unions, which have a file to themselves.
pub(super) fn are_types_of_other_files<'a>(items: impl IntoIterator<Item = &'a Item>, api: &Api) -> bool {
    let unions = api.names_of_unions();
    let others = api.types.iter().map(|ty| ty.name.clone()).filter(|name| !unions.contains(name.as_str()));
    !Names::of(items).used(others).is_empty()
}

/// The same for the client itself.
pub(super) fn of_client(items: &[Item]) -> Vec<Item> {
    Names::of(items).external(|_| true).into_iter().filter_map(|(path, names)| import(path, &names)).collect()
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

/// What the paths of some code start with, and what the code defines.
#[derive(Default)]
struct Names {
    used: BTreeSet<String>,
    defined: BTreeSet<String>,
}

impl Names {
    fn of<'a>(items: impl IntoIterator<Item = &'a Item>) -> Self {
        let mut names = Self::default();
        for item in items {
            names.visit_item(item);
        }
        names
    }

    fn external(&self, is_meant: impl Fn(&str) -> bool) -> Vec<(&'static str, Vec<String>)> {
        let meant = |names: &[&str]| names.iter().filter(|name| is_meant(name)).map(ToString::to_string).collect();
        let paths = IMPORTS.iter().map(|(path, names)| (*path, self.used::<Vec<_>>(meant(names))));
        paths.collect()
    }

    /// Those of these names that are used, in their order.
    fn used<I: IntoIterator<Item = String>>(&self, known: I) -> Vec<String> {
        let known: BTreeSet<_> = known.into_iter().collect();
        known.into_iter().filter(|name| self.needs(name)).collect()
    }

    fn needs(&self, name: &str) -> bool {
        self.used.contains(name) && !self.defined.contains(name)
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
