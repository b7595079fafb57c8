use super::{
    names::Matches,
    row::{Change, Subject},
    rows::{At, Claim, Finding, Rows},
    types::{self, Pair},
};
use crate::{
    api::{TypeDef, Variant},
    source::Pointer,
};

/// The values of an enum.
pub(super) fn compare(rows: &mut Rows, of: Pair<'_>, old: &[Variant], new: &[Variant]) {
    let mut values = Matches::of(old, new, |old, new| old.text == new.text);
    values.pair(|old, new| old.name == new.name);
    for value in &values.removed {
        let at = At::Old(at(of.old, value));
        add(
            rows,
            of,
            value,
            Change::Removed,
            "it is no longer in the document, and arrives as `Unknown`",
            at,
            &[value],
        );
    }
    for value in &values.added {
        let at = At::New(at(of.new, value));
        add(rows, of, value, Change::Added, "enums are open, so every `match` has an arm for more", at, &[value]);
    }
    if values.is_reordered(old, new) {
        let cause = "nothing in Rust depends on the order of values";
        types::add(rows, of.new, Change::of("order"), cause, At::New(of.new.at()), Vec::new());
    }
    for (before, after) in values.both {
        let at = At::New(at(of.new, after));
        if before.text != after.text {
            let change = Change::Renamed { to: after.text.clone() };
            let cause = "it is another text over the wire, and the same variant in Rust";
            add(rows, of, before, change, cause, at, &[before, after]);
        } else if before.name != after.name {
            let change = Change::between("variant", before.name.clone(), after.name.clone());
            let cause = "a variant has the name that the document gives it";
            add(rows, of, before, change, cause, at, &[before, after]);
        }
    }
}

fn at(schema: &TypeDef, value: &Variant) -> Pointer {
    schema.at().key("enum").index(value.index)
}

fn add(
    rows: &mut Rows,
    of: Pair<'_>,
    value: &Variant,
    change: Change,
    cause: &'static str,
    at: At,
    variants: &[&Variant],
) {
    let types = [of.old, of.new];
    let variants =
        types.iter().flat_map(|ty| variants.iter().map(move |variant| format!("{}::{}", ty.name, variant.name)));
    let claims = variants.map(Claim::Item).collect();
    let name = format!("{}.{}", of.new.name_in_document(), value.text);
    rows.add(Finding { subject: Subject::Value, name, change, cause, at, claims });
}
