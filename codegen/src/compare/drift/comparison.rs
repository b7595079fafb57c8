//! Compares two schemas, and all schemas that they lead to.

use std::collections::{HashMap, HashSet};

use super::{
    DriftError,
    difference::{Differences, Key},
    document_node::DocumentNode,
    resolved_schema::ResolvedSchema,
};
use crate::{
    compare::{paired, requiredness},
    source::Pointer,
};

/// The number of values that are named if the other document lists none.
const MAX_VALUES: usize = 5;

/// The number of their schemas that one of ours is compared with in a body: cycles of different lengths meet in as many
/// ways as the product of both.
const MAX_COMPARED: usize = 16;

/// The number of fields, values and variants that are read in all. An operation needs some hundreds, but a few kilobytes
/// of references can ask for billions.
const MAX_READ: usize = 500_000;

/// What our document says, and what the published one says.
type Sides = [Option<String>; 2];

/// The comparison of two documents, operation by operation.
#[derive(Default)]
pub(super) struct Comparison {
    pub(super) operation: String,
    pub(super) differences: Differences,
    /// The names of our components, by those of their components that stand in the same places.
    pub(super) our_names: HashMap<String, String>,
    read: usize,
}

impl Comparison {
    /// Adds a difference, unless both sides are equal.
    pub(super) fn compare(&mut self, kind: &str, pointer: &Pointer, at: &str, sides: Sides) {
        if sides[0] != sides[1] {
            self.add(kind, pointer, at, sides);
        }
    }

    /// Adds a part that only one side has. `noun` is the kind of the part.
    pub(super) fn add_missing(&mut self, noun: &str, pointer: &Pointer, at: &str, sides: Sides) {
        let side = if sides[0].is_none() { "ours" } else { "theirs" };
        self.add(&format!("{noun} {side} lacks"), pointer, at, sides);
    }

    pub(super) fn add(&mut self, kind: &str, pointer: &Pointer, at: &str, [ours, theirs]: Sides) {
        let (pointer, at, kind) = (pointer.clone(), at.to_owned(), kind.to_owned());
        self.differences.add(&self.operation, Key { pointer, at, kind, ours, theirs });
    }

    pub(super) fn compare_required(&mut self, pointer: &Pointer, at: &str, is_required: [bool; 2]) {
        self.compare("required", pointer, at, is_required.map(requiredness).map(Some));
    }

    /// Compares two schemas and all that they lead to. A union of objects may stand for an object with the properties of
    /// all.
    pub(super) fn compare_schemas(&mut self, at: &str, both: [DocumentNode<'_>; 2]) -> Result<(), DriftError> {
        let side = at.split('.').next().unwrap_or_default();
        // Not by recursion: references can make it as deep as they like.
        let mut pending = vec![(at.to_owned(), both.map(|schema| vec![schema]))];
        let mut seen: HashMap<_, HashSet<_>> = HashMap::new();
        while let Some((at, [ours, theirs])) = pending.pop() {
            let (mut ours, mut theirs) = (self.read(&ours, side)?, self.read(&theirs, side)?);
            if ours.is_object() != theirs.is_object() {
                self.merge_variants(&mut ours, side)?;
                self.merge_variants(&mut theirs, side)?;
            }
            if !self.compare_types(&at, [&ours, &theirs]) {
                continue;
            }
            if let (Some(ours), Some(theirs)) = (&ours.name, &theirs.name) {
                self.our_names.entry(theirs.clone()).or_insert_with(|| ours.clone());
            }
            self.compare_values(&at, [&ours, &theirs]);
            for (name, sides) in paired([ours.constraints.clone(), theirs.constraints.clone()]) {
                self.compare(name, &ours.at, &at, sides);
            }
            let compared = seen.entry(ours.at.clone()).or_default();
            if compared.len() < MAX_COMPARED && compared.insert(theirs.at.clone()) {
                let at = ours.name.as_ref().map_or(at, |name| format!("{side}.{name}"));
                self.compare_fields(&at, side, ours, theirs, &mut pending)?;
            }
        }
        Ok(())
    }

    fn read<'d>(&mut self, nodes: &[DocumentNode<'d>], side: &str) -> Result<ResolvedSchema<'d>, DriftError> {
        let mut schema = ResolvedSchema::read_all(nodes);
        self.count(&schema)?;
        remove_fields_of_other_side(&mut schema, side);
        Ok(schema)
    }

    fn merge_variants(&mut self, schema: &mut ResolvedSchema<'_>, side: &str) -> Result<(), DriftError> {
        schema.merge_variants();
        remove_fields_of_other_side(schema, side);
        self.count(schema)
    }

    fn count(&mut self, schema: &ResolvedSchema<'_>) -> Result<(), DriftError> {
        self.read += schema.size();
        if self.read > MAX_READ { Err(DriftError::TooEntangled) } else { Ok(()) }
    }

    /// Compares the types, and returns whether they are near enough to compare more.
    fn compare_types(&mut self, at: &str, both: [&ResolvedSchema; 2]) -> bool {
        let kinds = both.map(ResolvedSchema::type_in_words);
        let are_near = kinds[0] == kinds[1] || kinds.iter().all(|kind| matches!(kind.as_str(), "integer" | "number"));
        self.compare("type", &both[0].at, at, kinds.map(Some));
        let in_words =
            |schema: &ResolvedSchema| if schema.is_nullable { "nullable" } else { "not nullable" }.to_owned();
        self.compare("nullable", &both[0].at, at, both.map(in_words).map(Some));
        are_near
    }

    fn compare_values(&mut self, at: &str, [ours, theirs]: [&ResolvedSchema; 2]) {
        if ours.values.is_empty() || theirs.values.is_empty() {
            self.compare("values", &ours.at, at, [ours, theirs].map(listed));
            return;
        }
        let pointer = &ours.at;
        for (value, [theirs, ours]) in paired([&theirs.values, &ours.values]) {
            if ours.is_some() != theirs.is_some() {
                self.add_missing("value", pointer, at, [ours, theirs].map(|listed| listed.map(|_| value.clone())));
            }
        }
    }

    /// Compares the names of fields, and adds the fields that both sides have to those that are compared next.
    fn compare_fields<'d>(
        &mut self,
        at: &str,
        side: &str,
        ours: ResolvedSchema<'d>,
        theirs: ResolvedSchema<'d>,
        next: &mut Vec<(String, [Vec<DocumentNode<'d>>; 2])>,
    ) -> Result<(), DriftError> {
        for (step, pair) in paired([ours.fields, theirs.fields]) {
            let at = format!("{at}{step}");
            let pointer = pair[0].iter().flatten().next().map_or(&ours.at, |field| &field.at).clone();
            match pair {
                [Some(our_field), Some(their_field)] => {
                    let is_required = [&ours.required, &theirs.required].map(|required| required.contains(&step));
                    self.compare_required(&pointer, &at, is_required);
                    next.push((at, [our_field, their_field]));
                }
                [our_field, their_field] => {
                    let mut kind = |field: Vec<_>| Ok::<_, DriftError>(self.read(&field, side)?.type_in_words());
                    let kinds = [our_field.map(&mut kind).transpose()?, their_field.map(kind).transpose()?];
                    self.add_missing("field", &pointer, &at, kinds);
                }
            }
        }
        let items = ours.items.into_iter().zip(theirs.items).map(|pair| (format!("{at}[]"), pair));
        let variants = ours.variants.into_iter().zip(theirs.variants).enumerate();
        let variants = variants.map(|(index, pair)| (format!("{at}|{index}"), pair));
        next.extend(items.chain(variants).map(|(at, (ours, theirs))| (at, [vec![ours], vec![theirs]])));
        Ok(())
    }
}

/// Removes the properties that requests or responses do not have.
fn remove_fields_of_other_side(schema: &mut ResolvedSchema<'_>, side: &str) {
    let excluded = match side {
        "request" => "readOnly",
        "response" => "writeOnly",
        _ => return,
    };
    schema.fields.retain(|_, schemas| !schemas.iter().all(|schema| schema.flag(excluded)));
}

/// Returns the first values that a schema lists.
fn listed(schema: &ResolvedSchema) -> Option<String> {
    let values: Vec<_> = schema.values.keys().map(String::as_str).collect();
    match values.get(..MAX_VALUES) {
        _ if values.is_empty() => None,
        Some(some) if some.len() < values.len() => {
            Some(format!("{} and {} more", some.join(", "), values.len() - some.len()))
        }
        _ => Some(values.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn listed_values(values: &[&str]) -> Option<String> {
        let schema: Value = json!({"enum": values});
        listed(&ResolvedSchema::read(&DocumentNode::root(&schema)))
    }

    #[test]
    fn a_long_list_of_values_is_cut() {
        assert_eq!(listed_values(&[]), None);
        assert_eq!(listed_values(&["a", "b", "c", "d", "e"]).as_deref(), Some("a, b, c, d, e"));
        assert_eq!(listed_values(&["a", "b", "c", "d", "e", "f"]).as_deref(), Some("a, b, c, d, e and 1 more"));
    }

    #[test]
    fn an_integer_is_near_enough_to_a_number_to_compare_bounds() {
        let (ours, theirs) = (json!({"type": "integer", "maximum": 9}), json!({"type": "number", "maximum": 10}));
        let mut comparison = Comparison::default();
        comparison.compare_schemas("query.limit", [&ours, &theirs].map(DocumentNode::root)).unwrap();
        let document = crate::Document::parse("api.yaml", "openapi: 3.0.3").unwrap();
        let differences = comparison.differences.located(&document);
        assert_eq!(differences.iter().map(|difference| &*difference.kind).collect::<Vec<_>>(), ["type", "maximum"]);
    }
}
