//! Changes of the variants of a union.

use super::{
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer, RustItems},
    matches::Matches,
    types::TypePair,
};
use crate::api::UnionVariant;

/// Compares the variants of a union.
pub(super) fn compare(changes: &mut Changes, of: TypePair<'_>, old: &[UnionVariant], new: &[UnionVariant]) {
    let variants = Matches::of(old, new, |old, new| old.name == new.name);
    for variant in &variants.removed {
        let cause = "it is no longer in the document, and is decoded as another variant or as `Unknown`";
        add(changes, of, variant, ChangeKind::Removed, cause, DocumentPointer::Old(of.old.at.clone()));
    }
    for variant in &variants.added {
        let cause = "unions are open, so every `match` has an arm for more";
        add(changes, of, variant, ChangeKind::Added, cause, DocumentPointer::New(of.new.at.clone()));
    }
    for (before, after) in variants.both {
        let (from, to) = of.apis.types_in_words(&before.schema, &after.schema);
        if from != to {
            let kind = ChangeKind::between("type", from, to);
            add(
                changes,
                of,
                after,
                kind,
                "a variant has the type of its schema",
                DocumentPointer::New(of.new.at.clone()),
            );
        }
    }
}

fn add(
    changes: &mut Changes,
    of: TypePair<'_>,
    variant: &UnionVariant,
    kind: ChangeKind,
    cause: &'static str,
    at: DocumentPointer,
) {
    let items = [of.old, of.new].map(|ty| RustItems::Named(format!("{}::{}", ty.name, variant.name))).into();
    let name = format!("{}.{}", of.new.name_in_document(), variant.name);
    changes.add(DocumentChange { subject: Subject::Value, name, kind, cause, at, items });
}

#[cfg(test)]
mod tests {
    use crate::compare::diff::tests::changes_of_schema;

    #[test]
    fn a_variant_can_be_added() {
        insta::assert_snapshot!(
            changes_of_schema(
                "{oneOf: [{type: string}, {type: boolean}]}",
                "{oneOf: [{type: string}, {type: boolean}, {type: array, items: {type: string}}]}"
            ),
            @r"
        additive value Thing.List: added
          - => Thing::List(Vec<String>)
        "
        );
    }
}
