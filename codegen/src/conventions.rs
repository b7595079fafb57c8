//! Writes into a document, as extensions of ours, what its own words do not say: what its shape shows, and what a
//! person says beside it. The stages that follow know no difference.

mod client;
mod envelope;
mod operations;
mod places;
mod secrets;
mod types;
mod variants;

use serde_json::{Map, Value};

use crate::{
    check,
    complaint::{Complaint, Complaints},
    config::{Config, Entries, Entry},
    document::{Document, Finding, Pointer},
};

/// A document, and where what was written into it comes from.
pub(crate) struct Agreed<'c> {
    pub(crate) root: Value,
    /// What the crate will be like although the document does not say so.
    pub(crate) notes: Vec<Finding>,
    config: Option<&'c Config>,
    origins: Vec<(Pointer, Entry)>,
    /// About the config.
    complaints: Vec<Complaint>,
}

type Convention = fn(&mut Agreed<'_>, &Entries);

/// Operations come last: the others name them as the document does.
const CONVENTIONS: [Convention; 6] =
    [envelope::agree, secrets::agree, variants::agree, types::agree, client::agree, operations::agree];

/// The document with all that is known of it.
pub(crate) fn agree(root: Value, config: Option<&Config>) -> Agreed<'_> {
    let mut agreed = Agreed { root, notes: Vec::new(), config, origins: Vec::new(), complaints: Vec::new() };
    let nothing = Entries::default();
    let entries = config.map_or(&nothing, |config| &config.entries);
    for convention in CONVENTIONS {
        convention(&mut agreed, entries);
    }
    agreed
}

impl Agreed<'_> {
    /// What is wrong with the document, and with what is said of it: each with its place, in the file that said it.
    pub(crate) fn complaints(&self, document: &Document, findings: Vec<Finding>) -> Complaints {
        let mut of_document = Vec::new();
        let mut of_config = self.complaints.clone();
        for finding in findings {
            match self.origin(&finding.at) {
                Some(entry) => of_config.extend(self.about(&entry, &finding.message, &finding.help)),
                None => of_document.push(finding),
            }
        }
        of_config.sort_by_key(|complaint| complaint.place);
        of_config.dedup();
        let mut complaints = document.complaints(of_document);
        complaints.0.append(&mut of_config);
        complaints
    }

    /// The entry that has written a node.
    fn origin(&self, at: &Pointer) -> Option<Entry> {
        let below = |origin: &Pointer| {
            let rest = at.as_str().strip_prefix(origin.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        };
        let found = self.origins.iter().filter_map(|(origin, entry)| Some((entry, below(origin)?)));
        let (entry, rest) = found.min_by_key(|(_, rest)| rest.len())?;
        let steps = rest.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
        Some(entry.iter().cloned().chain(steps).collect())
    }

    /// Names that types should have, and that none has got in the lowered document.
    pub(crate) fn unused_type_names(&self, lowered: &Value) -> Vec<Finding> {
        if self.may_be_ahead() { Vec::new() } else { check::type_names(lowered) }
    }

    /// Whether an extension is written in the document itself, not by a convention.
    pub(crate) fn is_written_by_hand(&self, at: &Pointer) -> bool {
        self.origin(at).is_none()
    }

    /// Complains of an entry that contradicts another.
    fn complain(&mut self, entry: &[&str], message: impl Into<String>, help: impl Into<String>) {
        let entry: Entry = entry.iter().map(ToString::to_string).collect();
        let complaint = self.about(&entry, message, help);
        self.complaints.extend(complaint);
    }

    /// Complains of an entry that applies to nothing.
    fn complain_unused(&mut self, entry: &[&str], message: impl Into<String>, help: impl Into<String>) {
        if !self.may_be_ahead() {
            self.complain(entry, message, help);
        }
    }

    /// Whether the config is written for a newer document.
    fn may_be_ahead(&self) -> bool {
        self.config.is_some_and(|config| config.may_be_ahead)
    }

    fn about(&self, entry: &[String], message: impl Into<String>, help: impl Into<String>) -> Option<Complaint> {
        Some(self.config?.complaint(entry, message, help))
    }

    /// Writes what an entry says into an object of the document.
    fn write(&mut self, at: &Pointer, key: &str, value: Value, entry: &[&str]) {
        if let Some(object) = self.object(at) {
            object.insert(key.to_owned(), value);
            self.origins.push((at.key(key), entry.iter().map(ToString::to_string).collect()));
        }
    }

    fn object(&mut self, at: &Pointer) -> Option<&mut Map<String, Value>> {
        self.root.pointer_mut(at.as_str())?.as_object_mut()
    }
}
