use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use super::{
    Side,
    names::Renames,
    row::{Change, Row, RustChange, Subject},
    verdict::Verdict,
};
use crate::{
    diagnostic::{Location, Part},
    source::{Document, Pointer},
};

/// The rows as they are found, and what in Rust they account for.
pub(super) struct Rows<'a> {
    pub(super) old: &'a Document,
    pub(super) new: &'a Document,
    /// What is not the same in Rust, by its name.
    rust: BTreeMap<String, RustChange>,
    found: IndexMap<Key, Found>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    subject: Subject,
    name: String,
    change: Change,
}

struct Found {
    cause: String,
    at: Option<At>,
    /// The names of the items that the change touches.
    items: IndexSet<String>,
}

/// Where a row points.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum At {
    Old(Pointer),
    New(Pointer),
}

/// A change of the document.
pub(super) struct Finding {
    pub(super) subject: Subject,
    pub(super) name: String,
    pub(super) change: Change,
    /// Why it shows in Rust as it does.
    pub(super) cause: &'static str,
    pub(super) at: At,
    /// What it may touch in Rust.
    pub(super) claims: Vec<Claim>,
}

/// What a change of the document may touch in Rust.
#[derive(Clone, Debug)]
pub(super) enum Claim {
    /// One item.
    Item(String),
    /// A type and everything in it.
    Within(String),
    /// That an item is deprecated or no longer is, and nothing else about it.
    Deprecation(String),
    /// Everything that differs by nothing but these names.
    Names(Renames),
}

impl<'a> Rows<'a> {
    pub(super) fn new(old: &'a Side<'_>, new: &'a Side<'_>, rust: BTreeMap<String, RustChange>) -> Self {
        Self { old: &old.document, new: &new.document, rust, found: IndexMap::new() }
    }

    /// Notes a change. What several types show of one change of the document is one row.
    pub(super) fn add(&mut self, finding: Finding) {
        let Finding { subject, name, change, cause, at, claims } = finding;
        let items: Vec<_> = claims.iter().flat_map(|claim| self.claimed(claim)).collect();
        let found = self.found.entry(Key { subject, name, change });
        let found = found.or_insert_with(|| Found { cause: cause.to_owned(), at: Some(at), items: IndexSet::new() });
        found.items.extend(items);
    }

    fn claimed(&self, claim: &Claim) -> Vec<String> {
        match claim {
            Claim::Item(name) => self.rust.get(name).map(|_| name.clone()).into_iter().collect(),
            Claim::Within(ty) => self.rust.keys().filter(|name| is_within(name, ty)).cloned().collect(),
            Claim::Deprecation(name) => {
                let only = |change: &&RustChange| change.old == change.new;
                self.rust.get(name).filter(only).map(|_| name.clone()).into_iter().collect()
            }
            Claim::Names(renames) => {
                let differ_by_names = |change: &RustChange| match (&change.old, &change.new) {
                    // Where a type was split, what is received keeps the name.
                    (Some(old), Some(new)) => renames.apply(old) == renames.apply(new),
                    _ => false,
                };
                self.rust.iter().filter(|(_, change)| differ_by_names(change)).map(|(name, _)| name.clone()).collect()
            }
        }
    }

    /// The rows, the worst first. `code_differs` says whether anything at all of the emitted code does.
    pub(super) fn finish(mut self, code_differs: bool) -> Vec<Row> {
        self.add_unexplained();
        if self.found.is_empty() && code_differs {
            let key = Key { subject: Subject::Client, name: "crate".to_owned(), change: Change::of("code") };
            let cause = "only the order of items, or what stands inside functions, differs".to_owned();
            self.found.insert(key, Found { cause, at: None, items: IndexSet::new() });
        }
        let locations = self.locations();
        let mut rows: Vec<_> = self.found.iter().map(|(key, found)| self.row(key, found, &locations)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.verdict));
        rows
    }

    fn add_unexplained(&mut self) {
        let explained: HashSet<_> = self.found.values().flat_map(|found| &found.items).cloned().collect();
        for (name, change) in self.rust.iter().filter(|(name, _)| !explained.contains(*name)) {
            let kind = match (&change.old, &change.new) {
                (None, _) => Change::Added,
                (_, None) => Change::Removed,
                _ => Change::of("signature"),
            };
            let key = Key { subject: Subject::Item, name: name.clone(), change: kind };
            let cause = "it follows from what else has changed".to_owned();
            self.found.insert(key, Found { cause, at: None, items: IndexSet::from([name.clone()]) });
        }
    }

    /// Returns the locations of all rows: each document is read once for them.
    fn locations(&self) -> HashMap<&At, Location> {
        let mut locations = HashMap::new();
        for (document, is_old) in [(self.old, true), (self.new, false)] {
            let in_document = self.found.values().filter_map(|found| match found.at.as_ref()? {
                at @ At::Old(pointer) if is_old => Some((at, pointer.clone())),
                at @ At::New(pointer) if !is_old => Some((at, pointer.clone())),
                _ => None,
            });
            let (at, pointers): (Vec<_>, Vec<_>) = in_document.unzip();
            locations.extend(at.into_iter().zip(document.locations(&pointers, Part::Key)));
        }
        locations
    }

    fn row(&self, key: &Key, found: &Found, locations: &HashMap<&At, Location>) -> Row {
        let mut rust: Vec<_> = found.items.iter().filter_map(|name| self.rust.get(name)).cloned().collect();
        rust.sort_by_key(|change| std::cmp::Reverse(change.verdict));
        let worst = rust.first();
        let effect = worst.map_or("programs see no difference", |change| change.effect);
        let location = found.at.as_ref().and_then(|at| locations.get(at));
        Row {
            verdict: worst.map_or(Verdict::Invisible, |change| change.verdict),
            subject: key.subject,
            name: key.name.clone(),
            change: key.change.clone(),
            reason: format!("{}: {effect}", found.cause),
            file: location.map_or(self.new.file(), Location::file).to_owned(),
            place: location.map(|location| location.span),
            rust,
        }
    }
}

/// Whether an item is a type of this name, or in it.
fn is_within(item: &str, ty: &str) -> bool {
    item.strip_prefix(ty).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':']))
}
