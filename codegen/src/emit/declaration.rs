//! What the macros that make structs have in common: the head of a struct, and its fields.

use super::{doc_comment, text};
use crate::{
    api::{Api, Field, TypeDef},
    progenitor::Type,
};

/// The lines up to a struct's first field.
pub(super) fn head(ty: &TypeDef, has_default: bool) -> String {
    let derive = has_default.then(|| "#[derive(Default)]".to_owned());
    let description = doc_comment::or_undescribed(ty.description.clone(), &ty.name);
    let lines = comment(&description).chain(derive).chain([format!("pub struct {} {{", ty.name)]);
    lines.flat_map(|line| ["    ".to_owned(), line, "\n".to_owned()]).collect()
}

/// A field with the type of its value: `name as "wireName": Type`.
pub(super) fn field(field: &Field, value: &Type) -> String {
    let wire = if field.name == field.rust_name { String::new() } else { format!(" as {:?}", field.name) };
    format!("{}{wire}: {}", field.rust_name, text(value))
}

/// The lines of a field: what it is, and its declaration.
pub(super) fn lines(field: &Field, declaration: &str, api: &Api) -> impl Iterator<Item = String> + use<> {
    let deprecated = if field.deprecated { "\n\n**Deprecated** by the API." } else { "" };
    let description = doc_comment::or_undescribed(api.description_of(field), &field.name);
    let lines: Vec<_> = comment(&format!("{description}{deprecated}")).collect();
    lines.into_iter().chain([format!("{declaration},")])
}

/// Words in brackets, if there are any.
pub(super) fn in_brackets(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() { String::new() } else { format!(" [{}]", words.join(" ")) }
}

fn comment(text: &str) -> impl Iterator<Item = String> {
    let lines = doc_comment::lines(text).into_iter();
    lines.map(|line| if line.is_empty() { "///".to_owned() } else { format!("/// {line}") })
}
