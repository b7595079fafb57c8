//! The head and the fields of a struct, which the macros of requests and responses take in the same form.

use crate::{
    api::{Api, Field, TypeDef},
    emit::{
        doc_comment::{description_or_default, doc_lines},
        text,
    },
    progenitor::Type,
};

/// Returns the lines up to a struct's first field.
pub(super) fn head(ty: &TypeDef, derives_default: bool) -> String {
    let derive = derives_default.then(|| "#[derive(Default)]".to_owned());
    let description = description_or_default(ty.description.clone(), &ty.name);
    let lines = doc_lines(&description).chain(derive).chain([format!("pub struct {} {{", ty.name)]);
    format!("    {}\n", lines.collect::<Vec<_>>().join("\n    "))
}

/// Returns a field with the type of its value: `name as "wireName": Type`.
pub(super) fn field(field: &Field, ty: &Type) -> String {
    let wire_name = if field.name == field.rust_name { String::new() } else { format!(" as {:?}", field.name) };
    format!("{}{wire_name}: {}", field.rust_name, text(ty))
}

/// Returns words in brackets, or nothing if there are none.
pub(super) fn in_brackets(words: impl Iterator<Item = String>) -> String {
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() { String::new() } else { format!(" [{}]", words.join(" ")) }
}

/// Returns the lines of a field: its doc comment and its declaration.
pub(super) fn field_lines(field: &Field, declaration: &str, api: &Api) -> impl Iterator<Item = String> + use<> {
    let deprecated = if field.deprecated { "\n\n**Deprecated** by the API." } else { "" };
    let description = description_or_default(api.description_of(field), &field.name);
    let lines: Vec<_> = doc_lines(&format!("{description}{deprecated}")).collect();
    lines.into_iter().chain([format!("{declaration},")])
}
