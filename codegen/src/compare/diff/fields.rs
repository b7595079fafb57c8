//! Changes of the fields of a struct.

use super::{
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer, RustItems},
    client::DOCUMENTATION,
    constraints, deprecations,
    matches::{Matches, position},
    types::TypePair,
};
use crate::api::{Api, Field, TypeDef};

const REQUIRED: &str = "a required field of a request is an argument of `new`, and an optional one has a setter; a \
                        required field of a response has an accessor";

/// Compares the fields of a struct.
pub(super) fn compare(changes: &mut Changes, of: TypePair<'_>, old: &[Field], new: &[Field]) {
    let types = |old: &Field, new: &Field| of.apis.types_in_words(&old.schema, &new.schema);
    let mut fields = Matches::of(old, new, |old, new| old.name == new.name);
    fields.pair(|before, after| {
        let (from, to) = types(before, after);
        from == to
            && (description(before, of.apis.old) == description(after, of.apis.new)
                || position(old, before) == position(new, after))
    });

    for field in &fields.removed {
        let (cause, at) = match of.new.at_field(field) {
            at if changes.new.root().pointer(at.as_str()).is_some() => {
                ("it is only in the other direction", DocumentPointer::New(at))
            }
            _ => ("it is no longer in the document", DocumentPointer::Old(of.old.at_field(field))),
        };
        add(changes, of, field, ChangeKind::Removed, cause, at, items_and_constructors(of, field));
    }
    for field in &fields.added {
        let at = DocumentPointer::New(of.new.at_field(field));
        add(changes, of, field, ChangeKind::Added, REQUIRED, at, items_and_constructors(of, field));
    }
    if fields.is_reordered(old, new) {
        let cause = "the arguments of `new` stand in the order of the document";
        of.add(changes, ChangeKind::of("order"), cause, constructors(of));
    }
    for (before, after) in fields.both {
        compare_one(changes, of, before, after, types(before, after));
    }
}

fn compare_one(changes: &mut Changes, of: TypePair<'_>, before: &Field, after: &Field, (from, to): (String, String)) {
    let is_described_alike = from != to || before.description == after.description;
    let at = DocumentPointer::New(of.new.at_field(after));
    if before.name != after.name {
        let kind = ChangeKind::Renamed { to: after.name.clone() };
        let is_same_in_rust = before.rust_name == after.rust_name;
        let cause = if is_same_in_rust {
            "it has another wire name, and the same name in Rust"
        } else {
            "a field has the name of its property"
        };
        let items = [before, after].into_iter().flat_map(|field| items_and_constructors(of, field)).collect();
        add(changes, of, before, kind, cause, at.clone(), items);
    }
    if from != to {
        let kind = ChangeKind::between("type", from, to);
        add(changes, of, after, kind, "a field has the type of its property", at.clone(), items(of, after));
    }
    if before.required != after.required {
        let kind = ChangeKind::of_requiredness(before.required, after.required);
        add(changes, of, after, kind, REQUIRED, at.clone(), items_and_constructors(of, after));
    }
    if before.nullable != after.nullable {
        let kind = ChangeKind::of_flag("nullable", before.nullable, after.nullable);
        let cause =
            "every field of a response may be null anyway; one of a request can then be reset, if it is optional";
        add(changes, of, after, kind, cause, at.clone(), items(of, after));
    } else if before.patch != after.patch {
        let kind = ChangeKind::of_flag("resettable", before.patch, after.patch);
        let cause = "only JSON has a `null`, which differs from a field that is left out";
        add(changes, of, after, kind, cause, at.clone(), items(of, after));
    }
    if let Some(kind) = deprecations::between(before.deprecation.as_ref(), after.deprecation.as_ref()) {
        let names = names(of.new, after).into_iter();
        let items = names.map(RustItems::Deprecation).collect();
        add(
            changes,
            of,
            after,
            kind,
            "a field is deprecated with its property, and so are its setter and its accessor",
            at.clone(),
            items,
        );
    }
    let name = name_of(of, after);
    constraints::compare(
        changes,
        &name,
        &of.new.at_field(after),
        &before.schema.constraints,
        &after.schema.constraints,
        of.new.direction,
    );
    if !is_described_alike {
        add(changes, of, after, ChangeKind::of("documentation"), DOCUMENTATION, at, Vec::new());
    }
}

fn add(
    changes: &mut Changes,
    of: TypePair<'_>,
    field: &Field,
    kind: ChangeKind,
    cause: &'static str,
    at: DocumentPointer,
    items: Vec<RustItems>,
) {
    changes.add(DocumentChange { subject: Subject::Field, name: name_of(of, field), kind, cause, at, items });
}

fn name_of(of: TypePair<'_>, field: &Field) -> String {
    format!("{}.{}", of.new.name_in_document(), field.name)
}

/// Returns a field with its methods, and `new` if the field is one of its arguments.
fn items(of: TypePair<'_>, field: &Field) -> Vec<RustItems> {
    let names = [of.old, of.new].into_iter().flat_map(|schema| names(schema, field));
    let mut items: Vec<_> = names.map(RustItems::Named).collect();
    if field.required {
        items.extend(constructors(of));
    }
    items
}

/// Returns the items of a field that may become an argument of `new`, or no longer be one.
fn items_and_constructors(of: TypePair<'_>, field: &Field) -> Vec<RustItems> {
    let types = [of.old, of.new].map(|schema| RustItems::Named(schema.name.clone()));
    items(of, field).into_iter().chain(types).chain(constructors(of)).collect()
}

/// Returns the `new` of a type, and of the type that it is split from.
fn constructors(of: TypePair<'_>) -> Vec<RustItems> {
    let types = [of.old, of.new].into_iter().flat_map(|schema| [schema.name.as_str(), schema.name_in_document()]);
    types.map(|name| RustItems::Named(format!("{name}::new"))).collect()
}

fn names(schema: &TypeDef, field: &Field) -> Vec<String> {
    let (ty, name) = (&schema.name, &field.rust_name);
    // A setter has `_` after the name of its field where a method of that name is there.
    vec![format!("{ty}.{name}"), format!("{ty}::{name}"), format!("{ty}::{name}_")]
}

/// Returns what the documentation of a field shows.
fn description(field: &Field, api: &Api) -> String {
    api.description_of(field).unwrap_or_else(|| field.name.clone())
}

#[cfg(test)]
mod tests {
    use crate::compare::diff::tests::changes_of_schema;

    #[test]
    fn a_field_with_the_same_position_and_type_is_renamed() {
        insta::assert_snapshot!(
            changes_of_schema(
                "{type: object, properties: {a: {type: string}}}",
                "{type: object, properties: {b: {type: string}}}"
            ),
            @r"
        breaking field Thing.a: renamed to b
          Thing.a: Option<String> => -
          - => Thing.b: Option<String>
        "
        );
    }

    #[test]
    fn a_required_field_has_an_accessor() {
        insta::assert_snapshot!(
            changes_of_schema(
                "{type: object, properties: {a: {type: string}}}",
                "{type: object, required: [a], properties: {a: {type: string}}}"
            ),
            @r"
        additive field Thing.a: requiredness changed from optional to required
          - => Thing::a(&self) -> Result<&str, MissingField>
        "
        );
    }
}
