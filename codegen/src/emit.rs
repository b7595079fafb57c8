//! Rewrites what progenitor emits into code that people read and use: one pass, one file.
//!
//! A pass that finds no place to work where the model says there is one is an error.

mod answers;
mod argument;
mod constraints;
mod constructors;
mod conversions;
mod declaration;
mod documentation;
mod enums;
mod example;
pub(crate) mod layout;
mod operations;
mod optional;
mod order;
mod patches;
mod paths;
mod received;
mod sent;
pub(crate) mod starter;
mod take;
mod unions;
mod waiters;

use crate::{diagnostic::Complaint, source::config::Config};
pub(crate) use argument::Argument;
pub(crate) use documentation::{doc, doc_line};
use indexmap::IndexMap;
use quote::ToTokens;
use starter::Package;

use crate::{
    api::{Field, Model, Operation, Role, Schema},
    diagnostic::GenerateError,
};

/// A file of the emitted crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it belongs, below the crate's folder, with `/` between the parts: `src/client.rs`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// What comes out of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The source files of the crate, in the order of their paths.
    pub files: Vec<File>,
    /// What the crate does not say although the document does, in the order of the document's lines.
    pub notes: Vec<Complaint>,
    pub(crate) package: Package,
}

/// What the document does not say of the crate.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the crate's package.
    pub crate_name: String,
    /// What is said of the document beside it.
    pub config: Option<Config>,
    /// Whether there is a `guide.rs` beside `src`: a module of pages to read, which is made a part of the crate.
    pub guide: bool,
}

impl Settings {
    /// The settings of a crate of this name, without a guide.
    pub fn new(crate_name: impl Into<String>) -> Self {
        Self { crate_name: crate_name.into(), config: None, guide: false }
    }

    /// With what a person says of the document.
    #[must_use]
    pub fn config(self, config: Option<Config>) -> Self {
        Self { config, ..self }
    }
}

/// The parts of the emitted crate, before they are laid out in files.
pub(crate) struct Code {
    /// By the name of the type.
    pub(crate) structs: IndexMap<String, Struct>,
    /// As source text.
    pub(crate) enums: Vec<String>,
    /// The enums of operations that answer in several ways.
    pub(crate) answers: Vec<syn::Item>,
    /// By the name of the type.
    pub(crate) unions: IndexMap<String, Union>,
    /// As source text: what is demanded of the types that are sent, if there are any.
    pub(crate) constraints: Option<String>,
    /// By the name of the method.
    pub(crate) methods: IndexMap<String, Method>,
}

pub(crate) struct Struct {
    pub(crate) role: Role,
    pub(crate) item: syn::ItemStruct,
    /// As source text, once the passes `sent` and `received` have run.
    pub(crate) source: String,
    pub(crate) impls: Vec<syn::ItemImpl>,
}

/// An enum of alternatives.
pub(crate) struct Union {
    /// Of each variant, in the order of the model.
    pub(crate) types: Vec<syn::Type>,
    /// As source text, once the pass `unions` has run.
    pub(crate) source: String,
    pub(crate) impls: Vec<syn::ItemImpl>,
}

pub(crate) struct Method {
    /// The types of what the operation takes and gives, by the names that [`Operation::schemas`] gives them.
    pub(crate) types: IndexMap<String, syn::Type>,
    /// As it is in the crate, once the pass `operations` has run.
    pub(crate) item: Option<syn::ImplItemFn>,
    /// The call with the operation's optional parameters, if it has any.
    pub(crate) call: Vec<syn::Item>,
    /// The methods that wait for what the operation returns to become something.
    pub(crate) waiters: Vec<syn::ImplItemFn>,
}

type Pass = fn(&mut Code, &Model) -> Result<(), GenerateError>;

const PASSES: [Pass; 14] = [
    paths::shorten,
    order::restore,
    optional::relax,
    patches::distinguish,
    sent::declare,
    received::declare,
    constructors::add,
    conversions::add,
    enums::open,
    unions::open,
    constraints::add,
    answers::add,
    operations::rewrite,
    waiters::add,
];

/// The parts of the crate, out of the structs that progenitor emitted for the model's document.
pub(crate) fn refine(structs: Vec<syn::ItemStruct>, model: &Model) -> Result<Code, GenerateError> {
    let mut code = take::take(structs, model)?;
    for pass in PASSES {
        pass(&mut code, model)?;
    }
    Ok(code)
}

impl Code {
    /// Changes each struct, with its schema and its fields at hand.
    fn for_each_struct(
        &mut self,
        pass: &'static str,
        model: &Model,
        mut change: impl FnMut(&mut Struct, &Schema, &[Field]) -> Result<(), GenerateError>,
    ) -> Result<(), GenerateError> {
        for (schema, fields) in model.structs() {
            let found = self.structs.get_mut(&schema.name);
            change(found.ok_or_else(|| missing(pass, &format!("struct `{}`", schema.name)))?, schema, fields)?;
        }
        Ok(())
    }
}

impl Struct {
    /// Each field as it is emitted, beside the one of the model.
    fn fields<'a>(&'a mut self, fields: &'a [Field]) -> impl Iterator<Item = (&'a mut syn::Field, &'a Field)> {
        self.item.fields.iter_mut().zip(fields)
    }
}

impl Method {
    /// The type of something that the operation takes or gives.
    fn ty(&self, pass: &'static str, key: &str, operation: &Operation) -> Result<&syn::Type, GenerateError> {
        self.types.get(key).ok_or_else(|| missing(pass, &format!("type of {key} of `{}`", operation.id)))
    }
}

fn missing(pass: &'static str, what: &str) -> GenerateError {
    GenerateError::Pass { pass, problem: format!("there is no {what} in what progenitor emitted") }
}

/// The `T` of `Name<T>`.
pub(crate) fn argument_of<'a>(ty: &'a syn::Type, name: &str) -> Option<&'a syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether a type is a plain name, and this one.
fn is_named(ty: &syn::Type, name: &str) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident(name))
}

/// A type that is a plain name.
fn name_of(ty: &syn::Type) -> Option<&syn::Ident> {
    if let syn::Type::Path(path) = ty { path.path.get_ident() } else { None }
}

/// Whether values of a type are copied rather than borrowed.
fn is_copy(ty: &syn::Type) -> bool {
    const COPY: [&str; 11] = ["bool", "f32", "f64", "i8", "i16", "i32", "i64", "u32", "u64", "NaiveDate", "Uuid"];
    COPY.iter().any(|name| is_named(ty, name)) || argument_of(ty, "DateTime").is_some()
}

/// Tokens with the spaces that a person would leave.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    [(" :: ", "::"), (" < ", "<"), (" >", ">"), ("& ", "&"), (" ,", ","), (" : ", ": "), (" ;", ";"), (",)", ")")]
        .iter()
        .fold(text, |text, (loose, tight)| text.replace(loose, tight))
}
