//! Writes the crate that an API becomes.

mod answers;
mod argument;
mod constraints;
mod constructors;
mod conversions;
mod declaration;
mod doc_comment;
mod enums;
mod example;
mod layout;
mod operations;
mod received;
mod rust;
mod sent;
pub(crate) mod starter;
mod structs;
mod unions;
mod waiters;

use crate::{api::Api, diagnostic::Diagnostic, source::config::Config};
pub(crate) use argument::Argument;
use doc_comment::doc;
pub(crate) use rust::text;
use starter::Package;

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
    pub warnings: Vec<Diagnostic>,
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
struct Code {
    structs: Vec<structs::Struct>,
    /// As source text.
    enums: Vec<String>,
    unions: Vec<unions::Union>,
    /// The enums of operations that answer in several ways.
    answers: Vec<syn::Item>,
    /// As source text: what is demanded of the types that are sent, if there are any.
    constraints: Option<String>,
    /// In the order of the operations.
    methods: Vec<operations::Method>,
}

/// The source files of the crate that an API becomes.
pub(crate) fn emit(api: &Api, settings: &Settings) -> Vec<File> {
    let code = Code {
        structs: structs::structs(api),
        enums: enums::enums(api),
        unions: unions::unions(api),
        answers: answers::answers(api),
        constraints: constraints::constraints(api),
        methods: operations::methods(api),
    };
    layout::lay_out(&code, api, settings)
}
