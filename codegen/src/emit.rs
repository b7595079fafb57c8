//! Emits the crate of an API: types, methods, documentation and examples, laid out in files.

mod argument;
mod client;
mod constraints;
mod conversions;
mod deprecation;
mod doc_comment;
mod enums;
mod examples;
mod layout;
mod newtypes;
mod operations;
pub(crate) mod package_files;
mod response_enums;
mod structs;
#[cfg(test)]
mod tests;
mod tokens;
mod types;
mod unions;
mod waiters;

use crate::{api::Api, diagnostic::Diagnostic, source::config::Config};
pub(crate) use argument::Argument;
use package_files::Package;
pub(crate) use tokens::text;

/// A file of the emitted crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path below the crate's folder, with `/` between the parts: `src/client.rs`.
    pub path: String,
    /// The content.
    pub text: String,
}

/// The crate that comes out of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The source files of the crate, in the order of their paths.
    pub files: Vec<File>,
    /// What the crate does not say although the document does, in the order of the document's lines.
    pub warnings: Vec<Diagnostic>,
    pub(crate) package: Package,
}

/// The facts of a crate that are not in the document.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the crate's package.
    pub crate_name: String,
    /// Overrides of a document that is not ours.
    pub config: Option<Config>,
    /// Whether there is a `guide.rs` beside `src`: a module of pages to read, which is made a part of the crate.
    pub guide: bool,
}

impl Settings {
    /// Creates the settings of a crate of this name, without a config and a guide.
    pub fn new(crate_name: impl Into<String>) -> Self {
        Self { crate_name: crate_name.into(), config: None, guide: false }
    }

    /// Sets the config.
    #[must_use]
    pub fn config(self, config: Option<Config>) -> Self {
        Self { config, ..self }
    }
}

/// The parts of the emitted crate, before they are laid out in files.
struct Code {
    client: Vec<syn::Item>,
    /// In the order of the operations.
    methods: Vec<operations::Method>,
    /// In the order of the model.
    types: Vec<types::TypeCode>,
}

/// Emits the source files of an API's crate.
pub(crate) fn emit(api: &Api, settings: &Settings) -> Vec<File> {
    let code = Code {
        client: client::emit_client(api),
        methods: operations::emit_methods(api),
        types: types::emit_types(api),
    };
    layout::lay_out(&code, api, settings)
}
