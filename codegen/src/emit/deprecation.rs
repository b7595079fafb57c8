//! Deprecations, as attributes and in doc comments.

use syn::{Attribute, parse_quote};

use crate::{api::Deprecation, openapi::extensions::Replacement};

/// The deprecation of an item, with its replacement by the name that it has in Rust.
pub(super) struct Notice {
    /// The text that the compiler shows.
    note: Option<String>,
    /// The replacement, if it is in the crate.
    item: Option<String>,
}

impl Notice {
    /// Names the replacement with a function that returns the path of an item of the crate.
    pub(super) fn of(deprecation: &Deprecation, item: impl FnOnce(&str) -> Option<String>) -> Self {
        match &deprecation.replacement {
            None => Self { note: None, item: None },
            Some(Replacement::Words(words)) => Self { note: Some(format!("use {words}")), item: None },
            Some(Replacement::Name(name)) => {
                let item = item(name);
                let shown = item.as_ref().map_or(name.as_str(), |item| item.trim_start_matches("Self::"));
                Self { note: Some(format!("use `{shown}` instead")), item }
            }
        }
    }

    pub(super) fn attribute(&self) -> Attribute {
        match &self.note {
            Some(note) => parse_quote!(#[deprecated(note = #note)]),
            None => parse_quote!(#[deprecated]),
        }
    }

    /// Returns the attribute as a line of source.
    pub(super) fn attribute_line(&self) -> String {
        match &self.note {
            Some(note) => format!("#[deprecated(note = {note:?})]"),
            None => "#[deprecated]".to_owned(),
        }
    }

    /// Returns a paragraph with a link to the replacement. Rustdoc shows the note, and resolves no links in it.
    pub(super) fn paragraph(&self) -> Option<String> {
        let item = self.item.as_ref()?;
        let name = item.rsplit("::").next().unwrap_or(item);
        Some(format!("Use [`{name}`]({item}) instead."))
    }
}
