use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    row::{Change, Subject},
    rows::{At, Finding, Rows},
};
use crate::{
    api::{Constraints, Direction},
    compare::paired,
    source::Pointer,
};

/// The constraints of a schema and of what lists and maps hold. `name` is that of the schema.
pub(super) fn compare(
    rows: &mut Rows,
    name: &str,
    at: &Pointer,
    old: &Constraints,
    new: &Constraints,
    role: Direction,
) {
    let cause = if role.is_sent() {
        "`validate()` goes by it, and so do the clients that validate requests"
    } else {
        "nothing holds what is received against it"
    };
    for (keyword, [from, to]) in paired([old, new].map(listed)) {
        if from != to {
            let change = Change::between(&keyword, from, to);
            let (name, at) = (name.to_owned(), At::New(at.clone()));
            rows.add(Finding { subject: Subject::Constraint, name, change, cause, at, claims: Vec::new() });
        }
    }
}

/// The constraints, each under its keyword.
fn listed(constraints: &Constraints) -> BTreeMap<String, String> {
    let written = |bound: &Value| bound.as_str().map_or_else(|| bound.to_string(), ToOwned::to_owned);
    let own = constraints.bounds.iter().map(|(keyword, bound)| ((*keyword).to_owned(), written(bound)));
    let inner = [("items", &constraints.items), ("additionalProperties", &constraints.values)];
    let inner = inner.into_iter().filter_map(|(keyword, inner)| {
        let inner = listed(inner.as_ref()?);
        Some(inner.into_iter().map(move |(bound, value)| (format!("{keyword}.{bound}"), value)))
    });
    own.chain(inner.flatten()).collect()
}
