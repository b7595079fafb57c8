//! Lays the code out in files: one concern, one file.

mod client;
pub(crate) mod imports;
mod text;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use quote::quote;
use syn::{Item, parse_quote};

use super::{Code, File, Settings, doc, structs::Struct};
use crate::{
    api::{Api, Direction},
    names::{ident, value_name},
};

/// The files of the crate, in the order of their paths.
pub(crate) fn lay_out(code: &Code, api: &Api, settings: &Settings) -> Vec<File> {
    let groups = groups(code, api);
    let mut files = vec![root(code, api, settings), client::file(api, groups.keys())];
    files.extend(operations(groups, code, api));
    files.extend(calls(code, api));
    files.extend(types(code, api));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn root(code: &Code, api: &Api, settings: &Settings) -> File {
    let file = api.sends_files().then(|| quote!(FilePart,));
    let bytes = api.has_bytes().then(|| quote!(bytes,));
    let calls: Option<Item> = code.has_calls().then(|| {
        let doc = doc("Calls with optional parameters.");
        parse_quote!(#(#doc)* pub mod calls;)
    });
    let guide: Option<Item> = settings.guide.then(|| {
        parse_quote!(
            #[path = "../guide.rs"]
            pub mod guide;
        )
    });
    let types = doc("What is sent and received.");
    let items = [
        calls,
        Some(parse_quote!(
            mod client;
        )),
        guide,
        Some(parse_quote!(#(#types)* pub mod types;)),
        Some(parse_quote! {
            pub use clickhouse_cloud_runtime::{
                ApiError, Backoff, Call, ConfigurationError, DecodeError, Error, FailedAttempt, #file InvalidRequest,
                Mismatch, MismatchKind, MissingField, NoRetry, OutcomeUnknown, OutcomeUnknownCause, Patch, RateLimit,
                Response, RetryPolicy, Secret, StreamedResponse, Violation, Wait, WaitError, #bytes chrono, reqwest,
                uuid,
            };
        }),
        // What `Unknown` holds.
        (!code.unions.is_empty()).then(|| {
            parse_quote!(
                pub use clickhouse_cloud_runtime::serde_json;
            )
        }),
        Some(parse_quote!(
            pub use client::{Client, ClientBuilder};
        )),
    ];
    let readme = parse_quote!(#![doc = include_str!("../README.md")]);
    text::file("src/lib.rs", vec![readme], items.into_iter().flatten().collect())
}

/// The methods of the client, by the module that they are in: the operation's tag.
fn groups(code: &Code, api: &Api) -> IndexMap<String, Vec<syn::ImplItem>> {
    let mut groups: IndexMap<_, Vec<_>> = IndexMap::new();
    for (operation, method) in api.operations.iter().zip(&code.methods) {
        let module = operation.tag.as_ref().map_or("operations".to_owned(), |tag| module_of(&tag.name));
        let methods = [&method.item].into_iter().chain(&method.waiters).cloned();
        groups.entry(module).or_default().extend(methods.map(syn::ImplItem::Fn));
    }
    groups
}

/// The module of a tag: its file can be called nothing that is not ASCII.
fn module_of(tag: &str) -> String {
    let ascii = tag.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    if ascii.contains(|letter| letter != '-') { value_name(&ascii) } else { "operations".to_owned() }
}

fn operations<'a>(
    groups: IndexMap<String, Vec<syn::ImplItem>>,
    code: &'a Code,
    api: &'a Api,
) -> impl Iterator<Item = File> + use<'a> {
    groups.into_iter().map(|(module, methods)| {
        let mut block: syn::ItemImpl = parse_quote!(impl Client {});
        block.items = methods;
        let body = vec![Item::Impl(block)];
        let mut items = imports::of(&body, api, &code.call_names());
        items.push(parse_quote!(
            use super::Client;
        ));
        items.extend(body);
        text::file(&format!("src/client/{module}.rs"), Vec::new(), items)
    })
}

fn calls(code: &Code, api: &Api) -> Option<File> {
    let body: Vec<_> =
        code.methods.iter().filter_map(|method| method.call.as_ref()).flat_map(|call| call.items.clone()).collect();
    code.has_calls().then(|| module("src/calls.rs", body, api))
}

fn types(code: &Code, api: &Api) -> Vec<File> {
    let modules = [("requests", Direction::Request), ("responses", Direction::Response), ("shared", Direction::Both)];
    let mut files: Vec<_> =
        modules.into_iter().filter_map(|(name, direction)| structs(code, api, name, direction)).collect();
    files.extend(enums(code));
    let answers = || module("src/types/answers.rs", code.answers.clone(), api);
    files.extend((!code.answers.is_empty()).then(answers));
    files.extend(unions(code, api));

    let exported: BTreeSet<_> = files.iter().filter_map(module_name).collect();
    files.extend(constraints(code));
    let declared: BTreeSet<_> = files.iter().filter_map(module_name).collect();
    let declarations = declared.iter().map(|module| parse_quote!(mod #module;));
    let exports = exported.iter().map(|module| parse_quote!(pub use #module::*;));
    files.push(text::file("src/types.rs", Vec::new(), declarations.chain(exports).collect()));
    files
}

fn structs(code: &Code, api: &Api, name: &str, direction: Direction) -> Option<File> {
    let structs: Vec<_> = code.structs.iter().filter(|found| found.direction == direction).collect();
    let declares = ident(match direction {
        Direction::Request => "sent",
        Direction::Response => "received",
        Direction::Both => "shared",
    });
    let names = structs.iter().flat_map(|found| found.items());
    let names: Vec<_> = names.chain([parse_quote!(#declares! {})]).collect();
    let items = imports::of(&names, api, &[]);
    let mut file = text::file(&format!("src/types/{name}.rs"), Vec::new(), items);
    for found in &structs {
        file.text.extend(["\n", &found.source]);
        file.text.push_str(&text::spaced(found.impls.iter().cloned().map(Item::Impl).collect()));
    }
    (!structs.is_empty()).then_some(file)
}

impl Struct {
    /// Code that names the types that the source names.
    fn items(&self) -> impl Iterator<Item = Item> {
        std::iter::once(self.naming.clone()).chain(self.impls.iter().cloned().map(Item::Impl))
    }
}

fn enums(code: &Code) -> Option<File> {
    let import = parse_quote!(
        use clickhouse_cloud_runtime::open_enum;
    );
    let mut file = text::file("src/types/enums.rs", Vec::new(), vec![import]);
    file.text.extend(["\nopen_enum! {\n", &code.enums.join("\n"), "}\n"]);
    (!code.enums.is_empty()).then_some(file)
}

fn unions(code: &Code, api: &Api) -> Option<File> {
    let open_union = parse_quote!(
        use clickhouse_cloud_runtime::open_union;
    );
    let own: Item = parse_quote!(
        use super::*;
    );
    let types = code.unions.iter().flat_map(|union| &union.types);
    let types: Vec<Item> = types.map(|ty| parse_quote!(type Alternative = #ty;)).collect();
    let impls: Vec<_> = code.unions.iter().flat_map(|union| union.impls.iter().cloned().map(Item::Impl)).collect();
    let mut items = imports::of_others(types.iter().chain(&impls));
    items.push(open_union);
    items.extend(imports::are_types_of_other_files(types.iter().chain(&impls), api).then_some(own));
    let mut file = text::file("src/types/unions.rs", Vec::new(), items);
    let sources: Vec<_> = code.unions.iter().map(|union| union.source.as_str()).collect();
    file.text.extend(["\nopen_union! {\n", &sources.join("\n"), "}\n"]);
    file.text.push_str(&text::spaced(impls));
    (!code.unions.is_empty()).then_some(file)
}

fn constraints(code: &Code) -> Option<File> {
    let source = code.constraints.as_ref()?;
    let imports = [
        parse_quote!(
            use clickhouse_cloud_runtime::constraints;
        ),
        parse_quote!(
            use super::*;
        ),
    ];
    let mut file = text::file("src/types/constraints.rs", Vec::new(), imports.into());
    file.text.push('\n');
    file.text.push_str(source);
    Some(file)
}

fn module_name(file: &File) -> Option<syn::Ident> {
    Some(ident(file.path.rsplit('/').next()?.strip_suffix(".rs")?))
}

/// A file with the imports that its items need.
fn module(path: &str, body: Vec<Item>, api: &Api) -> File {
    let mut items = imports::of(&body, api, &[]);
    items.extend(body);
    text::file(path, Vec::new(), items)
}

impl Code {
    fn has_calls(&self) -> bool {
        !self.call_names().is_empty()
    }

    /// The names of the calls with optional parameters.
    fn call_names(&self) -> Vec<&syn::Ident> {
        self.methods.iter().filter_map(|method| Some(&method.call.as_ref()?.name)).collect()
    }
}
