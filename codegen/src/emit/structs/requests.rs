//! Request types, in the macros that give them a `new` with what is required and a setter for each of the rest.

use std::{borrow::Cow, fmt::Write};

use serde_json::Value;
use syn::{ItemImpl, parse_quote};

use super::declaration;
use crate::{
    api::{Api, Field, TypeDef, TypeKind},
    emit::Argument,
    names::ident,
    progenitor::Type,
};

/// Returns the declaration of a request type.
pub(super) fn declare(ty: &TypeDef, fields: &[Field], api: &Api) -> String {
    let derives_default = fields.iter().all(|field| Section::of(field).is_optional());
    let mut source = declaration::head(ty, derives_default);
    for section in [Section::Constant, Section::Required, Section::Optional, Section::Patch] {
        let of_section = fields.iter().filter(|field| Section::of(field) == section);
        let lines =
            of_section.flat_map(|field| declaration::field_lines(field, fields, &field_declaration(field, api), api));
        let lines = lines.collect::<Vec<_>>().join("\n            ");
        if !lines.is_empty() {
            let _ = write!(source, "        {} {{\n            {lines}\n        }}\n", section.name());
        }
    }
    source.push_str("    }\n");
    source
}

/// Emits the `Default` of a type whose `new` takes nothing. It is derived where no field is required, and cannot be
/// where one has a constant value.
pub(super) fn default_impl(ty: &TypeDef, fields: &[Field]) -> Option<ItemImpl> {
    let has = |section: Section| fields.iter().any(|field| Section::of(field) == section);
    if !ty.direction.is_sent() || !has(Section::Constant) || has(Section::Required) {
        return None;
    }
    let name = ident(&ty.name);
    Some(parse_quote! {
        impl Default for #name {
            fn default() -> Self {
                Self::new()
            }
        }
    })
}

/// Returns the type of a field's value: what is required and nullable is an `Option`.
pub(super) fn value_type(field: &Field) -> Cow<'_, Type> {
    match &field.schema.ty {
        Type::Nullable(inner) if !field.required => Cow::Borrowed(inner),
        ty if field.required && field.nullable => Cow::Owned(Type::Nullable(Box::new(ty.non_null().clone()))),
        ty => Cow::Borrowed(ty),
    }
}

/// A part of the macro, by how its fields get their values.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    /// From the document: a discriminator.
    Constant,
    /// From an argument of `new`.
    Required,
    /// From a setter.
    Optional,
    /// From a setter that takes a `Patch`.
    Patch,
}

impl Section {
    fn of(field: &Field) -> Self {
        if field.constant.is_some() {
            Self::Constant
        } else if field.required {
            Self::Required
        } else if field.patch {
            Self::Patch
        } else {
            Self::Optional
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Patch => "patch",
        }
    }

    fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::Patch)
    }
}

fn field_declaration(field: &Field, api: &Api) -> String {
    let ty = value_type(field);
    let declaration = declaration::field(field, &ty);
    match &field.constant {
        Some(constant) => format!("{declaration} = {}", constant_value(constant, &field.schema.ty, api)),
        None => format!("{declaration}{}", declaration::in_brackets(options(field, &ty, api))),
    }
}

/// Returns the value of a field that can have no other.
fn constant_value(value: &Value, ty: &Type, api: &Api) -> String {
    let ty = api.type_def_of(ty).map(|ty| (&ty.name, &ty.kind));
    match (value, ty) {
        (Value::String(text), Some((name, TypeKind::Enum(variants)))) => {
            let variant = variants.iter().find(|variant| variant.text == *text);
            variant.map_or_else(|| format!("{name}::from({text:?})"), |variant| format!("{name}::{}", variant.name))
        }
        (Value::String(text), _) => format!("{text:?}.to_owned()"),
        (value, _) => value.to_string(),
    }
}

/// Returns the words in brackets behind a field's type.
fn options(field: &Field, ty: &Type, api: &Api) -> impl Iterator<Item = String> {
    let section = Section::of(field);
    let has_setter = section.is_optional();
    let words = [
        field.is_secret().then(|| "secret".to_owned()),
        (has_setter && is_method_of_requests(&field.rust_name)).then(|| format!("by {}_", field.rust_name)),
        (section != Section::Patch).then(|| Argument::of(ty, api).to_string()),
    ];
    words.into_iter().flatten()
}

/// Returns whether every request type has a method of this name, which no setter can have then.
fn is_method_of_requests(name: &str) -> bool {
    ["new", "validate"].contains(&name)
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted_for_schemas, from_line};

    #[test]
    fn fields_stand_in_sections_by_how_they_get_their_values() {
        let schemas = "
    Thing:
      type: object
      required: [tags, id]
      properties:
        id: {type: string, readOnly: true}
        tags: {type: array, items: {type: string}}
        newName: {type: string, description: The new name.}
        new: {type: boolean, deprecated: true}
        key: {type: string, format: password, writeOnly: true}";
        let file = emitted_for_schemas("src/types/operations.rs", schemas);
        let (declaration, _) = from_line(&file, "request! {").split_once("\n#[expect").unwrap();
        insta::assert_snapshot!(declaration, @r#"
        request! {
            pub struct ThingInput {
                required {
                    tags: Vec<String> [of into String],
                }
                optional {
                    /// The new name.
                    new_name as "newName": String [into],
                    #[deprecated]
                    new: bool [by new_],
                    key: Secret [secret into],
                }
            }
        }
        "#);
    }
}
