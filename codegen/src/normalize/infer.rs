//! Writes inferred facts and the overrides of a config into a document, as extensions. The later stages cannot tell
//! them from extensions of the document.

mod client;
mod config_names;
mod envelope;
mod nullable;
mod operations;
mod patterns;
mod secrets;
#[cfg(test)]
mod tests;
mod types;
mod variants;

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Prepared;
use crate::{
    diagnostic::{Diagnostic, NodeDiagnostic},
    source::{
        Document, Overrides, Pointer,
        config::{Config, Entries, Entry},
    },
};

/// How many names a warning lists.
const MAX_LISTED: usize = 40;

type Rule = fn(&mut Inference<'_>, &Entries);

/// Operations come last: the other rules know them by their names in the document.
const RULES: [Rule; 7] = [
    envelope::infer_envelope,
    secrets::infer_secrets,
    nullable::override_nullability,
    variants::name_variants,
    types::name_types,
    client::override_client,
    operations::override_operations,
];

/// Returns a document with the inferred facts and the overrides of a config.
pub(super) fn infer<'d>(document: Cow<'d, Document>, config: Option<&Config>) -> Prepared<'d> {
    let overrides = Overrides { config: config.cloned(), written: Vec::new() };
    let mut inference = Inference { document, overrides, warnings: Vec::new(), errors: Vec::new() };
    let none = Entries::default();
    let entries = config.map_or(&none, |config| &config.entries);
    for rule in RULES {
        rule(&mut inference, entries);
    }
    let Inference { mut document, overrides, warnings, errors } = inference;
    if !overrides.written.is_empty() {
        document.to_mut().set_overrides(overrides);
    }
    let warnings = document.with_origins(warnings);
    Prepared { document, warnings, errors }
}

/// Lists names for a warning, and says how many more there are.
fn names_for_warning(names: &[&str]) -> String {
    let more = names.len().saturating_sub(MAX_LISTED);
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    names[..names.len() - more].join(", ") + &rest
}

/// A document, and what has been written into it so far.
struct Inference<'d> {
    document: Cow<'d, Document>,
    overrides: Overrides,
    warnings: Vec<NodeDiagnostic>,
    errors: Vec<Diagnostic>,
}

impl Inference<'_> {
    fn root(&self) -> &Value {
        self.document.root()
    }

    /// Writes the value of an entry into an object of the document.
    fn write(&mut self, at: &Pointer, key: &str, value: Value, entry: &[&str]) {
        if let Some(object) = self.object(at) {
            object.insert(key.to_owned(), value);
            self.overrides.written.push((at.key(key), entry.iter().map(ToString::to_string).collect()));
        }
    }

    fn object(&mut self, at: &Pointer) -> Option<&mut Map<String, Value>> {
        self.value(at)?.as_object_mut()
    }

    fn value(&mut self, at: &Pointer) -> Option<&mut Value> {
        self.document.to_mut().root_mut().pointer_mut(at.as_str())
    }

    /// Reports an entry that contradicts another.
    fn report(&mut self, entry: &[&str], message: impl Into<String>, help: impl Into<String>) {
        let entry: Entry = entry.iter().map(ToString::to_string).collect();
        let diagnostic = self.overrides.config.as_ref().map(|config| config.diagnostic(&entry, message, help));
        self.errors.extend(diagnostic);
    }

    /// Reports an entry that applies to nothing.
    fn report_unused(&mut self, entry: &[&str], message: impl Into<String>, help: impl Into<String>) {
        if !self.overrides.may_be_ahead() {
            self.report(entry, message, help);
        }
    }
}
