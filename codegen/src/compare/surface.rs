//! The public API of an emitted crate: its types, fields, variants and methods, with their signatures.

mod macros;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use syn::{
    Attribute, FnArg, ImplItem, Item as Syntax, Meta, Token, UseTree, Visibility, parse::Parser, punctuated::Punctuated,
};

use crate::emit::{File, text};
use macros::{CallStruct, OpenEnum, OpenUnion, RequestStruct, ResponseStruct, parse_all};

/// The public API of an emitted crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surface {
    items: BTreeMap<String, Item>,
}

/// An item that a program can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its signature on one line: `Service::name(&self) -> Result<&str, MissingField>`.
    pub signature: String,
    /// What programs that name it rely on.
    pub(crate) contract: Contract,
    pub(crate) is_deprecated: bool,
}

/// The part of an item that has to stay for programs to compile and to mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Contract {
    /// The existence of the item.
    Presence,
    /// The type of a field.
    Type(String),
    /// The text that a variant stands for, and those of all variants of its enum.
    Text { text: String, listed: BTreeSet<String> },
    /// The traits of a type.
    Traits(BTreeSet<String>),
    /// The arguments of a function, each a name and a type, and the type that it returns.
    Function { arguments: Vec<(String, String)>, returned: String },
}

impl Surface {
    /// Reads the source files of an emitted crate.
    ///
    /// # Errors
    /// A file that is not Rust, or not as the generator writes it.
    pub fn read(files: &[File]) -> Result<Self, SurfaceError> {
        let mut surface = Self::default();
        for file in files {
            let failed = |source| SurfaceError { path: file.path.clone(), source };
            let syntax = syn::parse_file(&file.text).map_err(failed)?;
            for item in &syntax.items {
                surface.add_item(item).map_err(failed)?;
            }
        }
        Ok(surface)
    }

    /// The signatures of all items, in the order of their names.
    pub fn signatures(&self) -> impl Iterator<Item = &str> {
        self.items.values().map(|item| item.signature.as_str())
    }

    /// The names of all items: `Service`, `Service.name` for a field, `Service::name` for a method or a variant.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.items.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Item> {
        self.items.get(name)
    }

    fn add(&mut self, name: String, signature: String, contract: Contract, attributes: &[Attribute]) {
        let is_deprecated = is_deprecated(attributes);
        self.items.insert(name, Item { signature, contract, is_deprecated });
    }

    fn add_item(&mut self, item: &Syntax) -> syn::Result<()> {
        match item {
            Syntax::Struct(item) if is_public(&item.vis) => self.add_struct(item),
            Syntax::Impl(block) if !is_hidden(&block.attrs) => self.add_impl(block),
            Syntax::Type(item) if is_public(&item.vis) => {
                let (name, ty) = (item.ident.to_string(), text(&item.ty));
                self.add(name.clone(), format!("type {name} = {ty}"), Contract::Type(ty), &item.attrs);
            }
            Syntax::Use(item) if is_public(&item.vis) => self.add_use(&item.tree, ""),
            Syntax::Macro(item) if item.mac.path.is_ident("open_enum") => {
                item.mac.parse_body_with(parse_all::<OpenEnum>)?.iter().for_each(|open| self.add_enum(open));
            }
            Syntax::Macro(item) if item.mac.path.is_ident("open_union") => {
                item.mac.parse_body_with(parse_all::<OpenUnion>)?.iter().for_each(|open| self.add_union(open));
            }
            Syntax::Macro(item) if item.mac.path.is_ident("call_type") => self.add_call(&item.mac.parse_body()?),
            Syntax::Macro(item) if item.mac.path.is_ident("newtype") => self.add_newtype(&item.mac.parse_body()?),
            Syntax::Macro(item) if item.mac.path.is_ident("request") => self.add_request(&item.mac.parse_body()?, None),
            Syntax::Macro(item) if item.mac.path.is_ident("shared") => {
                self.add_request(&item.mac.parse_body()?, Some("Deserialize"));
            }
            Syntax::Macro(item) if item.mac.path.is_ident("response") => self.add_response(&item.mac.parse_body()?),
            Syntax::Macro(item) if item.mac.path.is_ident("constraints") => {
                let types = item.mac.tokens.clone().into_iter().filter_map(|token| match token {
                    proc_macro2::TokenTree::Ident(name) => Some(name.to_string()),
                    _ => None,
                });
                for name in types {
                    let contract = Contract::Function { arguments: vec![receiver()], returned: VALIDATED.to_owned() };
                    let signature = format!("{name}::validate(&self) -> {VALIDATED}");
                    self.add(format!("{name}::validate"), signature, contract, &[]);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn add_struct(&mut self, item: &syn::ItemStruct) {
        let name = item.ident.to_string();
        self.add_type(&name, derived(&item.attrs));
        for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
            self.add_field(&name, &text(&field.ident), text(&field.ty), &field.attrs);
        }
    }

    fn add_call(&mut self, call: &CallStruct) {
        let name = call.name.to_string();
        self.add_type(&name, ["Debug".to_owned()].into());
        let of_every_call = ["attempt_timeout", "header", "patient", "permissions", "retry", "timeout", "until"];
        let of_wake: &[_] = if call.needs_wake { &["no_wake", "wake"] } else { &[] };
        for method in of_every_call.iter().chain(of_wake).chain(&call.methods) {
            let path = format!("{name}::{method}");
            self.add(path.clone(), path, Contract::Presence, &[]);
        }
        if let Some(item) = &call.found {
            let returned = format!("Find<{}, {}>", text(&call.response), text(item));
            let contract = Contract::Function { arguments: vec![receiver()], returned: returned.clone() };
            self.add(format!("{name}::or_find"), format!("{name}::or_find(self) -> {returned}"), contract, &[]);
        }
        if let Some(event) = &call.event {
            let returned = format!("Events<{}>", text(event));
            let contract = Contract::Function { arguments: vec![receiver()], returned: returned.clone() };
            self.add(format!("{name}::events"), format!("{name}::events(self) -> {returned}"), contract, &[]);
        }
        let future = format!("{name}: IntoFuture");
        let output = format!("{future}<Output = Result<Response<{}>, Error>>", text(&call.response));
        self.add(future, output.clone(), Contract::Type(output), &[]);
    }

    fn add_request(&mut self, request: &RequestStruct, other_trait: Option<&str>) {
        let name = request.name.to_string();
        let traits = ["Clone", "Debug", "PartialEq", "Serialize"].into_iter().chain(other_trait).map(str::to_owned);
        self.add_type(&name, traits.chain(derived(&request.attributes)).collect());
        let mut required = Vec::new();
        for (section, field) in &request.fields {
            let (ty, argument) = (text(&field.ty), text(&field.argument.ty(&field.ty)));
            let (ty, argument) = match section.to_string().as_str() {
                "optional" => (format!("Option<{ty}>"), Some(argument)),
                "patch" => (format!("Patch<{ty}>"), Some(format!("impl IntoPatch<{ty}>"))),
                "required" => {
                    required.push((field.name.to_string(), argument));
                    (ty, None)
                }
                _ => (ty, None),
            };
            self.add_field(&name, &field.name.to_string(), ty, &field.attributes);
            if let Some(argument) = argument {
                let setter = field.setter.as_ref().unwrap_or(&field.name);
                let arguments = vec![(SELF.to_owned(), SELF.to_owned()), ("value".to_owned(), argument)];
                self.add_method(&format!("{name}::{setter}"), arguments, "Self", &field.attributes);
            }
        }
        self.add_method(&format!("{name}::new"), required, "Self", &[]);
    }

    fn add_response(&mut self, response: &ResponseStruct) {
        let name = response.name.to_string();
        let traits = ["Clone", "Debug", "Default", "Deserialize", "PartialEq", "Serialize"].map(str::to_owned);
        self.add_type(&name, traits.into_iter().collect());
        for field in &response.fields {
            let ty = format!("Option<{}>", text(&field.ty));
            self.add_field(&name, &field.name.to_string(), ty, &field.attributes);
            if let Some(accessor) = &field.returned {
                let returned = format!("Result<{}, MissingField>", text(accessor));
                self.add_method(&format!("{name}::{}", field.name), vec![receiver()], &returned, &field.attributes);
            }
        }
    }

    fn add_type(&mut self, name: &str, traits: BTreeSet<String>) {
        let listed: Vec<_> = traits.iter().map(String::as_str).collect();
        let signature = format!("struct {name}: {}", listed.join(" + "));
        self.add(name.to_owned(), signature, Contract::Traits(traits), &[]);
    }

    fn add_field(&mut self, of: &str, name: &str, ty: String, attributes: &[Attribute]) {
        let path = format!("{of}.{name}");
        self.add(path.clone(), format!("{path}: {ty}"), Contract::Type(ty), attributes);
    }

    fn add_method(&mut self, path: &str, arguments: Vec<(String, String)>, returned: &str, attributes: &[Attribute]) {
        let listed = arguments.iter().map(|(name, ty)| if name == SELF { ty.clone() } else { format!("{name}: {ty}") });
        let listed = listed.collect::<Vec<_>>().join(", ");
        let signature = format!("{path}({listed}) -> {returned}");
        let contract = Contract::Function { arguments, returned: format!("-> {returned}") };
        self.add(path.to_owned(), signature, contract, attributes);
    }

    fn add_enum(&mut self, open: &OpenEnum) {
        let name = open.name.to_string();
        self.add(name.clone(), format!("enum {name}"), Contract::Presence, &[]);
        let listed: BTreeSet<_> = open.variants.iter().map(|variant| variant.value.value()).collect();
        for variant in &open.variants {
            let (path, value) = (format!("{name}::{}", variant.name), variant.value.value());
            let signature = format!("{path} = {value:?}");
            self.add(path, signature, Contract::Text { text: value, listed: listed.clone() }, &variant.attributes);
        }
    }

    fn add_newtype(&mut self, item: &syn::ItemStruct) {
        let (name, inner) = (item.ident.to_string(), item.fields.iter().map(|field| text(&field.ty)).collect());
        self.add(name.clone(), format!("struct {name}({inner})"), Contract::Type(inner), &[]);
    }

    fn add_union(&mut self, open: &OpenUnion) {
        let name = open.name.to_string();
        let traits: BTreeSet<_> = open.traits.iter().map(ToString::to_string).collect();
        let listed: Vec<_> = traits.iter().map(String::as_str).collect();
        self.add(name.clone(), format!("enum {name}: {}", listed.join(" + ")), Contract::Traits(traits), &[]);
        if let Some(response) = &open.response {
            let conversion = format!("{name}: TryFrom<{response}>");
            self.add(conversion.clone(), conversion, Contract::Presence, &[]);
        }
        for macros::Variant { name: variant, ty, member } in &open.variants {
            let (path, ty) = (format!("{name}::{variant}"), text(ty));
            self.add(path.clone(), format!("{path}({ty})"), Contract::Type(ty), &[]);
            if let Some(member) = member {
                let conversion = format!("{name}: From<{}>", text(member));
                self.add(conversion.clone(), conversion, Contract::Presence, &[]);
            }
        }
    }

    fn add_impl(&mut self, block: &syn::ItemImpl) {
        let ty = text(&block.self_ty);
        if let Some((path, _)) = &block.trait_ {
            let name = format!("{ty}: {}", text(path));
            self.add(name.clone(), name, Contract::Presence, &block.attrs);
            return;
        }
        for item in &block.items {
            let ImplItem::Fn(method) = item else { continue };
            if !is_public(&method.vis) {
                continue;
            }
            let path = format!("{ty}::{}", method.sig.ident);
            let arguments = text(&method.sig.inputs);
            let output = text(&method.sig.output).replace("->", " ->");
            let signature = format!("{path}({}){output}", arguments.trim_end_matches(','));
            self.add(path, signature, function(&method.sig), &method.attrs);
        }
    }

    fn add_use(&mut self, tree: &UseTree, prefix: &str) {
        match tree {
            UseTree::Path(path) => self.add_use(&path.tree, &format!("{prefix}{}::", path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_use(tree, prefix)),
            UseTree::Name(name) => {
                let used = format!("use {prefix}{}", name.ident);
                self.add(used.clone(), used, Contract::Presence, &[]);
            }
            // The items of the module are listed by themselves.
            UseTree::Glob(_) => {}
            UseTree::Rename(renamed) => {
                let used = format!("use {prefix}{} as {}", renamed.ident, renamed.rename);
                self.add(used.clone(), used, Contract::Presence, &[]);
            }
        }
    }
}

/// A file that is not as the generator writes it.
#[derive(Debug, thiserror::Error)]
#[error("{path} is not the source of an emitted crate: {source}")]
pub struct SurfaceError {
    path: String,
    source: syn::Error,
}

const VALIDATED: &str = "Result<(), InvalidRequest>";

impl Item {
    /// Returns the number of arguments of a function besides `self`.
    pub(crate) fn arguments(&self) -> usize {
        match &self.contract {
            Contract::Function { arguments, .. } => arguments.iter().filter(|(name, _)| name != SELF).count(),
            _ => 0,
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.signature)
    }
}

pub(crate) const SELF: &str = "self";

fn receiver() -> (String, String) {
    (SELF.to_owned(), "&self".to_owned())
}

fn function(signature: &syn::Signature) -> Contract {
    let arguments = signature.inputs.iter().map(|input| match input {
        // Callers do not see whether a method changes its own copy.
        FnArg::Receiver(own) => (SELF.to_owned(), text(own).replace("mut self", SELF)),
        FnArg::Typed(argument) => (text(&argument.pat), text(&argument.ty)),
    });
    Contract::Function { arguments: arguments.collect(), returned: text(&signature.output) }
}

fn derived(attributes: &[Attribute]) -> BTreeSet<String> {
    let lists = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("derive") => Some(list.tokens.clone()),
        _ => None,
    });
    let paths = lists.filter_map(|tokens| Punctuated::<syn::Path, Token![,]>::parse_terminated.parse2(tokens).ok());
    paths.flatten().map(|path| text(&path)).collect()
}

fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    })
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
#[cfg(test)]
mod tests {
    use super::*;

    fn signatures(text: &str) -> String {
        let file = File { path: "src/lib.rs".to_owned(), text: text.to_owned() };
        Surface::read(&[file]).unwrap().signatures().collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn private_and_hidden_items_are_no_part_of_the_api() {
        let text = "
            #[derive(Clone)]
            pub struct A { pub b: u8, c: u8 }
            impl A { pub fn d(mut self, e: u8) -> Self { self } fn f(&self) {} }
            #[doc(hidden)]
            impl Answers for A {}
            impl From<u8> for A {}
            struct G;
            pub use g::{H, I as J};";
        insta::assert_snapshot!(signatures(text), @r"
        struct A: Clone
        A.b: u8
        A: From<u8>
        A::d(mut self, e: u8) -> Self
        use g::H
        use g::I as J
        ");
    }

    #[test]
    fn newtypes_are_read_from_their_macro() {
        assert_eq!(signatures("newtype! { /// An ID.\n pub struct Id(Uuid); }"), "struct Id(Uuid)");
    }

    #[test]
    fn enums_and_unions_are_read_from_their_macros() {
        let text = r#"
            open_enum! { pub enum A { B = "b" } }
            open_union! { pub enum C: Clone + Debug from D { E(u8) = number, F(G) = { "kind": "f" }, H(I) from J } }"#;
        insta::assert_snapshot!(signatures(text), @r#"
        enum A
        A::B = "b"
        enum C: Clone + Debug
        C: From<J>
        C: TryFrom<D>
        C::E(u8)
        C::F(G)
        C::H(I)
        "#);
    }
}
