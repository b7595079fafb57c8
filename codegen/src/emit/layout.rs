//! The files of the crate: which code is in which, with its imports.

mod format;
mod imports;
mod types;

use std::collections::BTreeSet;

use format::format_file;
use indexmap::IndexMap;
use proc_macro2::Ident;
use quote::quote;
use syn::{Attribute, ImplItem, Item, ItemImpl, parse_quote};

use super::{Code, File, Settings, doc_comment::doc_attributes};
use crate::{
    api::Api,
    names::{ident, value_name},
};

/// Returns the files of the crate, in the order of their paths.
pub(super) fn lay_out(code: &Code, api: &Api, settings: &Settings) -> Vec<File> {
    let modules = group_methods(code, api);
    let mut files = vec![root(code, api, settings), client(code, modules.keys())];
    files.extend(modules.into_iter().map(|(module, methods)| operations(&module, methods, code, api)));
    files.extend(calls(code, api));
    files.extend(types::lay_out_types(code, api));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Returns the methods of the client by their module, which is the operation's tag.
fn group_methods(code: &Code, api: &Api) -> IndexMap<String, Vec<ImplItem>> {
    let mut modules: IndexMap<_, Vec<_>> = IndexMap::new();
    for (operation, method) in api.operations.iter().zip(&code.methods) {
        let module = operation.tag.as_ref().and_then(|tag| module_name(&tag.name));
        let methods = [&method.item].into_iter().chain(&method.waiters).cloned();
        modules.entry(module.unwrap_or("operations".to_owned())).or_default().extend(methods.map(ImplItem::Fn));
    }
    modules
}

/// Returns the module of a tag. A file's name is ASCII, so there is none for a tag without any ASCII letter or digit.
fn module_name(tag: &str) -> Option<String> {
    let ascii = tag.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    ascii.contains(|letter| letter != '-').then(|| value_name(&ascii))
}

fn root(code: &Code, api: &Api, settings: &Settings) -> File {
    let file = api.sends_files().then(|| quote!(FilePart,));
    let bytes = api.has_bytes().then(|| quote!(bytes,));
    let calls: Option<Item> = code.has_calls().then(|| {
        let doc = doc_attributes("Calls with optional arguments.");
        parse_quote!(#(#doc)* pub mod calls;)
    });
    let guide: Option<Item> = settings.guide.then(|| {
        parse_quote!(
            #[path = "../guide.rs"]
            pub mod guide;
        )
    });
    // The variant `Unknown` of a union holds JSON.
    let serde_json: Option<Item> = (!code.unions.is_empty()).then(|| {
        parse_quote!(
            pub use clickhouse_cloud_runtime::serde_json;
        )
    });
    let doc_of_types = doc_attributes("Types of requests and responses.");
    let items = [
        calls,
        Some(parse_quote!(
            mod client;
        )),
        guide,
        Some(parse_quote!(#(#doc_of_types)* pub mod types;)),
        Some(parse_quote! {
            pub use clickhouse_cloud_runtime::{
                ApiError, Backoff, Call, ConfigurationError, DecodeError, Error, FailedAttempt, #file InvalidRequest,
                Mismatch, MismatchKind, MissingField, NoRetry, OutcomeUnknown, OutcomeUnknownCause, Patch, RateLimit,
                Response, RetryPolicy, Secret, StreamedResponse, Violation, Wait, WaitError, #bytes chrono, reqwest,
                uuid,
            };
        }),
        serde_json,
        Some(parse_quote!(
            pub use client::{Client, ClientBuilder};
        )),
    ];
    let readme: Attribute = parse_quote!(#![doc = include_str!("../README.md")]);
    format_file("src/lib.rs", vec![readme], items.into_iter().flatten().collect())
}

fn client<'a>(code: &Code, modules: impl Iterator<Item = &'a String>) -> File {
    let modules: BTreeSet<_> = modules.map(|module| ident(module)).collect();
    let modules = modules.iter().map(|module| parse_quote!(mod #module;));
    let items = modules.chain(imports::imports_of_client(&code.client)).chain(code.client.iter().cloned());
    format_file("src/client.rs", Vec::new(), items.collect())
}

fn operations(module: &str, methods: Vec<ImplItem>, code: &Code, api: &Api) -> File {
    let mut block: ItemImpl = parse_quote!(impl Client {});
    block.items = methods;
    let body = [Item::Impl(block)];
    let mut items = imports::imports(&body, api, &code.call_names());
    items.push(parse_quote!(
        use super::Client;
    ));
    items.extend(body);
    format_file(&format!("src/client/{module}.rs"), Vec::new(), items)
}

fn calls(code: &Code, api: &Api) -> Option<File> {
    let types = code.methods.iter().filter_map(|method| method.call_type.as_ref());
    code.has_calls().then(|| module("src/calls.rs", types.flat_map(|ty| ty.items.clone()).collect(), api))
}

/// Returns a file of items after their imports.
fn module(path: &str, body: Vec<Item>, api: &Api) -> File {
    let mut items = imports::imports(&body, api, &[]);
    items.extend(body);
    format_file(path, Vec::new(), items)
}

impl Code {
    fn has_calls(&self) -> bool {
        !self.call_names().is_empty()
    }

    /// Returns the names of the types of calls.
    fn call_names(&self) -> Vec<&Ident> {
        self.methods.iter().filter_map(|method| Some(&method.call_type.as_ref()?.name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::module_name;
    use crate::emit::tests::emitted_for_schemas;

    #[test]
    fn a_module_is_named_after_a_tag_with_ascii_letters() {
        assert_eq!(module_name("API Keys"), Some("api_keys".to_owned()));
        assert_eq!(module_name("Größen"), Some("gr_en".to_owned()));
        assert_eq!(module_name("日本"), None);
    }

    #[test]
    fn the_module_of_types_exports_what_users_name() {
        let schemas = "
    Thing: {type: object, properties: {state: {$ref: '#/components/schemas/State'}}}
    State: {type: string, enum: [new]}";
        insta::assert_snapshot!(emitted_for_schemas("src/types.rs", schemas), @r"
        mod constraints;
        mod enums;
        mod shared;

        pub use enums::*;
        pub use shared::*;
        ");
    }
}
