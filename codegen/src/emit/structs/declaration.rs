//! The head and the fields of a struct, which the macros of requests and responses take in the same form.

use crate::{
    api::{Api, Field, TypeDef},
    emit::{deprecation::Notice, doc_comment::doc_lines, text},
    progenitor::Type,
};

/// The columns that a declaration of a field has in one line, beside its indentation.
const MAX_COLUMNS: usize = 100;

/// Returns the lines up to a struct's first field.
pub(super) fn head(ty: &TypeDef, derives_default: bool) -> String {
    let derive = derives_default.then(|| "#[derive(Default)]".to_owned());
    let lines = doc_lines(ty.description.as_deref().unwrap_or_default())
        .chain(derive)
        .chain([format!("pub struct {} {{", ty.name)]);
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

/// Returns the lines of a field, which is one of these: its doc comment, its deprecation and its declaration.
pub(super) fn field_lines(
    field: &Field,
    fields: &[Field],
    declaration: &str,
    api: &Api,
) -> impl Iterator<Item = String> + use<> {
    let beside = |name: &str| {
        let replacement = fields.iter().find(|other| other.name == name)?;
        Some(format!("Self::{}", replacement.rust_name))
    };
    let notice = field.deprecation.as_ref().map(|deprecation| Notice::of(deprecation, beside));
    let paragraphs = [api.description_of(field), notice.as_ref().and_then(Notice::paragraph)];
    let doc = paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let lines = doc_lines(&doc).chain(notice.map(|notice| notice.attribute_line())).collect::<Vec<_>>();
    lines.into_iter().chain(declaration_lines(declaration))
}

/// Returns a declaration in one line, or with its type on a second one if it is long.
fn declaration_lines(declaration: &str) -> Vec<String> {
    match declaration.split_once(": ") {
        Some((name, ty)) if declaration.len() > MAX_COLUMNS => vec![format!("{name}:"), format!("    {ty},")],
        _ => vec![format!("{declaration},")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_declaration_has_its_type_on_a_line_of_its_own() {
        assert_eq!(declaration_lines("name: String"), ["name: String,"]);
        let name = "n".repeat(MAX_COLUMNS);
        let lines = declaration_lines(&format!("{name}: Vec<a::B> [of B]"));
        assert_eq!(lines, [format!("{name}:"), "    Vec<a::B> [of B],".to_owned()]);
    }
}
