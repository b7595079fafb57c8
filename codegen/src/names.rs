//! From the document's names to Rust's, in the way that progenitor does it.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::Ident;
use quote::format_ident;

/// The name of a type, or of a variant of an enum.
pub(crate) fn type_name(text: &str) -> String {
    identifier(&words(text).to_upper_camel_case(), 'X')
}

/// The name of a field, a method, a parameter or a module.
pub(crate) fn value_name(text: &str) -> String {
    identifier(&words(text).to_snake_case(), 'x')
}

/// A name as it stands in code.
pub(crate) fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

fn words(text: &str) -> String {
    match text {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => text.replace('\'', "").replace(|letter: char| letter != '_' && !letter.is_alphanumeric(), "-"),
    }
}

fn identifier(text: &str, prefix: char) -> String {
    let prefixed = match text.chars().next() {
        Some(first) if first.is_alphabetic() => text.to_owned(),
        _ => format!("{prefix}{text}"),
    };
    if syn::parse_str::<Ident>(&prefixed).is_ok() { prefixed } else { format!("{prefixed}_") }
}
