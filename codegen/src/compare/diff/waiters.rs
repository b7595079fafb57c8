//! Changes of waiters.

use super::{
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer, RustItems},
    client::DOCUMENTATION,
    matches::Matches,
};
use crate::{
    api::Api,
    openapi::extensions::{WAITERS, Waiter},
    source::Pointer,
};

/// Compares the waiters. `is_same_operation` takes an old and a new id.
pub(super) fn compare(changes: &mut Changes, old: &Api, new: &Api, is_same_operation: impl Fn(&str, &str) -> bool) {
    let at = |waiter: &Waiter| Pointer::default().key(WAITERS).key(&waiter.name);
    let mut add = |waiters: &[&Waiter], kind, cause, at| {
        let items =
            waiters.iter().map(|waiter| RustItems::Named(format!("Client::{}", waiter.method_name()))).collect();
        let name = waiters.first().map(|waiter| waiter.name.clone()).unwrap_or_default();
        changes.add(DocumentChange { subject: Subject::Waiter, name, kind, cause, at, items });
    };
    let mut waiters = Matches::of(&old.waiters, &new.waiters, |old, new| old.name == new.name);
    waiters.pair(|old, new| {
        let targets = |waiter: &Waiter| -> Vec<_> {
            waiter.fields.iter().map(|field| (field.name.clone(), field.target.clone())).collect()
        };
        is_same_operation(&old.operation, &new.operation) && targets(old) == targets(new)
    });
    for waiter in &waiters.removed {
        let at = DocumentPointer::Old(at(waiter));
        add(&[waiter], ChangeKind::Removed, "it is no longer in the document", at);
    }
    for waiter in &waiters.added {
        add(&[waiter], ChangeKind::Added, "a waiter is a method of its own", DocumentPointer::New(at(waiter)));
    }
    for (before, after) in waiters.both {
        let at = DocumentPointer::New(at(after));
        if before.name != after.name {
            let kind = ChangeKind::Renamed { to: after.name.clone() };
            add(&[before, after], kind, "a method has the name of its waiter", at.clone());
        }
        if before.rule() != after.rule() || !is_same_operation(&before.operation, &after.operation) {
            add(&[after], ChangeKind::of("rule"), "the method waits as the document says", at.clone());
        }
        if before.description != after.description {
            add(&[after], ChangeKind::of("documentation"), DOCUMENTATION, at);
        }
    }
}

impl Waiter {
    /// Returns all of the waiter but its name, its operation and its description.
    fn rule(&self) -> impl PartialEq {
        let states: Vec<_> = self.fields.iter().map(|field| (&field.name, &field.target, &field.failure)).collect();
        (states, self.done_when_gone, &self.gone, &self.not_yet, self.settle, self.every, self.within)
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::diff::tests::{changes, document_of_schema};

    #[test]
    fn a_waiter_with_another_target_has_another_rule() {
        let document = |target: &str| {
            let waiter = format!("{{operation: getThing, field: state, target: [{target}]}}");
            let schema = "{type: object, properties: {state: {type: string}}}";
            format!("x-waiters: {{waitForThing: {waiter}}}\n{}", document_of_schema(schema))
        };
        let changes = changes(&document("up"), &document("running"));
        assert_eq!(changes, "invisible waiter waitForThing: rule changed");
    }
}
