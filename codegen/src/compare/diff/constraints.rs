use std::collections::BTreeMap;

use super::{
    row::{Change, Subject},
    rows::{At, Finding, Rows},
};
use crate::{
    api::{Bound, Constraints, Direction},
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
    let count = |count: Option<u64>| count.map(|count| count.to_string());
    let number = |bound: &Option<Bound>| bound.as_ref().map(|bound| bound.number.to_string());
    let exclusive = |bound: &Option<Bound>| bound.as_ref().filter(|bound| bound.is_exclusive).map(|_| true.to_string());
    let own = [
        ("exclusiveMaximum", exclusive(&constraints.maximum)),
        ("exclusiveMinimum", exclusive(&constraints.minimum)),
        ("maxItems", count(constraints.max_items)),
        ("maxLength", count(constraints.max_length)),
        ("maxProperties", count(constraints.max_properties)),
        ("maximum", number(&constraints.maximum)),
        ("minItems", count(constraints.min_items)),
        ("minLength", count(constraints.min_length)),
        ("minProperties", count(constraints.min_properties)),
        ("minimum", number(&constraints.minimum)),
        ("multipleOf", constraints.multiple_of.as_ref().map(ToString::to_string)),
        ("pattern", constraints.pattern.clone()),
        ("uniqueItems", constraints.unique_items.then(|| true.to_string())),
    ];
    let own = own.into_iter().filter_map(|(keyword, value)| Some((keyword.to_owned(), value?)));
    let inner = [("items", &constraints.items), ("additionalProperties", &constraints.values)];
    let inner = inner.into_iter().filter_map(|(keyword, inner)| {
        let inner = listed(inner.as_ref()?);
        Some(inner.into_iter().map(move |(bound, value)| (format!("{keyword}.{bound}"), value)))
    });
    own.chain(inner.flatten()).collect()
}
