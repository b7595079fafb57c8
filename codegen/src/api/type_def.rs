//! The types of the document.

use serde_json::Value;

use super::{Constraints, Deprecation, Reader, Schema, UnionVariant, unions};
use crate::{
    json::{elements, fields, flag},
    names,
    normalize::merge::marks,
    openapi::{
        extensions::{DEPRECATED_VALUES, VARIANT_NAMES, read_deprecated_values},
        reference::pointer_to_schema,
        schema::{is_enum, is_newtype, is_union},
    },
    progenitor::Type,
    source::Pointer,
};

/// A type of the document.
#[derive(Debug)]
pub(crate) struct TypeDef {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) direction: Direction,
    pub(crate) kind: TypeKind,
    pub(crate) constraints: Constraints,
    /// The response type that this request type was split from.
    pub(crate) input_of: Option<String>,
    /// The location of its schema in the document.
    pub(crate) at: Pointer,
    /// The part of the API that it belongs to.
    pub(crate) area: String,
}

pub(crate) use marks::Direction;

#[derive(Debug)]
pub(crate) enum TypeKind {
    Struct(Vec<Field>),
    Enum(Vec<Variant>),
    Union(Vec<UnionVariant>),
    /// With the type in it.
    Newtype(Type),
}

impl TypeKind {
    /// Returns the types of the fields of a struct, or of the variants of a union.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Type> {
        let (fields, variants): (&[Field], &[UnionVariant]) = match self {
            Self::Struct(fields) => (fields, &[]),
            Self::Union(variants) => (&[], variants),
            Self::Enum(_) | Self::Newtype(_) => (&[], &[]),
        };
        let fields = fields.iter().map(|field| &field.schema.ty);
        fields.chain(variants.iter().map(|variant| &variant.schema.ty))
    }
}

#[derive(Debug)]
pub(crate) struct Field {
    /// The wire name.
    pub(crate) name: String,
    pub(crate) rust_name: String,
    pub(crate) description: Option<String>,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    /// Whether a request can keep, reset or set it: send `null`, or leave it out.
    pub(crate) patch: bool,
    pub(crate) deprecation: Option<Deprecation>,
    pub(crate) schema: Schema,
    /// Its only value in a request, which tells the variant of a union.
    pub(crate) constant: Option<Value>,
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// The value on the wire.
    pub(crate) text: String,
    /// The index of the value in the `enum` of the schema.
    pub(crate) index: usize,
    pub(crate) deprecation: Option<Deprecation>,
}

impl Direction {
    pub(crate) fn is_sent(self) -> bool {
        self != Self::Response
    }

    pub(crate) fn is_received(self) -> bool {
        self != Self::Request
    }
}

impl TypeDef {
    pub(super) fn read(name: &str, schema: &Value, reader: &Reader<'_>) -> Self {
        let at = pointer_to_schema(name);
        let kind = if is_enum(schema) {
            TypeKind::Enum(variants(schema))
        } else if is_newtype(schema) {
            TypeKind::Newtype(reader.types.at(&at))
        } else if is_union(schema) {
            TypeKind::Union(unions::read(name, schema, &at, reader))
        } else {
            TypeKind::Struct(struct_fields(schema, &at, reader))
        };
        let input_of = marks::input_of(schema).map(ToOwned::to_owned);
        let document_name = input_of.as_deref().unwrap_or(name);
        let component = || reader.pointer_to_component(document_name);
        Self {
            name: name.to_owned(),
            description: reader.prose(schema, "description"),
            direction: marks::direction(schema),
            kind,
            constraints: Constraints::read(schema),
            at: marks::origin(schema).unwrap_or_else(component),
            input_of,
            area: String::new(),
        }
    }
}

fn struct_fields(schema: &Value, at: &Pointer, reader: &Reader<'_>) -> Vec<Field> {
    let required: Vec<_> = elements(schema.get("required")).filter_map(Value::as_str).collect();
    let properties: Vec<_> = fields(schema.get("properties")).collect();
    let names: Vec<_> = properties.iter().map(|(name, _)| name.as_str()).collect();
    let at = at.key("properties");
    let fields = properties.into_iter().zip(names::fields(&names)).map(|((name, property), rust_name)| Field {
        name: name.clone(),
        rust_name,
        description: reader.prose(property, "description"),
        required: required.contains(&name.as_str()),
        nullable: flag(property, "nullable"),
        patch: marks::is_patch(property),
        deprecation: Deprecation::read(property),
        schema: reader.schema(property, &at.key(name)),
        constant: None,
    });
    fields.collect()
}

impl Field {
    /// Returns whether the value must not be shown.
    pub(crate) fn is_secret(&self) -> bool {
        self.schema.ty.is_secret()
    }
}

fn variants(schema: &Value) -> Vec<Variant> {
    let given = schema.get(VARIANT_NAMES);
    let values = schema.get("enum").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let deprecated = schema.get(DEPRECATED_VALUES);
    let deprecated =
        deprecated.and_then(|deprecated| read_deprecated_values(values, deprecated, &Pointer::default()).ok());
    let mut deprecated = deprecated.unwrap_or_default();
    let listed = values.iter().enumerate();
    let (indices, texts): (Vec<_>, Vec<_>) = listed.filter_map(|(index, value)| Some((index, value.as_str()?))).unzip();
    let names = names::variants(&texts, given);
    let variants = names.into_iter().zip(texts).zip(indices);
    let variants = variants.map(|((name, text), index)| {
        let deprecation = deprecated.shift_remove(text).map(Deprecation::by);
        Variant { name, text: text.to_owned(), index, deprecation }
    });
    variants.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tests::api_of_schemas;

    #[test]
    fn a_type_of_one_direction_is_split_off_where_the_directions_differ() {
        let api = api_of_schemas(
            "Thing: {type: object, required: [name], properties: {name: {type: string}, id: {type: string, readOnly: true}}}",
        );
        let types: Vec<_> = api.types.iter().map(|ty| (&*ty.name, ty.direction, ty.input_of.as_deref())).collect();
        assert_eq!(types, [("Thing", Direction::Response, None), ("ThingInput", Direction::Request, Some("Thing"))]);
    }

    #[test]
    fn a_variant_knows_its_value_and_index() {
        let api = api_of_schemas("Thing: {type: string, nullable: true, enum: [null, on, Off]}");
        let TypeKind::Enum(variants) = &api.types[0].kind else { panic!("not an enum") };
        let variants: Vec<_> = variants.iter().map(|variant| (&*variant.name, &*variant.text, variant.index)).collect();
        assert_eq!(variants, [("On", "on", 1), ("Off", "Off", 2)]);
    }
}
