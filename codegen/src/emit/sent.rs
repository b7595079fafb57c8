use std::{borrow::Cow, fmt::Write};

use serde_json::Value;
use syn::parse_quote;

use super::{Argument, declaration};
use crate::{
    api::{Api, Direction, Field, TypeDef, TypeKind},
    names::ident,
    progenitor::Type,
};

/// Declares a struct that is sent in the macro that makes its `new` and its setters. As text, because prettyplease does
/// not know how to break the lines of a macro.
pub(super) fn source(ty: &TypeDef, fields: &[Field], api: &Api) -> String {
    let mut sections = SECTIONS.map(|section| (section, String::new()));
    for field in fields {
        let section = Section::of(field);
        let value = value_type(field);
        let (_, lines) = &mut sections[section as usize];
        let mut line = declaration::field(field, &value);
        match &field.constant {
            Some(constant) => line.extend([" = ", &literal(constant, &field.schema.ty, api)]),
            None => line.push_str(&in_brackets(section, field, &value, api)),
        }
        let lines_of_field = declaration::lines(field, &line, api);
        lines.extend(lines_of_field.map(|line| format!("            {line}\n")));
    }

    let is_made_of_nothing = sections.iter().all(|(section, lines)| section.is_optional() || lines.is_empty());
    let declares = if ty.direction == Direction::Both { "shared" } else { "sent" };
    let mut source = format!("{declares}! {{\n{}", declaration::head(ty, is_made_of_nothing));
    for (section, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
        let _ = write!(source, "        {} {{\n{lines}        }}\n", section.name());
    }
    source.push_str("    }\n}\n");
    source
}

/// The default of what is made of nothing. It is derived where nothing is required, and not where a value is given.
pub(super) fn default_of(ty: &TypeDef, fields: &[Field]) -> Option<syn::ItemImpl> {
    let mut required = fields.iter().filter(|field| field.required).peekable();
    let is_made_of_nothing = required.peek().is_some() && required.all(|field| field.constant.is_some());
    let name = ident(&ty.name);
    (ty.direction.is_sent() && is_made_of_nothing).then(|| {
        parse_quote! {
            impl Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    })
}

/// What decides how a field gets its value.
#[derive(Clone, Copy)]
enum Section {
    Constant,
    Required,
    Optional,
    Patch,
}

const SECTIONS: [Section; 4] = [Section::Constant, Section::Required, Section::Optional, Section::Patch];

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

    /// Whether one can do without its fields.
    fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::Patch)
    }
}

/// The type of a field's value: what is required and may be null is an `Option`.
pub(super) fn value_type(field: &Field) -> Cow<'_, Type> {
    match &field.schema.ty {
        Type::Nullable(inner) if !field.required => Cow::Borrowed(inner),
        ty if field.required && field.nullable => Cow::Owned(Type::Nullable(Box::new(ty.non_null().clone()))),
        ty => Cow::Borrowed(ty),
    }
}

/// What stands behind a field's type: nothing, where it is set to nothing but a value of it.
fn in_brackets(section: Section, field: &Field, ty: &Type, api: &Api) -> String {
    let has_setter = section.is_optional();
    let words = [
        field.is_secret().then(|| "secret".to_owned()),
        (has_setter && field.deprecated).then(|| "deprecated".to_owned()),
        (has_setter && is_method(&field.rust_name)).then(|| format!("by {}_", field.rust_name)),
        (!matches!(section, Section::Patch)).then(|| Argument::of(ty, api).to_string()),
    ];
    declaration::in_brackets(words.into_iter().flatten())
}

/// Whether a request has a method of this name, so that no setter can be called so.
fn is_method(name: &str) -> bool {
    ["new", "validate"].contains(&name)
}

/// The value of a field that can have no other.
fn literal(value: &Value, ty: &Type, api: &Api) -> String {
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
