use super::{
    names::Matches,
    row::{Change, Subject},
    rows::{At, Claim, Finding, Rows},
    types::Pair,
};
use crate::api::UnionVariant;

/// The alternatives of a union.
pub(super) fn compare(rows: &mut Rows, of: Pair<'_>, old: &[UnionVariant], new: &[UnionVariant]) {
    let alternatives = Matches::of(old, new, |old, new| old.name == new.name);
    for alternative in &alternatives.removed {
        let cause = "it is no longer in the document, and arrives as another one or as `Unknown`";
        add(rows, of, alternative, Change::Removed, cause, At::Old(of.old.at()));
    }
    for alternative in &alternatives.added {
        let cause = "unions are open, so every `match` has an arm for more";
        add(rows, of, alternative, Change::Added, cause, At::New(of.new.at()));
    }
    for (before, after) in alternatives.both {
        let (from, to) = of.models.kinds(&before.schema, &after.schema);
        if from != to {
            let change = Change::between("type", from, to);
            add(rows, of, after, change, "a variant has the type of its alternative", At::New(of.new.at()));
        }
    }
}

fn add(rows: &mut Rows, of: Pair<'_>, alternative: &UnionVariant, change: Change, cause: &'static str, at: At) {
    let claims = [of.old, of.new].map(|ty| Claim::Item(format!("{}::{}", ty.name, alternative.name))).into();
    let name = format!("{}.{}", of.new.name_in_document(), alternative.name);
    rows.add(Finding { subject: Subject::Value, name, change, cause, at, claims });
}
