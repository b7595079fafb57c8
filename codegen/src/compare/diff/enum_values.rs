//! Changes of the values of an enum.

use super::{
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer, RustItems},
    deprecations,
    matches::Matches,
    types::TypePair,
};
use crate::{
    api::{TypeDef, Variant},
    source::Pointer,
};

/// Compares the values of an enum.
pub(super) fn compare(changes: &mut Changes, of: TypePair<'_>, old: &[Variant], new: &[Variant]) {
    let mut values = Matches::of(old, new, |old, new| old.text == new.text);
    values.pair(|old, new| old.name == new.name);
    for value in &values.removed {
        let at = DocumentPointer::Old(at(of.old, value));
        let cause = "it is no longer in the document, and is decoded as `Unknown`";
        add(changes, of, &[value], ChangeKind::Removed, cause, at);
    }
    for value in &values.added {
        let at = DocumentPointer::New(at(of.new, value));
        let cause = "enums are open, so every `match` has an arm for more";
        add(changes, of, &[value], ChangeKind::Added, cause, at);
    }
    if values.is_reordered(old, new) {
        let cause = "nothing in Rust depends on the order of values";
        of.add(changes, ChangeKind::of("order"), cause, Vec::new());
    }
    for (before, after) in values.both {
        let at = DocumentPointer::New(at(of.new, after));
        if before.text != after.text {
            let kind = ChangeKind::Renamed { to: after.text.clone() };
            let cause = "it has another wire value, and the same variant in Rust";
            add(changes, of, &[before, after], kind, cause, at.clone());
        } else if before.name != after.name {
            let kind = ChangeKind::between("variant", before.name.clone(), after.name.clone());
            let cause = "a variant has the name that the document gives it";
            add(changes, of, &[before, after], kind, cause, at.clone());
        }
        if let Some(kind) = deprecations::between(before.deprecation.as_ref(), after.deprecation.as_ref()) {
            add(changes, of, &[after], kind, "a variant is deprecated with its value", at);
        }
    }
}

fn at(schema: &TypeDef, value: &Variant) -> Pointer {
    schema.at.key("enum").index(value.index)
}

/// Adds a change of a value. If its variant has another name now, `variants` has both.
fn add(
    changes: &mut Changes,
    of: TypePair<'_>,
    variants: &[&Variant],
    kind: ChangeKind,
    cause: &'static str,
    at: DocumentPointer,
) {
    let Some(value) = variants.first() else { return };
    let types = [of.old, of.new];
    let variants =
        types.iter().flat_map(|ty| variants.iter().map(move |variant| format!("{}::{}", ty.name, variant.name)));
    let items = variants.map(RustItems::Named).collect();
    let name = format!("{}.{}", of.new.name_in_document(), value.text);
    changes.add(DocumentChange { subject: Subject::Value, name, kind, cause, at, items });
}

#[cfg(test)]
mod tests {
    use crate::compare::diff::tests::changes_of_schema;

    #[test]
    fn a_value_can_be_added_and_removed() {
        let changes = changes_of_schema("{type: string, enum: [a, b]}", "{type: string, enum: [b, c]}");
        insta::assert_snapshot!(changes, @r#"
        breaking value Thing.a: removed
          Thing::A = "a" => -
        additive value Thing.c: added
          - => Thing::C = "c"
        "#);
    }

    #[test]
    fn a_value_with_the_same_variant_is_renamed() {
        let changes = changes_of_schema("{type: string, enum: [a-b]}", "{type: string, enum: [a_b]}");
        assert_eq!(changes, "invisible value Thing.a-b: renamed to a_b");
    }
}
