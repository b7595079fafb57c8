use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    node::Node,
    row::{Difference, Rows},
    shape::{Schema, Shape},
};
use crate::source::Pointer;

/// So many values are named where the other side lists none.
const MAX_VALUES: usize = 5;

/// So many of their schemas one of ours is compared with in a request or an answer: circles of different lengths meet in
/// as many ways as the product of both.
const MAX_COMPARED: usize = 16;

/// What one operation shows of both documents.
pub(super) struct Comparison<'r> {
    operation: &'r str,
    rows: &'r mut Rows,
}

impl<'r> Comparison<'r> {
    pub(super) fn of(operation: &'r str, rows: &'r mut Rows) -> Self {
        Self { operation, rows }
    }

    /// Notes a difference, unless both sides say the same.
    pub(super) fn differs(
        &mut self,
        kind: &str,
        pointer: &Pointer,
        at: &str,
        ours: Option<String>,
        theirs: Option<String>,
    ) {
        if ours != theirs {
            let (pointer, at, kind) = (pointer.clone(), at.to_owned(), kind.to_owned());
            self.rows.add(self.operation, Difference { pointer, at, kind, ours, theirs });
        }
    }

    /// Notes what only one side has. `noun` says what it is.
    pub(super) fn lacks(
        &mut self,
        noun: &str,
        pointer: &Pointer,
        at: &str,
        ours: Option<String>,
        theirs: Option<String>,
    ) {
        let side = if ours.is_none() { "ours" } else { "theirs" };
        self.differs(&format!("{noun} {side} lacks"), pointer, at, ours, theirs);
    }

    /// Compares two schemas and all that they lead to.
    pub(super) fn schemas<'a>(&mut self, at: &str, ours: Schema<'a>, theirs: Schema<'a>) {
        let side = at.split('.').next().unwrap_or_default();
        // Not by recursion: see `Shape::of`.
        let mut pending = vec![(at.to_owned(), ours, theirs)];
        let mut seen: HashMap<_, HashSet<_>> = HashMap::new();
        while let Some((at, ours, theirs)) = pending.pop() {
            let (ours, theirs) = (Shape::of(&ours), Shape::of(&theirs));
            if !self.types(&at, &ours, &theirs) {
                continue;
            }
            self.values(&at, &ours, &theirs);
            self.constraints(&at, &ours, &theirs);
            let compared = seen.entry(ours.sources.clone()).or_default();
            if compared.len() < MAX_COMPARED && compared.insert(theirs.sources.clone()) {
                let at = ours.name.as_ref().map_or(at, |name| format!("{side}.{name}"));
                pending.extend(self.fields(&at, ours, theirs));
            }
        }
    }

    /// Whether the types are near enough to compare more.
    fn types(&mut self, at: &str, ours: &Shape, theirs: &Shape) -> bool {
        let (our_kind, their_kind) = (ours.kind(), theirs.kind());
        let is_number = |kind: &str| matches!(kind, "integer" | "number");
        let are_near = our_kind == their_kind || (is_number(&our_kind) && is_number(&their_kind));
        self.differs("type", &ours.at, at, Some(our_kind), Some(their_kind));
        let nullable = |shape: &Shape| Some(if shape.is_nullable { "nullable" } else { "not nullable" }.to_owned());
        self.differs("nullable", &ours.at, at, nullable(ours), nullable(theirs));
        are_near
    }

    fn values(&mut self, at: &str, ours: &Shape, theirs: &Shape) {
        if ours.values.is_empty() || theirs.values.is_empty() {
            self.differs("values", &ours.at, at, listed(ours), listed(theirs));
            return;
        }
        for value in theirs.values.keys().filter(|value| !ours.values.contains_key(*value)) {
            self.lacks("value", &ours.at, at, None, Some(value.clone()));
        }
        for value in ours.values.keys().filter(|value| !theirs.values.contains_key(*value)) {
            self.lacks("value", &ours.at, at, Some(value.clone()), None);
        }
    }

    fn constraints(&mut self, at: &str, ours: &Shape, theirs: &Shape) {
        for (name, said) in &ours.constraints {
            self.differs(name, &ours.at, at, Some(said.clone()), theirs.constraints.get(name).cloned());
        }
        for (name, said) in theirs.constraints.iter().filter(|(name, _)| !ours.constraints.contains_key(*name)) {
            self.differs(name, &ours.at, at, None, Some(said.clone()));
        }
    }

    /// What is to be compared next, because both sides have it.
    fn fields<'a>(&mut self, at: &str, ours: Shape<'a>, theirs: Shape<'a>) -> Vec<(String, Schema<'a>, Schema<'a>)> {
        let mut common = Vec::new();
        for (name, field) in &theirs.fields {
            if !ours.fields.contains_key(name) {
                self.lacks("field", &ours.at, &format!("{at}.{name}"), None, Some(Shape::of(field).kind()));
            }
        }
        for (name, our_field) in ours.fields {
            let at = format!("{at}.{name}");
            let pointer = our_field.first().map_or_else(|| ours.at.clone(), |part| part.at.clone());
            let Some(their_field) = theirs.fields.get(name) else {
                self.lacks("field", &pointer, &at, Some(Shape::of(&our_field).kind()), None);
                continue;
            };
            let (required, theirs_required) = (ours.required.contains(name), theirs.required.contains(name));
            self.differs("required", &pointer, &at, Some(in_words(required)), Some(in_words(theirs_required)));
            common.push((at, our_field, their_field.clone()));
        }
        if !ours.items.is_empty() && !theirs.items.is_empty() {
            common.push((format!("{at}[]"), ours.items, theirs.items));
        }
        let at_additional = format!("{at}{{}}");
        match (ours.additional.first(), theirs.additional.first()) {
            (Some(_), Some(_)) => common.push((at_additional, ours.additional, theirs.additional)),
            (Some(only), None) => {
                self.lacks("field", &only.at, &at_additional, Some(Shape::of(&ours.additional).kind()), None);
            }
            (None, Some(_)) => {
                self.lacks("field", &ours.at, &at_additional, None, Some(Shape::of(&theirs.additional).kind()));
            }
            (None, None) => {}
        }
        let alternatives = ours.alternatives.into_iter().zip(theirs.alternatives).enumerate();
        common.extend(alternatives.map(|(index, (ours, theirs))| (format!("{at}|{index}"), vec![ours], vec![theirs])));
        common
    }
}

/// Whether a parameter or a body is required.
pub(super) fn requiredness(of: &Node) -> String {
    in_words(of.value.get("required") == Some(&Value::Bool(true)))
}

fn in_words(is_required: bool) -> String {
    if is_required { "required" } else { "optional" }.to_owned()
}

/// The values that a schema lists, if any.
fn listed(shape: &Shape) -> Option<String> {
    let values: Vec<_> = shape.values.keys().map(String::as_str).collect();
    match values.get(..MAX_VALUES) {
        _ if values.is_empty() => None,
        Some(some) if some.len() < values.len() => {
            Some(format!("{} and {} more", some.join(", "), values.len() - some.len()))
        }
        _ => Some(values.join(", ")),
    }
}
