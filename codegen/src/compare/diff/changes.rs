//! The changes of the document as they are found, and the Rust items that each of them explains.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use indexmap::{IndexMap, IndexSet};

use super::{
    Side,
    change::{Change, ChangeKind, RustChange, Subject},
    renames::Renames,
    verdict::Verdict,
};
use crate::{
    diagnostic::{Location, Part},
    source::{Document, Pointer},
};

/// All changes between two documents.
pub(super) struct Changes<'a> {
    pub(super) old: &'a Document,
    pub(super) new: &'a Document,
    /// The items that differ between both crates, by name.
    rust: BTreeMap<String, RustChange>,
    by_key: IndexMap<Key, Explanation>,
}

/// Changes with the same key are one: several types can show the same change of the document.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    subject: Subject,
    name: String,
    kind: ChangeKind,
}

struct Explanation {
    cause: String,
    at: Option<DocumentPointer>,
    /// The names of the items that the change explains.
    items: IndexSet<String>,
}

/// A JSON pointer into one of the two documents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum DocumentPointer {
    Old(Pointer),
    New(Pointer),
}

/// A change of the document.
pub(super) struct DocumentChange {
    pub(super) subject: Subject,
    pub(super) name: String,
    pub(super) kind: ChangeKind,
    /// Why it shows in Rust as it does.
    pub(super) cause: &'static str,
    pub(super) at: DocumentPointer,
    /// The items that it explains, if they differ.
    pub(super) items: Vec<RustItems>,
}

/// Items of the crates.
#[derive(Clone, Debug)]
pub(super) enum RustItems {
    /// The item with a name.
    Named(String),
    /// A type and everything in it.
    OfType(String),
    /// The item with a name, if it differs only in being deprecated.
    Deprecation(String),
    /// All items that differ only in the names of these types.
    Renamed(Renames),
}

impl<'a> Changes<'a> {
    pub(super) fn new(old: &'a Side<'_>, new: &'a Side<'_>, rust: BTreeMap<String, RustChange>) -> Self {
        Self { old: &old.document, new: &new.document, rust, by_key: IndexMap::new() }
    }

    /// Adds a change of the document.
    pub(super) fn add(&mut self, change: DocumentChange) {
        let DocumentChange { subject, name, kind, cause, at, items } = change;
        let items: Vec<_> = items.iter().flat_map(|items| self.differing(items)).collect();
        let explanation = self.by_key.entry(Key { subject, name, kind }).or_insert_with(|| Explanation {
            cause: cause.to_owned(),
            at: Some(at),
            items: IndexSet::new(),
        });
        explanation.items.extend(items);
    }

    /// Returns the names of those items that differ between both crates.
    fn differing(&self, items: &RustItems) -> Vec<String> {
        let names_where = |is_one: &dyn Fn(&str, &RustChange) -> bool| {
            self.rust.iter().filter(|(name, change)| is_one(name, change)).map(|(name, _)| name.clone()).collect()
        };
        match items {
            RustItems::Named(name) => self.rust.get(name).map(|_| name.clone()).into_iter().collect(),
            RustItems::OfType(ty) => names_where(&|name, _| is_within(name, ty)),
            RustItems::Deprecation(name) => {
                let change = self.rust.get(name).filter(|change| change.old == change.new);
                change.map(|_| name.clone()).into_iter().collect()
            }
            RustItems::Renamed(renames) => names_where(&|_, change| match (&change.old, &change.new) {
                // Where a type was split, the response type keeps the name.
                (Some(old), Some(new)) => renames.apply(old) == renames.apply(new),
                _ => false,
            }),
        }
    }

    /// Returns all changes, the worst first. `code_differs` says whether the emitted files differ at all.
    pub(super) fn finish(mut self, code_differs: bool) -> Vec<Change> {
        self.add_unexplained();
        if self.by_key.is_empty() && code_differs {
            let key = Key { subject: Subject::Client, name: "crate".to_owned(), kind: ChangeKind::of("code") };
            let cause = "only the order of items, or what stands inside functions, differs".to_owned();
            self.by_key.insert(key, Explanation { cause, at: None, items: IndexSet::new() });
        }
        let locations = self.locations();
        let changes = self.by_key.iter().map(|(key, explanation)| self.change(key, explanation, &locations));
        let mut changes: Vec<_> = changes.collect();
        changes.sort_by_key(|change| Reverse(change.verdict));
        changes
    }

    /// Adds a change for each item that no change of the document explains.
    fn add_unexplained(&mut self) {
        let explained: HashSet<_> = self.by_key.values().flat_map(|explanation| &explanation.items).cloned().collect();
        for (name, change) in self.rust.iter().filter(|(name, _)| !explained.contains(*name)) {
            let kind = match (&change.old, &change.new) {
                (None, _) => ChangeKind::Added,
                (_, None) => ChangeKind::Removed,
                _ => ChangeKind::of("signature"),
            };
            let key = Key { subject: Subject::Item, name: name.clone(), kind };
            let cause = "it follows from what else has changed".to_owned();
            self.by_key.insert(key, Explanation { cause, at: None, items: IndexSet::from([name.clone()]) });
        }
    }

    /// Returns the locations of all changes: each document is read once for them.
    fn locations(&self) -> HashMap<&DocumentPointer, Location> {
        let mut locations = HashMap::new();
        for (document, is_old) in [(self.old, true), (self.new, false)] {
            let in_document = self.by_key.values().filter_map(|explanation| match explanation.at.as_ref()? {
                at @ DocumentPointer::Old(pointer) if is_old => Some((at, pointer.clone())),
                at @ DocumentPointer::New(pointer) if !is_old => Some((at, pointer.clone())),
                _ => None,
            });
            let (at, pointers): (Vec<_>, Vec<_>) = in_document.unzip();
            locations.extend(at.into_iter().zip(document.locations(&pointers, Part::Key)));
        }
        locations
    }

    fn change(&self, key: &Key, explanation: &Explanation, locations: &HashMap<&DocumentPointer, Location>) -> Change {
        let mut rust: Vec<_> = explanation.items.iter().filter_map(|name| self.rust.get(name)).cloned().collect();
        rust.sort_by_key(|change| Reverse(change.verdict));
        let worst = rust.first();
        let effect = worst.map_or("programs see no difference", |change| change.effect);
        let location = explanation.at.as_ref().and_then(|at| locations.get(at));
        Change {
            verdict: worst.map_or(Verdict::Invisible, |change| change.verdict),
            subject: key.subject,
            name: key.name.clone(),
            kind: key.kind.clone(),
            reason: format!("{}: {effect}", explanation.cause),
            file: location.map_or(self.new.file(), Location::file).to_owned(),
            span: location.map(|location| location.span),
            rust,
        }
    }
}

/// Returns whether an item is a type of this name, or in it.
fn is_within(item: &str, ty: &str) -> bool {
    item.strip_prefix(ty).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of the items that differ, out of four that do.
    fn differing(items: &RustItems) -> Vec<String> {
        let document = Document::parse("api.yaml", "openapi: 3.0.3").unwrap();
        let signatures = [
            ("Thing", Some("struct Thing: Clone"), Some("struct Thing: Clone + Copy")),
            ("Thing.name", Some("Thing.name: String"), Some("Thing.name: i64")),
            ("ThingInput.part", Some("ThingInput.part: Part"), Some("ThingInput.part: Piece")),
            ("Thing::name", Some("Thing::name(&self)"), Some("Thing::name(&self)")),
        ];
        let rust = signatures.into_iter().map(|(name, old, new)| {
            let [old, new] = [old, new].map(|signature| signature.map(str::to_owned));
            (name.to_owned(), RustChange { verdict: Verdict::Breaking, old, new, effect: "" })
        });
        Changes { old: &document, new: &document, rust: rust.collect(), by_key: IndexMap::new() }.differing(items)
    }

    #[test]
    fn a_type_is_within_itself_and_not_within_one_with_a_shorter_name() {
        assert_eq!(differing(&RustItems::OfType("Thing".to_owned())), ["Thing", "Thing.name", "Thing::name"]);
    }

    #[test]
    fn a_deprecation_explains_no_other_difference() {
        assert_eq!(differing(&RustItems::Deprecation("Thing::name".to_owned())), ["Thing::name"]);
        assert!(differing(&RustItems::Deprecation("Thing.name".to_owned())).is_empty());
    }

    #[test]
    fn a_rename_explains_what_differs_by_the_name_alone() {
        let renames = Renames(vec![("Part".to_owned(), "Piece".to_owned())]);
        assert_eq!(differing(&RustItems::Renamed(renames)), ["Thing::name", "ThingInput.part"]);
    }
}
