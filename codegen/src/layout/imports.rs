use std::collections::BTreeSet;

use proc_macro2::TokenTree;
use syn::{
    Item, parse_quote,
    visit::{self, Visit},
};

use crate::{model::Model, names::ident};

/// What emitted code may name, and where that comes from.
const IMPORTS: [(&str, &[&str]); 9] = [
    ("std::collections", &["BTreeMap"]),
    ("std::net", &["IpAddr", "Ipv4Addr", "Ipv6Addr"]),
    ("std::time", &["Duration"]),
    ("chrono", &["DateTime", "NaiveDate", "Utc"]),
    (
        "clickhouse_cloud_runtime",
        &[
            "Answers",
            "Api",
            "ApiKey",
            "BoxFuture",
            "Call",
            "Envelope",
            "Environment",
            "Error",
            "File",
            "Goal",
            "MissingField",
            "Parameter",
            "Patch",
            "RateLimit",
            "Received",
            "Response",
            "RetryPolicy",
            "Secret",
            "Streamed",
            "Style",
            "Transport",
            "Wait",
            "expose",
        ],
    ),
    ("clickhouse_cloud_runtime::bytes", &["Bytes"]),
    ("clickhouse_cloud_runtime::reqwest", &["Method"]),
    ("serde", &["Deserialize", "Serialize"]),
    ("uuid", &["Uuid"]),
];

/// The `use` items for everything that a module names and does not define. `calls` are the types of calls with
/// optional parameters.
pub(super) fn of(items: &[Item], model: &Model, calls: &[&syn::Ident]) -> Vec<Item> {
    let mut names = Names::default();
    for item in items {
        names.visit_item(item);
    }

    let used = |known: BTreeSet<String>| known.into_iter().filter(|name| names.needs(name)).collect::<Vec<_>>();
    let external = IMPORTS.iter().map(|(path, known)| (*path, used(known.iter().map(ToString::to_string).collect())));
    let answers = model.answers().map(|(_, one_of)| one_of.name.clone());
    let types = used(model.schemas.iter().map(|schema| schema.name.clone()).chain(answers).collect());
    let calls = used(calls.iter().map(ToString::to_string).collect());
    let own = [("crate::calls", calls), ("crate::types", types)];
    external.chain(own).filter_map(|(path, names)| import(path, &names)).collect()
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
