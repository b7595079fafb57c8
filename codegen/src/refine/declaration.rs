//! What the macros that make structs have in common: the head of a struct, and its fields.

use super::documentation;
use crate::{
    model::{Field, Schema},
    surface::text,
};

/// The lines up to a struct's first field, with the traits that it has beside those that the macro gives it.
pub(super) fn head(schema: &Schema, derived: &[&str]) -> String {
    let derive = (!derived.is_empty()).then(|| format!("#[derive({})]", derived.join(", ")));
    let lines = comment(&schema.description).chain(derive).chain([format!("pub struct {} {{", schema.name)]);
    lines.flat_map(|line| ["    ".to_owned(), line, "\n".to_owned()]).collect()
}

/// A field with the type of its value: `name as "wireName": Type`.
pub(super) fn field(field: &Field, value: &syn::Type) -> String {
    let wire = if field.name == field.rust_name { String::new() } else { format!(" as {:?}", field.name) };
    format!("{}{wire}: {}", field.rust_name, text(value))
}

/// The lines of a field: what it is, how serde takes it, and its declaration.
pub(super) fn lines(field: &Field, serde: Option<&str>, declaration: &str) -> impl Iterator<Item = String> {
    let deprecated = if field.deprecated { "\n\n**Deprecated** by the API." } else { "" };
    let serde = serde.map(|setting| format!("#[serde({setting})]"));
    let lines: Vec<_> = comment(&format!("{}{deprecated}", field.description)).collect();
    lines.into_iter().chain(serde).chain([format!("{declaration},")])
}

fn comment(text: &str) -> impl Iterator<Item = String> {
    let lines = documentation::lines(text).into_iter();
    lines.map(|line| if line.is_empty() { "///".to_owned() } else { format!("/// {line}") })
}
