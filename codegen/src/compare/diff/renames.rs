//! Types that are the same under another name.

use std::{cmp::Reverse, collections::HashSet};

use super::matches::Matches;
use crate::api::{Api, TypeDef, TypeKind};

/// The percentage of their fields, values or variants that a removed and an added type share if they may be one.
const MIN_LIKENESS: usize = 50;

/// The old and the new names of types.
#[derive(Clone, Debug, Default)]
pub(super) struct Renames(pub(super) Vec<(String, String)>);

impl Renames {
    /// Finds the types that are the same under another name: those that share the most.
    pub(super) fn find(old: &Api, new: &Api) -> Self {
        let types = Matches::of(&old.types, &new.types, |old, new| old.name == new.name);
        let mut pairs: Vec<_> = types
            .removed
            .iter()
            .flat_map(|old| types.added.iter().map(move |new| (likeness(old, new), *old, *new)))
            .filter(|(likeness, ..)| *likeness >= MIN_LIKENESS)
            .collect();
        pairs.sort_by_key(|(likeness, ..)| Reverse(*likeness));
        let (mut from, mut to) = (HashSet::new(), HashSet::new());
        let are_free = |(_, old, new): &(usize, &TypeDef, &TypeDef)| {
            !from.contains(&old.name)
                && !to.contains(&new.name)
                && from.insert(old.name.clone())
                && to.insert(new.name.clone())
        };
        Self(pairs.into_iter().filter(are_free).map(|(_, old, new)| (old.name.clone(), new.name.clone())).collect())
    }

    pub(super) fn new_name<'a>(&'a self, old: &'a str) -> &'a str {
        self.0.iter().find(|(from, _)| from == old).map_or(old, |(_, to)| to)
    }

    /// Replaces the old names in a signature by the new ones.
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

/// Returns the percentage of all fields, values or variants that both types have.
fn likeness(old: &TypeDef, new: &TypeDef) -> usize {
    if old.direction != new.direction || old.input_of.is_some() != new.input_of.is_some() {
        return 0;
    }
    let names = |schema: &TypeDef| -> HashSet<String> {
        match &schema.kind {
            TypeKind::Struct(fields) => fields.iter().map(|field| format!("field {}", field.name)).collect(),
            TypeKind::Enum(variants) => variants.iter().map(|variant| format!("value {}", variant.text)).collect(),
            TypeKind::Union(variants) => variants.iter().map(|variant| format!("variant {}", variant.name)).collect(),
            // The IDs of two things may hold the same type, and are not alike.
            TypeKind::Newtype(_) => HashSet::new(),
        }
    };
    let (old, new) = (names(old), names(new));
    let all = old.union(&new).count();
    (old.intersection(&new).count() * 100).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tests::api_of_schemas;

    #[test]
    fn the_most_alike_types_are_one() {
        let thing = "Thing: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}\n";
        let [old, new] = [
            "A: {type: object, properties: {a: {type: string}, b: {type: string}, c: {type: string}}}",
            "A: {type: object, properties: {a: {type: string}, b: {type: string}}}",
        ]
        .map(|schema| format!("{thing}{schema}"));
        let renames =
            Renames::find(&api_of_schemas(&old), &api_of_schemas(&new.replace("A:", "B:").replace("/A", "/B")));
        assert_eq!(renames.0, [("A".to_owned(), "B".to_owned())]);
        let other = thing.to_owned() + "B: {type: object, properties: {a: {type: string}, d: {type: string}}}";
        assert!(Renames::find(&api_of_schemas(&old), &api_of_schemas(&other.replace("/A", "/B"))).0.is_empty());
    }

    #[test]
    fn whole_words_of_a_signature_are_renamed() {
        let renames = Renames(vec![("Part".to_owned(), "Piece".to_owned())]);
        assert_eq!(
            renames.apply("Thing::part(&self) -> Option<Part>, PartId"),
            "Thing::part(&self) -> Option<Piece>, PartId"
        );
    }
}
