//! The files of the crate: which code is in which, with its imports.

mod format;
mod imports;
mod types;

use format::{format_file, format_items};
use indexmap::IndexMap;
use quote::quote;
use syn::{Attribute, ImplItem, Item, ItemImpl, parse_quote};

use super::{Code, File, Settings, doc_comment::doc_attributes, operations::Method};
use crate::{
    api::{Api, Operation},
    names::{ident, value_name},
};

/// The names that no area's module can have: of other modules, of crates, and of what the root exports.
const TAKEN_NAMES: [&str; 15] = [
    "alloc",
    "bytes",
    "calls",
    "chrono",
    "clickhouse_cloud_runtime",
    "client",
    "core",
    "guide",
    "lib",
    "main",
    "reqwest",
    "serde_json",
    "std",
    "types",
    "uuid",
];

/// How long the name of a module may be: it is that of a file, too.
const MAX_MODULE_NAME_BYTES: usize = 100;

/// Returns the files of the crate, in the order of their paths.
pub(super) fn lay_out(code: &Code, api: &Api, settings: &Settings) -> Vec<File> {
    let mut areas: IndexMap<String, Area> = IndexMap::new();
    for method in api.operations.iter().zip(&code.methods) {
        areas.entry(module_name(&method.0.area)).or_default().methods.push(method);
    }
    areas.sort_keys();
    let mut files = vec![root(&areas, api, settings), client(code)];
    files.extend(areas.iter().map(|(module, area)| area.file(module, api)));
    files.extend(types::lay_out_types(code, api));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Returns the module of an area. A file's name is ASCII and short, so letters of other alphabets and the end of a long
/// name are lost.
fn module_name(area: &str) -> String {
    let ascii = area.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    let mut name = if ascii.contains(|letter| letter != '-') { value_name(&ascii) } else { "operations".to_owned() };
    name.truncate(MAX_MODULE_NAME_BYTES);
    if TAKEN_NAMES.contains(&name.as_str()) { format!("{name}_operations") } else { name }
}

/// The operations of an area.
#[derive(Default)]
struct Area<'a> {
    methods: Vec<(&'a Operation, &'a Method)>,
}

impl Area<'_> {
    fn has_call_types(&self) -> bool {
        self.methods.iter().any(|(_, method)| method.call_type.is_some())
    }

    fn file(&self, module: &str, api: &Api) -> File {
        let doc = self.documentation().map(|text| doc_attributes(&text)).unwrap_or_default();
        let mut block: ItemImpl = parse_quote!(#(#doc)* impl Client {});
        block.items = self.methods.iter().flat_map(|(_, method)| method.items()).collect();
        let block = Item::Impl(block);
        let call_types: Vec<_> = self.methods.iter().filter_map(|(_, method)| method.call_type.as_ref()).collect();

        let mut items = vec![block.clone()];
        items.extend(call_types.iter().flat_map(|ty| [&ty.stubs[..], ty.setters.as_slice()].concat()));
        let mut file = format_file(&format!("src/{module}.rs"), Vec::new(), imports::imports(&items, api));
        file.text += &format_items([block]);
        for ty in call_types {
            file.text.extend(["\n", &ty.declaration]);
            file.text += &format_items(ty.setters.clone());
        }
        file
    }

    /// Returns a section about the area, if all of its operations have the same tag.
    fn documentation(&self) -> Option<String> {
        let mut tags = self.methods.iter().map(|(operation, _)| operation.tag.as_ref());
        let tag = tags.next()??;
        let is_common = tags.all(|other| other.is_some_and(|other| other.name == tag.name));
        let description = tag.description.as_deref().map(|text| format!("\n\n{text}")).unwrap_or_default();
        is_common.then(|| format!("# {}{description}", tag.name))
    }
}

impl Method {
    fn items(&self) -> impl Iterator<Item = ImplItem> {
        [&self.item].into_iter().chain(&self.waiters).cloned().map(ImplItem::Fn)
    }
}

fn root(areas: &IndexMap<String, Area>, api: &Api, settings: &Settings) -> File {
    let file = api.sends_files().then(|| quote!(FilePart,));
    let secret_json = api.has_secret_objects().then(|| quote!(SecretJson,));
    let parse_error = api.has_newtypes().then(|| quote!(ParseNewtypeError,));
    let bytes = api.has_bytes().then(|| quote!(bytes,));
    let mut modules: Vec<_> = areas.keys().map(String::as_str).chain(["client"]).collect();
    modules.sort_unstable();
    let modules = modules.into_iter().map(|module| {
        let module = ident(module);
        parse_quote!(mod #module;)
    });
    let with_call_types: Vec<_> =
        areas.iter().filter(|(_, area)| area.has_call_types()).map(|(module, _)| ident(module)).collect();
    let calls: Option<Item> = (!with_call_types.is_empty()).then(|| {
        let doc = doc_attributes("Calls with optional arguments.");
        parse_quote!(#(#doc)* pub mod calls { #(pub use crate::#with_call_types::*;)* })
    });
    let guide: Option<Item> = settings.guide.then(|| {
        parse_quote!(
            #[path = "../guide.rs"]
            pub mod guide;
        )
    });
    // The variant `Unknown` of a union holds JSON.
    let serde_json: Option<Item> = api.unions().next().is_some().then(|| {
        parse_quote!(
            pub use clickhouse_cloud_runtime::serde_json;
        )
    });
    let find: Option<Item> = api.operations.iter().any(|operation| operation.find.is_some()).then(|| {
        parse_quote!(
            pub use clickhouse_cloud_runtime::{Created, Find, FindIn, Lookup};
        )
    });
    let events: Option<Item> = api.has_events().then(|| {
        parse_quote!(
            pub use clickhouse_cloud_runtime::{Events, ServerSentEvent};
        )
    });
    let redirect: Option<Item> = api.has_redirects().then(|| {
        parse_quote!(
            pub use clickhouse_cloud_runtime::Redirect;
        )
    });
    let wake: Option<Item> = api.operations.iter().any(Operation::needs_wake).then(|| {
        parse_quote!(
            pub use clickhouse_cloud_runtime::{NeedsWake, WakeError};
        )
    });
    let doc_of_types = doc_attributes("Types of requests and responses.");
    let items = [
        calls,
        guide,
        Some(parse_quote!(#(#doc_of_types)* pub mod types;)),
        Some(parse_quote! {
            pub use clickhouse_cloud_runtime::{
                AllItems, ApiError, Backoff, Call, ConfigurationError, DecodeError, Error, FailedAttempt, #file
                InvalidRequest, Items, Mismatch, MismatchKind, MissingField, NoRetry, OutcomeUnknown,
                OutcomeUnknownCause, Page, PageError, Pages, #parse_error Patch, RateLimit, Response, RetryPolicy,
                Secret, #secret_json StreamedResponse, Violation, Wait, WaitError, #bytes chrono, http_client_builder, reqwest,
                uuid,
            };
        }),
        serde_json,
        find,
        events,
        redirect,
        wake,
        Some(parse_quote!(
            pub use client::{Client, ClientBuilder};
        )),
    ];
    let readme: Attribute = parse_quote!(#![doc = include_str!("../README.md")]);
    format_file("src/lib.rs", vec![readme], modules.chain(items.into_iter().flatten()).collect())
}

fn client(code: &Code) -> File {
    let items = imports::imports_of_client(&code.client).into_iter().chain(code.client.iter().cloned());
    format_file("src/client.rs", Vec::new(), items.collect())
}

#[cfg(test)]
mod tests {
    use super::module_name;
    use crate::emit::tests::{emitted, from_line};

    #[test]
    fn a_module_is_named_after_the_ascii_letters_of_an_area() {
        assert_eq!(module_name("API Keys"), "api_keys");
        assert_eq!(module_name("Größen"), "gr_en");
        assert_eq!(module_name("日本"), "operations");
        assert_eq!(module_name(&"a".repeat(300)), "a".repeat(100));
        assert_eq!(module_name("Types"), "types_operations");
        assert_eq!(module_name("UUID"), "uuid_operations");
        assert_eq!(module_name("std"), "std_operations");
    }

    #[test]
    fn a_module_has_its_operations_and_their_calls_and_a_section_about_its_tag() {
        let document = "tags: [{name: Things, description: Counts things.}]
paths:
  /things:
    get:
      operationId: countThings
      summary: Counts them
      tags: [Things]
      parameters: [{name: color, in: query, description: Only these., schema: {type: string}}]
      responses: {'200': {description: How many., content: {text/plain: {schema: {type: string}}}}}";
        insta::assert_snapshot!(emitted("src/things.rs", document), @r#"
            use clickhouse_cloud_runtime::call_type;
            use crate::Client;

            /// # Things
            ///
            /// Counts things.
            impl Client {
                /// Counts them.
                ///
                /// `GET /things`
                /// # Example
                /// ```no_run
                /// # use things::{*, types::*, uuid::{Uuid, uuid}}; async fn example(cloud: Client) -> Result<(), Error> {
                /// let text = cloud.count_things().await?;
                /// # Ok(()) }
                /// ```
                pub fn count_things(&self) -> CountThings {
                    CountThings(self.transport.get("countThings", "/things").text("text/plain"))
                }
            }

            call_type! {
                /// A call of [`Client::count_things`](crate::Client::count_things).
                pub struct CountThings(Call<String>) [stream];
            }

            impl CountThings {
                /// Only these.
                pub fn color(self, color: &str) -> Self {
                    Self(self.0.map_request(|request| request.query("color", color)))
                }
            }
        "#);
        insta::assert_snapshot!(from_line(&emitted("src/lib.rs", document), "pub mod calls"), @"
            pub mod calls {
                pub use crate::things::*;
            }

            /// Types of requests and responses.
            pub mod types;

            pub use clickhouse_cloud_runtime::{
                AllItems, ApiError, Backoff, Call, ConfigurationError, DecodeError, Error,
                FailedAttempt, InvalidRequest, Items, Mismatch, MismatchKind, MissingField, NoRetry,
                OutcomeUnknown, OutcomeUnknownCause, Page, PageError, Pages, Patch, RateLimit,
                Response, RetryPolicy, Secret, StreamedResponse, Violation, Wait, WaitError, chrono,
                http_client_builder, reqwest, uuid,
            };
            pub use client::{Client, ClientBuilder};
        ");
    }
}
