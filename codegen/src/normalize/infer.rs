//! Writes into a document, as extensions of ours, what its own words do not say: what its shape shows, and what a
//! person says beside it. The stages that follow know no difference.

mod client;
mod envelope;
mod operations;
mod places;
mod secrets;
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

type Convention = fn(&mut Agreement<'_>, &Entries);

/// Operations come last: the others name them as the document does.
const CONVENTIONS: [Convention; 6] =
    [envelope::agree, secrets::agree, variants::agree, types::agree, client::agree, operations::agree];

/// The document with all that its shape shows, and that is said of it.
pub(super) fn infer<'d>(document: Cow<'d, Document>, config: Option<&Config>) -> Prepared<'d> {
    let overrides = Overrides { config: config.cloned(), written: Vec::new() };
    let mut agreement = Agreement { document, overrides, warnings: Vec::new(), errors: Vec::new() };
    let nothing = Entries::default();
    let entries = config.map_or(&nothing, |config| &config.entries);
    for convention in CONVENTIONS {
        convention(&mut agreement, entries);
    }
    let Agreement { mut document, overrides, warnings, mut errors } = agreement;
    if !overrides.written.is_empty() {
        document.to_mut().set_overrides(overrides);
    }
    errors.sort_by_key(|error| error.location.span);
    let warnings = document.with_origins(warnings);
    Prepared { document, warnings, errors }
}

/// A document, and what has been said of it so far.
struct Agreement<'d> {
    document: Cow<'d, Document>,
    overrides: Overrides,
    warnings: Vec<NodeDiagnostic>,
    errors: Vec<Diagnostic>,
}

impl Agreement<'_> {
    fn root(&self) -> &Value {
        self.document.root()
    }

    /// Writes what an entry says into an object of the document.
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
        let complaint = self.overrides.config.as_ref().map(|config| config.diagnostic(&entry, message, help));
        self.errors.extend(complaint);
    }

    /// Reports an entry that applies to nothing.
    fn report_unused(&mut self, entry: &[&str], message: impl Into<String>, help: impl Into<String>) {
        if !self.overrides.may_be_ahead() {
            self.report(entry, message, help);
        }
    }
}
