use super::{
    client::DOCUMENTATION,
    constraints,
    names::{Matches, position},
    row::{Change, Subject},
    rows::{At, Claim, Finding, Rows},
    types::{self, Pair},
};
use crate::api::{Api, Field, TypeDef};

const REQUIRED: &str = "what a request needs is an argument of `new`, what it may leave out a setter; what an answer \
                        promises has an accessor";

/// The fields of a struct.
pub(super) fn compare(rows: &mut Rows, of: Pair<'_>, old: &[Field], new: &[Field]) {
    let types = |old: &Field, new: &Field| of.models.kinds(&old.schema, &new.schema);
    let mut fields = Matches::of(old, new, |old, new| old.name == new.name);
    fields.pair(|before, after| {
        let (from, to) = types(before, after);
        from == to
            && (description(before, of.models.old) == description(after, of.models.new)
                || position(old, before) == position(new, after))
    });

    for field in &fields.removed {
        let (cause, at) = match of.new.at_field(field) {
            at if rows.new.root().pointer(at.as_str()).is_some() => ("it goes the other way only", At::New(at)),
            _ => ("it is no longer in the document", At::Old(of.old.at_field(field))),
        };
        add(rows, of, field, Change::Removed, cause, at, claims_of_new_name(of, field));
    }
    for field in &fields.added {
        let at = At::New(of.new.at_field(field));
        add(rows, of, field, Change::Added, REQUIRED, at, claims_of_new_name(of, field));
    }
    if fields.is_reordered(old, new) {
        let cause = "the arguments of `new` stand in the order of the document";
        types::add(rows, of.new, Change::of("order"), cause, At::New(of.new.at()), of_constructors(of));
    }
    for (before, after) in fields.both {
        compare_one(rows, of, before, after, types(before, after));
    }
}

fn compare_one(rows: &mut Rows, of: Pair<'_>, before: &Field, after: &Field, (from, to): (String, String)) {
    let is_described_alike = from != to || before.description == after.description;
    let at = At::New(of.new.at_field(after));
    if before.name != after.name {
        let change = Change::Renamed { to: after.name.clone() };
        let is_only_wire = before.rust_name == after.rust_name;
        let cause = if is_only_wire {
            "it goes by another name over the wire, and by the same in Rust"
        } else {
            "a field has the name of its property"
        };
        let claims = [before, after].into_iter().flat_map(|field| claims_of_new_name(of, field)).collect();
        add(rows, of, before, change, cause, at.clone(), claims);
    }
    if from != to {
        let change = Change::between("type", from, to);
        add(rows, of, after, change, "a field has the type of its property", at.clone(), claims(of, after));
    }
    if before.required != after.required {
        let change = Change::of_requiredness(before.required, after.required);
        add(rows, of, after, change, REQUIRED, at.clone(), claims_of_new_name(of, after));
    }
    if before.nullable != after.nullable {
        let change = Change::of_flag("nullable", before.nullable, after.nullable);
        let cause = "every field of an answer may be null anyway; one of a PATCH can be reset, another one left out";
        add(rows, of, after, change, cause, at.clone(), claims(of, after));
    } else if before.patch != after.patch {
        let change = Change::of_flag("resettable", before.patch, after.patch);
        let cause = "only in a PATCH is `null` another thing than a field that is left out";
        add(rows, of, after, change, cause, at.clone(), claims(of, after));
    }
    if before.deprecated != after.deprecated {
        let change = Change::of_flag("deprecated", before.deprecated, after.deprecated);
        let names = names(of.new, after).into_iter();
        let claims = names.map(Claim::Deprecation).collect();
        add(rows, of, after, change, "setters and accessors are deprecated with their field", at.clone(), claims);
    }
    let name = name_of(of, after);
    constraints::compare(
        rows,
        &name,
        &of.new.at_field(after),
        &before.schema.constraints,
        &after.schema.constraints,
        of.new.direction,
    );
    if !is_described_alike {
        add(rows, of, after, Change::of("documentation"), DOCUMENTATION, at, Vec::new());
    }
}

fn add(rows: &mut Rows, of: Pair<'_>, field: &Field, change: Change, cause: &'static str, at: At, claims: Vec<Claim>) {
    rows.add(Finding { subject: Subject::Field, name: name_of(of, field), change, cause, at, claims });
}

fn name_of(of: Pair<'_>, field: &Field) -> String {
    format!("{}.{}", of.new.name_in_document(), field.name)
}

/// The field and its methods, and where its type is that of an argument, `new`.
fn claims(of: Pair<'_>, field: &Field) -> Vec<Claim> {
    let names = [of.old, of.new].into_iter().flat_map(|schema| names(schema, field));
    let mut claims: Vec<_> = names.map(Claim::Item).collect();
    if field.required {
        claims.extend(of_constructors(of));
    }
    claims
}

/// The same where it may move into `new` or out of it.
fn claims_of_new_name(of: Pair<'_>, field: &Field) -> Vec<Claim> {
    let types = [of.old, of.new].map(|schema| Claim::Item(schema.name.clone()));
    claims(of, field).into_iter().chain(types).chain(of_constructors(of)).collect()
}

/// The type's `new`, and the one of the type that it was split from, which makes the same.
fn of_constructors(of: Pair<'_>) -> Vec<Claim> {
    let types = [of.old, of.new].into_iter().flat_map(|schema| [schema.name.as_str(), schema.name_in_document()]);
    types.map(|name| Claim::Item(format!("{name}::new"))).collect()
}

fn names(schema: &TypeDef, field: &Field) -> Vec<String> {
    let (ty, name) = (&schema.name, &field.rust_name);
    // A setter has `_` after the name of its field where a method of that name is there.
    vec![format!("{ty}.{name}"), format!("{ty}::{name}"), format!("{ty}::{name}_")]
}

/// What readers see of a field.
fn description(field: &Field, api: &Api) -> String {
    api.description_of(field).unwrap_or_else(|| field.name.clone())
}
