//! Changes of constraints.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer},
};
use crate::{
    api::{Constraints, Direction},
    compare::paired,
    source::Pointer,
};

/// Compares the constraints of a schema and of the values in its lists and maps.
pub(super) fn compare(
    changes: &mut Changes,
    name: &str,
    at: &Pointer,
    old: &Constraints,
    new: &Constraints,
    direction: Direction,
) {
    let cause = if direction.is_sent() {
        "`validate()` goes by it, and so do the clients that validate requests"
    } else {
        "responses are not validated"
    };
    for (keyword, [from, to]) in paired([old, new].map(listed)) {
        if from != to {
            let kind = ChangeKind::between(&keyword, from, to);
            let (name, at) = (name.to_owned(), DocumentPointer::New(at.clone()));
            changes.add(DocumentChange { subject: Subject::Constraint, name, kind, cause, at, items: Vec::new() });
        }
    }
}

/// Returns the constraints by their keywords.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tests::api_of_schemas;

    #[test]
    fn constraints_of_elements_are_listed_with_their_path() {
        let api = api_of_schemas(
            "Thing: {type: object, properties: {a: {type: array, maxItems: 2, items: {type: string, pattern: '^a'}}}}",
        );
        let (_, fields) = api.structs().next().unwrap();
        let listed: Vec<_> = listed(&fields[0].schema.constraints).into_iter().collect();
        let expected =
            [("items.pattern", "^a"), ("maxItems", "2")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(listed, expected);
    }
}
