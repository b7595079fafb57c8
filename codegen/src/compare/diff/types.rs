use std::collections::HashSet;

use super::{
    alternatives,
    client::{self, DOCUMENTATION},
    constraints, fields,
    names::{Matches, Models, Renames},
    row::{Change, Subject},
    rows::{At, Claim, Finding, Rows},
    values,
};
use crate::{
    api::{Api, Direction, Field, TypeDef, TypeKind},
    openapi::reference::pointer_to_schema,
    source::Pointer,
};

/// Types that share at least this part of their fields or values, in percent, may be one that was renamed.
const ALIKE: usize = 50;

/// The types of what is sent and received.
pub(super) fn compare(rows: &mut Rows, old: &Api, new: &Api) {
    let renames = renames(old, new);
    let types = Matches::of(&old.types, &new.types, |old, new| renames.new_name(&old.name) == new.name);
    for schema in &types.removed {
        let (change, cause, at) = match &schema.input_of {
            Some(name) if new.type_def(renames.new_name(name)).is_some() => {
                let change = Change::between("types", halves(schema), name.clone());
                (change, "what is sent no longer differs from what is received", At::New(schema.at()))
            }
            _ => (Change::Removed, "no operation leads to it any more", At::Old(schema.at())),
        };
        add(rows, schema, change, cause, at, split_claims(schema));
    }
    for schema in &types.added {
        let at = At::New(schema.at());
        let (change, cause) = match &schema.input_of {
            Some(name) if old.type_def(name).is_some() => {
                let change = Change::between("types", name.clone(), halves(schema));
                (change, "what is sent differs from what is received now, and has a type of its own")
            }
            _ => (Change::Added, "what an operation takes or gives has a type of its own"),
        };
        add(rows, schema, change, cause, at, split_claims(schema));
    }
    if types.is_reordered(&old.types, &new.types) {
        client::reordered(rows, "types", "/components/schemas");
    }
    let models = Models { old, new, renames: &renames };
    for (before, after) in types.both {
        Pair { old: before, new: after, models }.compare(rows);
    }
}

/// The names of both types of a schema that was split.
fn halves(schema: &TypeDef) -> String {
    format!("{} and {}", schema.name_in_document(), schema.name)
}

/// A type that was split off takes the place of the other in what is sent, and gives it back when it goes.
fn split_claims(schema: &TypeDef) -> Vec<Claim> {
    let mut claims = vec![Claim::Within(schema.name.clone())];
    if let Some(response) = &schema.input_of {
        claims.push(Claim::Names(Renames(vec![(response.clone(), schema.name.clone())])));
        claims.push(Claim::Within(response.clone()));
    }
    claims
}

/// One type in both crates.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) old: &'a TypeDef,
    pub(super) new: &'a TypeDef,
    pub(super) models: Models<'a>,
}

impl Pair<'_> {
    fn compare(self, rows: &mut Rows) {
        let (old, new) = (self.old, self.new);
        if old.name != new.name {
            let change = Change::Renamed { to: new.name_in_document().to_owned() };
            let mut claims = self.claims();
            claims.push(Claim::Names(self.models.renames.clone()));
            add(rows, old, change, "a type has the name of its schema", At::New(new.at()), claims);
        }
        if old.direction != new.direction && !self.is_split() {
            let change = Change::between("use", old.direction.in_words(), new.direction.in_words());
            let cause = "what is sent has constructors and setters, what is received has accessors";
            add(rows, new, change, cause, At::New(new.at()), self.claims());
        }
        match (&old.kind, &new.kind) {
            (TypeKind::Struct(old), TypeKind::Struct(new)) => fields::compare(rows, self, old, new),
            (TypeKind::Enum(old), TypeKind::Enum(new)) => values::compare(rows, self, old, new),
            (TypeKind::Union(old), TypeKind::Union(new)) => alternatives::compare(rows, self, old, new),
            (old, new) => {
                let change = Change::between("kind", old.in_words(), new.in_words());
                let cause = "an object becomes a struct, a list of values an enum, and so do alternatives";
                add(rows, self.new, change, cause, At::New(self.new.at()), self.claims());
            }
        }
        constraints::compare(
            rows,
            new.name_in_document(),
            &new.at(),
            &old.constraints,
            &new.constraints,
            new.direction,
        );
        if old.description != new.description {
            add(rows, new, Change::of("documentation"), DOCUMENTATION, At::New(new.at()), Vec::new());
        }
    }

    /// Whether only one of the crates has a type of its own for what is sent.
    fn is_split(self) -> bool {
        let has_input = |model: &Api, schema: &TypeDef| {
            model.types.iter().any(|other| other.input_of.as_ref() == Some(&schema.name))
        };
        has_input(self.models.old, self.old) != has_input(self.models.new, self.new)
    }

    pub(super) fn claims(self) -> Vec<Claim> {
        [self.old, self.new].map(|schema| Claim::Within(schema.name.clone())).into()
    }
}

pub(super) fn add(rows: &mut Rows, schema: &TypeDef, change: Change, cause: &'static str, at: At, claims: Vec<Claim>) {
    let name = schema.name_in_document().to_owned();
    rows.add(Finding { subject: Subject::Type, name, change, cause, at, claims });
}

/// The types that are the same under another name: those that share the most.
pub(super) fn renames(old: &Api, new: &Api) -> Renames {
    let types = Matches::of(&old.types, &new.types, |old, new| old.name == new.name);
    let mut pairs: Vec<_> = types
        .removed
        .iter()
        .flat_map(|old| types.added.iter().map(move |new| (likeness(old, new), *old, *new)))
        .filter(|(likeness, ..)| *likeness >= ALIKE)
        .collect();
    pairs.sort_by_key(|(likeness, ..)| std::cmp::Reverse(*likeness));
    let (mut from, mut to) = (HashSet::new(), HashSet::new());
    let are_free = |(_, old, new): &(usize, &TypeDef, &TypeDef)| {
        !from.contains(&old.name)
            && !to.contains(&new.name)
            && from.insert(old.name.clone())
            && to.insert(new.name.clone())
    };
    Renames(pairs.into_iter().filter(are_free).map(|(_, old, new)| (old.name.clone(), new.name.clone())).collect())
}

/// The percentage of all fields or values that both have.
fn likeness(old: &TypeDef, new: &TypeDef) -> usize {
    if old.direction != new.direction || old.input_of.is_some() != new.input_of.is_some() {
        return 0;
    }
    let names = |schema: &TypeDef| -> HashSet<String> {
        match &schema.kind {
            TypeKind::Struct(fields) => fields.iter().map(|field| format!("field {}", field.name)).collect(),
            TypeKind::Enum(variants) => variants.iter().map(|variant| format!("value {}", variant.text)).collect(),
            TypeKind::Union(alternatives) => {
                alternatives.iter().map(|one| format!("alternative {}", one.name)).collect()
            }
        }
    };
    let (old, new) = (names(old), names(new));
    let all = old.union(&new).count();
    (old.intersection(&new).count() * 100).checked_div(all).unwrap_or(0)
}

impl Direction {
    fn in_words(self) -> String {
        match self {
            Self::Request => "sent",
            Self::Response => "received",
            Self::Both => "sent and received",
        }
        .to_owned()
    }
}

impl TypeKind {
    fn in_words(&self) -> String {
        match self {
            Self::Struct(_) => "object",
            Self::Enum(_) => "enum",
            Self::Union(_) => "alternatives",
        }
        .to_owned()
    }
}

impl TypeDef {
    /// Where the document has it: under its name, or where it was found without one.
    pub(super) fn at(&self) -> Pointer {
        let by_name = || pointer_to_schema(self.name_in_document());
        self.origin.clone().unwrap_or_else(by_name)
    }

    pub(super) fn at_field(&self, field: &Field) -> Pointer {
        self.at().key("properties").key(&field.name)
    }
}
