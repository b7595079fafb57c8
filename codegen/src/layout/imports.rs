use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::visit::{self, Visit};

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
            "MissingField",
            "Parameter",
            "Patch",
            "Response",
            "Secret",
            "Transport",
            "expose",
        ],
    ),
    ("clickhouse_cloud_runtime::reqwest", &["Method"]),
    ("serde", &["Deserialize", "Serialize"]),
    ("uuid", &["Uuid"]),
];

/// The `use` items for everything that a module names and does not define.
pub(super) fn of(body: &TokenStream, model: &Model, defined: &[String]) -> TokenStream {
    let names = Names::of(body);
    let external = IMPORTS.iter().filter_map(|(path, known)| {
        let used: Vec<_> = known.iter().filter(|name| names.0.contains(**name)).map(|name| ident(name)).collect();
        let path: syn::Path = syn::parse_str(path).ok()?;
        match used.as_slice() {
            [] => None,
            [name] => Some(quote!(use #path::#name;)),
            names => Some(quote!(use #path::{ #(#names),* };)),
        }
    });
    let own = model.schemas.iter().map(|schema| &schema.name);
    let own: BTreeSet<_> = own.filter(|name| names.0.contains(*name) && !defined.contains(name)).collect();
    let own: Vec<_> = own.into_iter().map(|name| ident(name)).collect();
    let own = match own.as_slice() {
        [] => None,
        [name] => Some(quote!(use crate::types::#name;)),
        names => Some(quote!(use crate::types::{ #(#names),* };)),
    };
    quote!(#(#external)* #own)
}

/// What the paths of some code start with.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    pub(super) fn of(body: &TokenStream) -> Self {
        let mut names = Self::default();
        if let Ok(file) = syn::parse2(body.clone()) {
            names.visit_file(&file);
        }
        names
    }

    pub(super) fn contains(&self, name: &impl ToString) -> bool {
        self.0.contains(&name.to_string())
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.extend(path.segments.first().map(|first| first.ident.to_string()));
        visit::visit_path(self, path);
    }

    /// Derives name traits, and serde's settings name functions in strings.
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let syn::Meta::List(list) = &attribute.meta else { return };
        for token in list.tokens.clone() {
            match token {
                TokenTree::Ident(name) if attribute.path().is_ident("derive") => {
                    self.0.insert(name.to_string());
                }
                TokenTree::Literal(literal) if attribute.path().is_ident("serde") => {
                    self.0.insert(literal.to_string().trim_matches('"').to_owned());
                }
                _ => {}
            }
        }
    }
}
