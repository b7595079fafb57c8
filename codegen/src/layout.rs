//! Lays the code out in files: one concern, one file.

mod client;
mod imports;
mod text;

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use crate::{
    File,
    model::{Model, Role},
    names::ident,
    refine::{Code, doc},
};

/// The files of the crate, in the order of their paths.
pub(crate) fn lay_out(code: &Code, model: &Model) -> Vec<File> {
    let mut files = vec![root(code), client::file(model, &groups(code, model))];
    files.extend(operations(code, model));
    files.extend(calls(code, model));
    files.extend(types(code, model));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn root(code: &Code) -> File {
    let calls: Option<syn::Item> = has_calls(code).then(|| {
        let doc = doc("Calls with optional parameters.");
        parse_quote!(#(#doc)* pub mod calls;)
    });
    let types = doc("What is sent and received.");
    text::file(
        "src/lib.rs",
        &quote! {
            #![doc = include_str!("../README.md")]

            #calls
            mod client;
            #(#types)*
            pub mod types;

            pub use clickhouse_cloud_runtime::{
                ApiError, Call, ConfigurationError, DecodeError, Error, Fit, InvalidRequest, Mismatch, MissingField, Patch,
                Response, Secret, Violation, chrono, reqwest, uuid,
            };
            pub use client::{Client, ClientBuilder};
        },
    )
}

/// The methods of the client, by the module that they are in: the operation's tag.
fn groups<'a>(code: &'a Code, model: &'a Model) -> IndexMap<String, Vec<&'a syn::ImplItemFn>> {
    let mut groups: IndexMap<_, Vec<_>> = IndexMap::new();
    for operation in &model.operations {
        let module = operation.tag.as_ref().map_or("operations".to_owned(), |tag| tag.name.to_snake_case());
        let method = code.methods.get(&operation.method_name()).and_then(|method| method.item.as_ref());
        groups.entry(module).or_default().extend(method);
    }
    groups
}

fn operations(code: &Code, model: &Model) -> Vec<File> {
    let groups = groups(code, model);
    let files = groups.iter().map(|(module, methods)| {
        let body = quote!(impl Client { #(#methods)* });
        let imports = imports::of(&body, model, &[]);
        let calls = calls_of(code, &body);
        text::file(&format!("src/client/{module}.rs"), &quote!(#imports #calls use super::Client; #body))
    });
    files.collect()
}

/// The `use` item for the calls with optional parameters that methods return.
fn calls_of(code: &Code, body: &TokenStream) -> Option<TokenStream> {
    let calls = code.methods.values().flat_map(|method| &method.call);
    let defined = calls.filter_map(|item| if let syn::Item::Struct(item) = item { Some(&item.ident) } else { None });
    let used = imports::Names::of(body);
    let calls: BTreeSet<_> = defined.filter(|name| used.contains(name)).collect();
    let calls = calls.iter();
    (calls.len() > 0).then(|| quote!(use crate::calls::{ #(#calls),* };))
}

fn has_calls(code: &Code) -> bool {
    code.methods.values().any(|method| !method.call.is_empty())
}

fn calls(code: &Code, model: &Model) -> Option<File> {
    let items = code.methods.values().flat_map(|method| &method.call);
    let body = quote!(#(#items)*);
    let imports = imports::of(&body, model, &[]);
    has_calls(code).then(|| text::file("src/calls.rs", &quote!(#imports #body)))
}

fn types(code: &Code, model: &Model) -> Vec<File> {
    let modules = [("requests", Role::Request), ("responses", Role::Response), ("shared", Role::Both)];
    let mut files: Vec<_> =
        modules.into_iter().filter_map(|(module, role)| structs(code, model, module, role)).collect();
    files.extend(enums(code));
    let modules = files.iter().filter_map(|file| file.path.rsplit('/').next()?.strip_suffix(".rs"));
    let modules: BTreeSet<_> = modules.map(ident).collect();
    let exports = modules.iter();
    let modules = modules.iter();
    files.push(text::file("src/types.rs", &quote!(#(mod #modules;)* #(pub use #exports::*;)*)));
    files
}

fn structs(code: &Code, model: &Model, module: &str, role: Role) -> Option<File> {
    let structs: Vec<_> = code.structs.values().filter(|found| found.role == role).collect();
    if structs.is_empty() {
        return None;
    }
    let defined: Vec<_> = structs.iter().map(|found| found.item.ident.to_string()).collect();
    let items = structs.iter().map(|found| {
        let (item, impls) = (&found.item, &found.impls);
        quote!(#item #(#impls)*)
    });
    let body = quote!(#(#items)*);
    let imports = imports::of(&body, model, &defined);
    Some(text::file(&format!("src/types/{module}.rs"), &quote!(#imports #body)))
}

fn enums(code: &Code) -> Option<File> {
    let mut file = text::file(
        "src/types/enums.rs",
        &quote!(
            use clickhouse_cloud_runtime::open_enum;
        ),
    );
    for source in &code.enums {
        file.text.push('\n');
        file.text.push_str(source);
    }
    (!code.enums.is_empty()).then_some(file)
}
