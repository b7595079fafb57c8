use std::collections::BTreeSet;

use proc_macro2::TokenTree;
use syn::{
    Item, parse_quote,
    visit::{self, Visit},
};

use crate::{model::Model, names::ident};

/// What emitted code may name, and where that comes from.
const IMPORTS: [(&str, &[&str]); 7] = [
    ("std::collections", &["BTreeMap"]),
    ("std::time", &["Duration"]),
    ("chrono", &["DateTime", "NaiveDate", "Utc"]),
    (
        "clickhouse_cloud_runtime",
        &[
            "Api",
            "BoxFuture",
            "Call",
            "Envelope",
            "Environment",
            "Error",
            "Goal",
            "MissingField",
            "Parameter",
            "Patch",
            "RateLimit",
            "Response",
            "RetryPolicy",
            "Secret",
            "Transport",
            "Wait",
            "expose",
        ],
    ),
    ("clickhouse_cloud_runtime::reqwest", &["Method"]),
    ("serde", &["Deserialize", "Serialize"]),
    ("uuid", &["Uuid"]),
];

/// The `use` items for everything that a module names and does not define. `calls` are the types of calls with
/// optional parameters.
pub(super) fn of(items: &[Item], model: &Model, calls: &[&syn::Ident]) -> Vec<Item> {
    let names = Names::of(items);
    let types = names.needed(model.schemas.iter().map(|schema| schema.name.clone()));
    let calls = names.needed(calls.iter().map(ToString::to_string));
    let own = [("crate::calls", calls), ("crate::types", types)];
    let own = own.iter().filter_map(|(path, names)| import(path, names));
    from_other_crates(&names).chain(own).collect()
}

/// The same for what is not of the crate itself.
pub(super) fn of_others<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<Item> {
    from_other_crates(&Names::of(items)).collect()
}

fn from_other_crates(names: &Names) -> impl Iterator<Item = Item> {
    IMPORTS.iter().filter_map(|(path, known)| import(path, &names.needed(known.iter().map(ToString::to_string))))
}

fn import(path: &str, names: &[String]) -> Option<Item> {
    let path: syn::Path = syn::parse_str(path).ok()?;
    let names: Vec<_> = names.iter().map(|name| ident(name)).collect();
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

    /// Those of the known names that have to be imported, in their order.
    fn needed(&self, known: impl Iterator<Item = String>) -> Vec<String> {
        let known: BTreeSet<_> = known.filter(|name| self.needs(name)).collect();
        known.into_iter().collect()
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

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.used.extend(path.segments.first().map(|first| first.ident.to_string()));
        visit::visit_path(self, path);
    }

    /// Derives name traits, and serde's settings name functions in strings.
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let syn::Meta::List(list) = &attribute.meta else { return };
        for token in list.tokens.clone() {
            match token {
                TokenTree::Ident(name) if attribute.path().is_ident("derive") => {
                    self.used.insert(name.to_string());
                }
                TokenTree::Literal(literal) if attribute.path().is_ident("serde") => {
                    self.used.insert(literal.to_string().trim_matches('"').to_owned());
                }
                _ => {}
            }
        }
    }
}
