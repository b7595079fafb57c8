use std::collections::{HashMap, HashSet};

use super::{
    DriftError,
    node::Node,
    row::{Difference, Rows},
    schema::Schema,
};
use crate::{
    compare::{paired, requiredness},
    source::Pointer,
};

/// So many values are named where the other side lists none.
const MAX_VALUES: usize = 5;

/// So many of their schemas one of ours is compared with in a request or an answer: cycles of different lengths meet in
/// as many ways as the product of both.
const MAX_COMPARED: usize = 16;

/// So many fields, values and alternatives are read. An operation needs some hundreds; a few kilobytes of references
/// can ask for billions.
const MAX_READ: usize = 500_000;

/// What our document says, and what the published one does.
type Said = [Option<String>; 2];

/// Two documents, operation by operation.
#[derive(Default)]
pub(super) struct Comparison<'o> {
    pub(super) operation: &'o str,
    pub(super) rows: Rows,
    read: usize,
}

impl Comparison<'_> {
    /// Adds a difference, unless both sides say the same.
    pub(super) fn differs(&mut self, kind: &str, pointer: &Pointer, at: &str, said: Said) {
        if said[0] != said[1] {
            self.add(kind, pointer, at, said);
        }
    }

    /// Adds what only one side has. `noun` says what it is.
    pub(super) fn lacks(&mut self, noun: &str, pointer: &Pointer, at: &str, said: Said) {
        let side = if said[0].is_none() { "ours" } else { "theirs" };
        self.add(&format!("{noun} {side} lacks"), pointer, at, said);
    }

    pub(super) fn add(&mut self, kind: &str, pointer: &Pointer, at: &str, [ours, theirs]: Said) {
        let (pointer, at, kind) = (pointer.clone(), at.to_owned(), kind.to_owned());
        self.rows.add(self.operation, Difference { pointer, at, kind, ours, theirs });
    }

    pub(super) fn required(&mut self, pointer: &Pointer, at: &str, is_required: [bool; 2]) {
        self.differs("required", pointer, at, is_required.map(requiredness).map(Some));
    }

    /// Compares two schemas and all that they lead to.
    pub(super) fn schemas(&mut self, at: &str, both: [Node<'_>; 2]) -> Result<(), DriftError> {
        let side = at.split('.').next().unwrap_or_default();
        // Not by recursion: references can make it as deep as they like.
        let mut pending = vec![(at.to_owned(), both)];
        let mut seen: HashMap<_, HashSet<_>> = HashMap::new();
        while let Some((at, [ours, theirs])) = pending.pop() {
            let (ours, theirs) = (self.read(&ours)?, self.read(&theirs)?);
            if !self.types(&at, [&ours, &theirs]) {
                continue;
            }
            self.values(&at, [&ours, &theirs]);
            for (name, said) in paired([ours.constraints.clone(), theirs.constraints.clone()]) {
                self.differs(name, &ours.at, &at, said);
            }
            let compared = seen.entry(ours.at.clone()).or_default();
            if compared.len() < MAX_COMPARED && compared.insert(theirs.at.clone()) {
                let at = ours.name.as_ref().map_or(at, |name| format!("{side}.{name}"));
                self.fields(&at, ours, theirs, &mut pending)?;
            }
        }
        Ok(())
    }

    fn read<'d>(&mut self, node: &Node<'d>) -> Result<Schema<'d>, DriftError> {
        let schema = Schema::read(node);
        self.read += schema.size();
        if self.read > MAX_READ { Err(DriftError::TooEntangled) } else { Ok(schema) }
    }

    /// Whether the types are near enough to compare more.
    fn types(&mut self, at: &str, both: [&Schema; 2]) -> bool {
        let kinds = both.map(Schema::kind);
        let are_near = kinds[0] == kinds[1] || kinds.iter().all(|kind| matches!(kind.as_str(), "integer" | "number"));
        self.differs("type", &both[0].at, at, kinds.map(Some));
        let in_words = |schema: &Schema| if schema.is_nullable { "nullable" } else { "not nullable" }.to_owned();
        self.differs("nullable", &both[0].at, at, both.map(in_words).map(Some));
        are_near
    }

    fn values(&mut self, at: &str, [ours, theirs]: [&Schema; 2]) {
        if ours.values.is_empty() || theirs.values.is_empty() {
            self.differs("values", &ours.at, at, [ours, theirs].map(listed));
            return;
        }
        let pointer = &ours.at;
        for (value, [theirs, ours]) in paired([&theirs.values, &ours.values]) {
            if ours.is_some() != theirs.is_some() {
                self.lacks("value", pointer, at, [ours, theirs].map(|listed| listed.map(|_| value.clone())));
            }
        }
    }

    /// Compares which fields there are. What both sides have is to be compared next.
    fn fields<'d>(
        &mut self,
        at: &str,
        ours: Schema<'d>,
        theirs: Schema<'d>,
        next: &mut Vec<(String, [Node<'d>; 2])>,
    ) -> Result<(), DriftError> {
        for (step, pair) in paired([ours.fields, theirs.fields]) {
            let at = format!("{at}{step}");
            let pointer = pair[0].as_ref().map_or(&ours.at, |field| &field.at).clone();
            match pair {
                [Some(our_field), Some(their_field)] => {
                    let is_required = [&ours.required, &theirs.required].map(|required| required.contains(&step));
                    self.required(&pointer, &at, is_required);
                    next.push((at, [our_field, their_field]));
                }
                [our_field, their_field] => {
                    let mut kind = |field| Ok::<_, DriftError>(self.read(&field)?.kind());
                    let kinds = [our_field.map(&mut kind).transpose()?, their_field.map(kind).transpose()?];
                    self.lacks("field", &pointer, &at, kinds);
                }
            }
        }
        next.extend(ours.items.zip(theirs.items).map(|(ours, theirs)| (format!("{at}[]"), [ours, theirs])));
        let alternatives = ours.alternatives.into_iter().zip(theirs.alternatives).enumerate();
        next.extend(alternatives.map(|(index, (ours, theirs))| (format!("{at}|{index}"), [ours, theirs])));
        Ok(())
    }
}

/// The values that a schema lists, if any.
fn listed(schema: &Schema) -> Option<String> {
    let values: Vec<_> = schema.values.keys().map(String::as_str).collect();
    match values.get(..MAX_VALUES) {
        _ if values.is_empty() => None,
        Some(some) if some.len() < values.len() => {
            Some(format!("{} and {} more", some.join(", "), values.len() - some.len()))
        }
        _ => Some(values.join(", ")),
    }
}
