use std::{collections::HashSet, fmt::Write};

use serde_json::Value;
use syn::{Ident, parse_quote};

use super::{Argument, Code, Struct, argument_of, declaration, is_named, name_of};
use crate::{
    api::{Field, Model, Role, Schema, Shape},
    diagnostic::GenerateError,
    openapi::schema::reference,
};

/// Declares each struct that is sent in the macro that makes its `new` and its setters.
pub(super) fn declare(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    let unions = model.names_of_unions();
    code.for_each_struct("sent", model, |found, schema, fields| {
        if schema.role.is_sent() {
            found.source = source(found, schema, fields, model, &unions);
            found.impls.extend(default_of(found, fields));
        }
        Ok(())
    })
}

/// As text, because prettyplease does not know how to break the lines of a macro.
fn source(found: &mut Struct, schema: &Schema, fields: &[Field], model: &Model, unions: &HashSet<&str>) -> String {
    let mut sections = SECTIONS.map(|section| (section, String::new()));
    for (emitted, field) in found.fields(fields) {
        let (section, value) = placed(&emitted.ty, field);
        let (_, lines) = &mut sections[section as usize];
        let mut line = declaration::field(field, value);
        match &field.constant {
            Some(constant) => line.extend([" = ", &literal(constant, &field.schema, model)]),
            None => line.push_str(&in_brackets(section, field, value, unions)),
        }
        let lines_of_field = declaration::lines(field, &line);
        lines.extend(lines_of_field.map(|line| format!("            {line}\n")));
    }

    let is_made_of_nothing = sections.iter().all(|(section, lines)| section.is_optional() || lines.is_empty());
    let declares = if schema.role == Role::Both { "shared" } else { "sent" };
    let mut source = format!("{declares}! {{\n{}", declaration::head(schema, is_made_of_nothing));
    for (section, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
        let _ = write!(source, "        {} {{\n{lines}        }}\n", section.name());
    }
    source.push_str("    }\n}\n");
    source
}

/// What is made of nothing has a default. It is derived where nothing is required, and not where a value is given.
fn default_of(found: &Struct, fields: &[Field]) -> Option<syn::ItemImpl> {
    let mut required = fields.iter().filter(|field| field.required).peekable();
    let is_made_of_nothing = required.peek().is_some() && required.all(|field| field.constant.is_some());
    let name = &found.item.ident;
    is_made_of_nothing.then(|| {
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

/// The section of a field, and the type of its value.
fn placed<'a>(ty: &'a syn::Type, field: &Field) -> (Section, &'a syn::Type) {
    if field.constant.is_some() {
        (Section::Constant, ty)
    } else if field.required {
        (Section::Required, ty)
    } else if field.patch {
        (Section::Patch, argument_of(ty, "Patch").unwrap_or(ty))
    } else {
        (Section::Optional, argument_of(ty, "Option").unwrap_or(ty))
    }
}

/// What stands behind a field's type: nothing, where it is set to nothing but a value of it.
fn in_brackets(section: Section, field: &Field, ty: &syn::Type, unions: &HashSet<&str>) -> String {
    let has_setter = section.is_optional();
    let words = [
        field.secret.then(|| "secret".to_owned()),
        (has_setter && field.deprecated).then(|| "deprecated".to_owned()),
        (has_setter && is_method(&field.rust_name)).then(|| format!("by {}_", field.rust_name)),
        (!matches!(section, Section::Patch)).then(|| argument(ty, unions).to_string()),
    ];
    declaration::in_brackets(words.into_iter().flatten())
}

/// The most convenient argument that a value can be made of.
pub(super) fn argument(ty: &syn::Type, unions: &HashSet<&str>) -> Argument {
    Argument::of(ty, |ty| {
        let is_union = |name: &Ident| unions.contains(name.to_string().as_str());
        ["FilePart", "Secret", "String"].iter().any(|name| is_named(ty, name)) || name_of(ty).is_some_and(is_union)
    })
}

/// Whether a request has a method of this name, so that no setter can be called so.
fn is_method(name: &str) -> bool {
    ["new", "validate"].contains(&name)
}

/// The value of a field that can have no other.
fn literal(value: &Value, schema: &Value, model: &Model) -> String {
    let ty = reference(schema).and_then(|name| model.schema(name));
    match (value, ty.map(|schema| (&schema.name, &schema.shape))) {
        (Value::String(text), Some((name, Shape::Enum(variants)))) => {
            let variant = variants.iter().find(|variant| variant.text == *text);
            variant.map_or_else(|| format!("{name}::from({text:?})"), |variant| format!("{name}::{}", variant.name))
        }
        (Value::String(text), _) => format!("{text:?}.to_owned()"),
        (value, _) => value.to_string(),
    }
}
