//! Lays the code out in files: one concern, one file.

mod client;
pub(crate) mod imports;
mod text;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use quote::quote;
use syn::{Item, parse_quote};

use crate::{
    api::{Model, Role},
    emit::{Code, File, Settings, Struct, argument_of, doc},
    names::{ident, value_name},
};

/// The files of the crate, in the order of their paths.
pub(crate) fn lay_out(code: &Code, model: &Model, settings: &Settings) -> Vec<File> {
    let groups = groups(code, model);
    let mut files = vec![root(code, model, settings), client::file(model, groups.keys())];
    files.extend(operations(groups, code, model));
    files.extend(calls(code, model));
    files.extend(types(code, model));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn root(code: &Code, model: &Model, settings: &Settings) -> File {
    let file = model.sends_files().then(|| quote!(FilePart,));
    let bytes = model.has_bytes().then(|| quote!(bytes,));
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
                ApiError, Backoff, Call, ConfigurationError, DecodeError, Error, FailedAttempt, #file Fit, Interruption,
                InvalidRequest, Mismatch, MissingField, NoRetry, Patch, RateLimit, Response, RetryPolicy, Secret,
                Streamed, Violation, Wait, WaitError, #bytes chrono, reqwest, uuid,
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
fn groups(code: &Code, model: &Model) -> IndexMap<String, Vec<syn::ImplItem>> {
    let mut groups: IndexMap<_, Vec<_>> = IndexMap::new();
    for operation in &model.operations {
        let module = operation.tag.as_ref().map_or("operations".to_owned(), |tag| module_of(&tag.name));
        let methods = code.methods.get(&operation.method_name()).into_iter();
        let methods = methods.flat_map(|method| method.item.iter().chain(&method.waiters).cloned());
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
    model: &'a Model,
) -> impl Iterator<Item = File> + use<'a> {
    groups.into_iter().map(|(module, methods)| {
        let mut block: syn::ItemImpl = parse_quote!(impl Client {});
        block.items = methods;
        let body = vec![Item::Impl(block)];
        let mut items = imports::of(&body, model, &code.call_names());
        items.push(parse_quote!(
            use super::Client;
        ));
        items.extend(body);
        text::file(&format!("src/client/{module}.rs"), Vec::new(), items)
    })
}

fn calls(code: &Code, model: &Model) -> Option<File> {
    let body: Vec<_> = code.methods.values().flat_map(|method| method.call.clone()).collect();
    code.has_calls().then(|| module("src/calls.rs", body, model))
}

fn types(code: &Code, model: &Model) -> Vec<File> {
    let modules = [("requests", Role::Request), ("responses", Role::Response), ("shared", Role::Both)];
    let mut files: Vec<_> = modules.into_iter().filter_map(|(name, role)| structs(code, model, name, role)).collect();
    files.extend(enums(code));
    let answers = || module("src/types/answers.rs", code.answers.clone(), model);
    files.extend((!code.answers.is_empty()).then(answers));
    files.extend(unions(code, model));

    let exported: BTreeSet<_> = files.iter().filter_map(module_name).collect();
    files.extend(constraints(code));
    let declared: BTreeSet<_> = files.iter().filter_map(module_name).collect();
    let declarations = declared.iter().map(|module| parse_quote!(mod #module;));
    let exports = exported.iter().map(|module| parse_quote!(pub use #module::*;));
    files.push(text::file("src/types.rs", Vec::new(), declarations.chain(exports).collect()));
    files
}

fn structs(code: &Code, model: &Model, name: &str, role: Role) -> Option<File> {
    let structs: Vec<_> = code.structs.values().filter(|found| found.role == role).collect();
    let declares = ident(match role {
        Role::Request => "sent",
        Role::Response => "received",
        Role::Both => "shared",
    });
    let names = structs.iter().flat_map(|found| found.naming());
    let names: Vec<_> = names.chain([parse_quote!(#declares! {})]).collect();
    let items = imports::of(&names, model, &[]);
    let mut file = text::file(&format!("src/types/{name}.rs"), Vec::new(), items);
    for found in &structs {
        file.text.extend(["\n", &found.source]);
        file.text.push_str(&text::spaced(found.impls.iter().cloned().map(Item::Impl).collect()));
    }
    (!structs.is_empty()).then_some(file)
}

impl Struct {
    /// Code that names the types that the source names.
    fn naming(&self) -> impl Iterator<Item = Item> {
        let mut item = self.item.clone();
        item.attrs.clear();
        for field in &mut item.fields {
            field.attrs.clear();
            let value = ["Option", "Patch"].iter().find_map(|name| argument_of(&field.ty, name).cloned());
            field.ty = value.unwrap_or_else(|| field.ty.clone());
        }
        std::iter::once(Item::Struct(item)).chain(self.impls.iter().cloned().map(Item::Impl))
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

fn unions(code: &Code, model: &Model) -> Option<File> {
    let open_union = parse_quote!(
        use clickhouse_cloud_runtime::open_union;
    );
    let own: Item = parse_quote!(
        use super::*;
    );
    let types = code.unions.values().flat_map(|union| &union.types);
    let types: Vec<Item> = types.map(|ty| parse_quote!(type Alternative = #ty;)).collect();
    let impls: Vec<_> = code.unions.values().flat_map(|union| union.impls.iter().cloned().map(Item::Impl)).collect();
    let mut items = imports::of_others(types.iter().chain(&impls));
    items.push(open_union);
    items.extend(imports::are_types_of_other_files(types.iter().chain(&impls), model).then_some(own));
    let mut file = text::file("src/types/unions.rs", Vec::new(), items);
    let sources: Vec<_> = code.unions.values().map(|union| union.source.as_str()).collect();
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
fn module(path: &str, body: Vec<Item>, model: &Model) -> File {
    let mut items = imports::of(&body, model, &[]);
    items.extend(body);
    text::file(path, Vec::new(), items)
}

impl Code {
    fn has_calls(&self) -> bool {
        !self.call_names().is_empty()
    }

    /// The names of the calls with optional parameters.
    fn call_names(&self) -> Vec<&syn::Ident> {
        let items = self.methods.values().flat_map(|method| &method.call);
        items.filter_map(|item| if let Item::Struct(item) = item { Some(&item.ident) } else { None }).collect()
    }
}
