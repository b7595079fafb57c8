//! Changes of types: their names, their directions and what they consist of.

use super::{
    apis::Apis,
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer, RustItems},
    client::{self, DOCUMENTATION},
    constraints, enum_values, fields,
    matches::Matches,
    renames::Renames,
    union_variants,
};
use crate::{
    api::{Api, Direction, Field, TypeDef, TypeKind},
    emit::text,
    source::Pointer,
};

/// Compares the types.
pub(super) fn compare(changes: &mut Changes, apis: Apis<'_>) {
    let Apis { old, new, renames } = apis;
    let types = Matches::of(&old.types, &new.types, |old, new| renames.new_name(&old.name) == new.name);
    for schema in &types.removed {
        let (kind, cause, at) = match &schema.input_of {
            Some(name) if new.type_def(renames.new_name(name)).is_some() => {
                let kind = ChangeKind::between("types", both_names(schema), name.clone());
                (kind, "the request no longer differs from the response", DocumentPointer::New(schema.at.clone()))
            }
            _ => (ChangeKind::Removed, "no operation leads to it any more", DocumentPointer::Old(schema.at.clone())),
        };
        add(changes, schema, kind, cause, at, items_of_split(schema));
    }
    for schema in &types.added {
        let at = DocumentPointer::New(schema.at.clone());
        let (kind, cause) = match &schema.input_of {
            Some(name) if old.type_def(name).is_some() => {
                let kind = ChangeKind::between("types", name.clone(), both_names(schema));
                (kind, "the request differs from the response now, and has a type of its own")
            }
            _ => (ChangeKind::Added, "a schema of a request or a response has a type of its own"),
        };
        add(changes, schema, kind, cause, at, items_of_split(schema));
    }
    if types.is_reordered(&old.types, &new.types) {
        client::add_reordered(changes, "types", "/components/schemas");
    }
    for (before, after) in types.both {
        TypePair { old: before, new: after, apis }.compare(changes);
    }
}

/// Returns the names of both types of a schema that is split.
fn both_names(schema: &TypeDef) -> String {
    format!("{} and {}", schema.name_in_document(), schema.name)
}

/// Returns the items that change when a request type is split off a response type, or no longer is.
fn items_of_split(schema: &TypeDef) -> Vec<RustItems> {
    let mut items = vec![RustItems::OfType(schema.name.clone())];
    if let Some(response) = &schema.input_of {
        items.push(RustItems::Renamed(Renames(vec![(response.clone(), schema.name.clone())])));
        items.push(RustItems::OfType(response.clone()));
    }
    items
}

/// One type in both crates.
#[derive(Clone, Copy)]
pub(super) struct TypePair<'a> {
    pub(super) old: &'a TypeDef,
    pub(super) new: &'a TypeDef,
    pub(super) apis: Apis<'a>,
}

impl TypePair<'_> {
    fn compare(self, changes: &mut Changes) {
        let (old, new) = (self.old, self.new);
        if old.name != new.name {
            let kind = ChangeKind::Renamed { to: new.name_in_document().to_owned() };
            let mut items = self.items();
            items.push(RustItems::Renamed(self.apis.renames.clone()));
            add(changes, old, kind, "a type has the name of its schema", DocumentPointer::New(new.at.clone()), items);
        }
        if old.direction != new.direction && !self.is_split_in_one() {
            let kind = ChangeKind::between("direction", old.direction.in_words(), new.direction.in_words());
            let cause = "request types have constructors and setters, response types have accessors";
            self.add(changes, kind, cause, self.items());
        }
        match (&old.kind, &new.kind) {
            (TypeKind::Struct(old), TypeKind::Struct(new)) => fields::compare(changes, self, old, new),
            (TypeKind::Enum(old), TypeKind::Enum(new)) => enum_values::compare(changes, self, old, new),
            (TypeKind::Union(old), TypeKind::Union(new)) => union_variants::compare(changes, self, old, new),
            (TypeKind::Newtype(old), TypeKind::Newtype(new)) => {
                if old != new {
                    let kind = ChangeKind::between("type", text(old), text(new));
                    self.add(changes, kind, "a newtype holds a value of this type", self.items());
                }
            }
            (old, new) => {
                let kind = ChangeKind::between("kind", old.in_words(), new.in_words());
                let cause = "an object or a newtype becomes a struct, and an enum or a union becomes an enum";
                self.add(changes, kind, cause, self.items());
            }
        }
        constraints::compare(
            changes,
            new.name_in_document(),
            &new.at,
            &old.constraints,
            &new.constraints,
            new.direction,
        );
        if old.description != new.description {
            self.add(changes, ChangeKind::of("documentation"), DOCUMENTATION, Vec::new());
        }
    }

    /// Returns whether only one of the APIs has a request type of its own.
    fn is_split_in_one(self) -> bool {
        let has_request_type =
            |api: &Api, schema: &TypeDef| api.types.iter().any(|other| other.input_of.as_ref() == Some(&schema.name));
        has_request_type(self.apis.old, self.old) != has_request_type(self.apis.new, self.new)
    }

    /// Adds a change of the type as a whole.
    pub(super) fn add(self, changes: &mut Changes, kind: ChangeKind, cause: &'static str, items: Vec<RustItems>) {
        add(changes, self.new, kind, cause, DocumentPointer::New(self.new.at.clone()), items);
    }

    pub(super) fn items(self) -> Vec<RustItems> {
        [self.old, self.new].map(|schema| RustItems::OfType(schema.name.clone())).into()
    }
}

fn add(
    changes: &mut Changes,
    schema: &TypeDef,
    kind: ChangeKind,
    cause: &'static str,
    at: DocumentPointer,
    items: Vec<RustItems>,
) {
    let name = schema.name_in_document().to_owned();
    changes.add(DocumentChange { subject: Subject::Type, name, kind, cause, at, items });
}

impl Direction {
    fn in_words(self) -> String {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Both => "request and response",
        }
        .to_owned()
    }
}

impl TypeKind {
    fn in_words(&self) -> String {
        match self {
            Self::Struct(_) => "object",
            Self::Enum(_) => "enum",
            Self::Union(_) => "union",
            Self::Newtype(_) => "newtype",
        }
        .to_owned()
    }
}

impl TypeDef {
    /// Returns the name of the schema, which two types have if it is split.
    pub(super) fn name_in_document(&self) -> &str {
        self.input_of.as_ref().unwrap_or(&self.name)
    }

    pub(super) fn at_field(&self, field: &Field) -> Pointer {
        self.at.key("properties").key(&field.name)
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::diff::tests::changes_of_schema;

    #[test]
    fn a_newtype_can_hold_another_type() {
        let of = |ty: &str| {
            let thing = "{type: object, properties: {id: {$ref: '#/components/schemas/Id'}}}";
            format!("{thing}, Id: {{{ty}, x-newtype: true}}")
        };
        insta::assert_snapshot!(changes_of_schema(&of("type: string, format: uuid"), &of("type: string")), @"
        breaking type Id: type changed from Uuid to String
          struct Id(Uuid) => struct Id(String)
        ");
        insta::assert_snapshot!(
            changes_of_schema(&of("type: string").replace(", x-newtype: true", ""), &of("type: string")),
            @"
        breaking field Thing.id: type changed from string to Id
          Thing.id: Option<String> => Thing.id: Option<Id>
        additive type Id: added
          - => struct Id(String)
        additive item use clickhouse_cloud_runtime::ParseNewtypeError: added
          - => use clickhouse_cloud_runtime::ParseNewtypeError
        "
        );
    }

    #[test]
    fn a_type_can_become_of_another_kind() {
        insta::assert_snapshot!(
            changes_of_schema("{type: string, enum: [a]}", "{type: object, properties: {a: {type: string}}}"),
            @r#"
        breaking type Thing: kind changed from enum to object
          enum Thing => struct Thing: Clone + Debug + Default + Deserialize + PartialEq + Serialize
          Thing::A = "a" => -
          - => Thing.a: Option<String>
        "#
        );
    }
}
