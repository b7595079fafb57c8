//! From a document as it was written to one that says the same in fewer ways.
//!
//! In two steps, with the check between them: what [`prepare`] returns still points into the text, as a diagnostic has
//! to, and [`merge`] relies on a document that nothing is wrong with, and gives JSON whose origin nobody knows.

mod infer;
pub(crate) mod merge;
mod upgrade;

use std::borrow::Cow;

use serde_json::Value;

pub(crate) use merge::merge;

use crate::{
    diagnostic::Complaint,
    source::{Document, Finding, config::Config},
};

/// A document in the words of 3.0, in which all is said that is known of it.
pub(crate) struct Prepared<'d> {
    pub(crate) document: Cow<'d, Document>,
    /// What the crate does not say although the document does, or the other way round.
    pub(crate) notes: Vec<Finding>,
    /// About entries of the config that contradict each other, or apply to nothing.
    pub(crate) complaints: Vec<Complaint>,
}

/// Upgrades a document, and adds what its shape shows and what a config has for it.
pub(crate) fn prepare<'d>(document: &'d Document, config: Option<&Config>) -> Prepared<'d> {
    let (document, mut notes) = upgrade::upgrade(document);
    let prepared = infer::infer(document, config);
    notes.extend(prepared.notes);
    Prepared { notes, ..prepared }
}

/// Upgrades a document, and takes from it what progenitor by itself does not take.
pub(crate) fn reduce(document: &Document) -> Value {
    let (document, _) = upgrade::upgrade(document);
    let mut root = document.root().clone();
    merge::bare::reduce(&mut root);
    root
}
