//! What is called how on either side.

use crate::api::{Api, Documented, Schema, TypeDef};

/// Types that have got other names.
#[derive(Clone, Debug, Default)]
pub(super) struct Renames(pub(super) Vec<(String, String)>);

impl Renames {
    pub(super) fn new_name<'a>(&'a self, old: &'a str) -> &'a str {
        self.0.iter().find(|(from, _)| from == old).map_or(old, |(_, to)| to)
    }

    /// A signature with the new names in the place of the old ones.
    pub(super) fn apply(&self, signature: &str) -> String {
        let is_part = |letter: char| letter == '_' || letter.is_alphanumeric();
        let mut renamed = String::new();
        let mut rest = signature;
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|letter| is_part(letter) != is_part(first)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            renamed.push_str(self.new_name(word));
            rest = after;
        }
        renamed
    }
}

impl TypeDef {
    /// The name in the document, which has one schema where the crate may have two types.
    pub(super) fn name_in_document(&self) -> &str {
        self.input_of.as_ref().unwrap_or(&self.name)
    }
}

/// A type in the document's words, with the names that its types have in the newer document.
fn kind(documented: &Documented, api: &Api, renames: &Renames) -> String {
    match documented {
        Documented::Named(name) => {
            let name = api.type_def(name).map_or(name.as_str(), TypeDef::name_in_document);
            renames.new_name(name).to_owned()
        }
        Documented::List(element) => format!("list of {}", kind(element, api, renames)),
        Documented::Map(value) => format!("map of {}", kind(value, api, renames)),
        Documented::Plain(ty, Some(format)) => format!("{ty} ({format})"),
        Documented::Plain(ty, None) => ty.clone(),
    }
}

/// Both crates, and which types are the same under other names.
#[derive(Clone, Copy)]
pub(super) struct Models<'a> {
    pub(super) old: &'a Api,
    pub(super) new: &'a Api,
    pub(super) renames: &'a Renames,
}

impl Models<'_> {
    /// The types of two schemas, which are equal where nothing but names has changed.
    pub(super) fn kinds(self, old: &Schema, new: &Schema) -> (String, String) {
        (self.old_kind(old), self.new_kind(new))
    }

    pub(super) fn old_kind(self, schema: &Schema) -> String {
        kind(&schema.documented, self.old, self.renames)
    }

    pub(super) fn new_kind(self, schema: &Schema) -> String {
        kind(&schema.documented, self.new, &Renames::default())
    }
}

/// What two lists have in common, and what only one of them has.
pub(super) struct Matches<'a, T> {
    pub(super) both: Vec<(&'a T, &'a T)>,
    pub(super) removed: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
}

impl<'a, T> Matches<'a, T> {
    pub(super) fn of(
        old: impl IntoIterator<Item = &'a T>,
        new: impl IntoIterator<Item = &'a T>,
        are_same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let mut matches =
            Self { both: Vec::new(), removed: old.into_iter().collect(), added: new.into_iter().collect() };
        matches.pair(are_same);
        matches
    }

    /// Whether what both have stands in another order.
    pub(super) fn is_reordered(&self, old: &[T], new: &[T]) -> bool {
        let mut places: Vec<_> = self.both.iter().map(|both| (position(old, both.0), position(new, both.1))).collect();
        places.sort_unstable();
        !places.is_sorted_by_key(|(_, new)| *new)
    }

    /// Takes what goes together out of what only one side has.
    pub(super) fn pair(&mut self, are_same: impl Fn(&T, &T) -> bool) {
        let removed = std::mem::take(&mut self.removed);
        for old in removed {
            match self.added.iter().position(|new| are_same(old, new)) {
                Some(index) => self.both.push((old, self.added.remove(index))),
                None => self.removed.push(old),
            }
        }
    }
}

/// Where an element of a list stands.
pub(super) fn position<T>(list: &[T], element: &T) -> Option<usize> {
    list.iter().position(|other| std::ptr::eq(other, element))
}
