//! Makes names in Rust of the names in a document, as progenitor does.

pub(crate) mod imported;
pub(crate) mod plurals;

use std::collections::{HashMap, HashSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::Ident;
use quote::format_ident;
use serde_json::Value;

/// The names that emitted code uses without importing them.
const PRELUDE: [&str; 16] = [
    "Box",
    "Client",
    "Clone",
    "Debug",
    "Default",
    "From",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Option",
    "PartialEq",
    "Result",
    "String",
    "ToString",
    "TryFrom",
    "Vec",
];

/// The variant that every enum has for the values that its schema does not list.
pub(crate) const CATCH_ALL: &str = "Unknown";

/// The length of `continue`.
const MAX_KEYWORD_LENGTH: usize = 8;

/// Returns the name of a type, or of a variant of an enum.
pub(crate) fn type_name(text: &str) -> String {
    identifier(&words(text).to_upper_camel_case(), 'X')
}

/// Returns the name of a field, a method, a parameter or a module.
pub(crate) fn value_name(text: &str) -> String {
    identifier(&words(text).to_snake_case(), 'x')
}

/// Returns the name of a type or a variant that is one in Rust, but may be a keyword.
pub(crate) fn escaped(name: &str) -> String {
    identifier(name, 'X')
}

/// Returns a name as an identifier.
pub(crate) fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

/// Returns the names of the types of components.
pub(crate) fn types(names: &[&str]) -> Vec<String> {
    // The upper case of a letter can be two letters, the second of which is lower case.
    distinct(names, |name| type_name(&type_name(name)), Names::of_types())
}

/// Returns the names of the fields of properties.
pub(crate) fn fields(names: &[&str]) -> Vec<String> {
    distinct(names, value_name, Names::default())
}

/// Returns the names of the variants of values: those of `x-variant-names`, and others for the rest.
pub(crate) fn variants(values: &[&str], given: Option<&Value>) -> Vec<String> {
    let given: HashMap<_, _> =
        values.iter().filter_map(|value| Some((*value, given?.get(*value)?.as_str()?.to_owned()))).collect();
    let taken = given.values().cloned().chain([CATCH_ALL.to_owned()]);
    let others: Vec<_> = values.iter().filter(|value| !given.contains_key(*value)).copied().collect();
    let mut others = distinct(&others, variant, Names(taken.collect())).into_iter();
    values.iter().filter_map(|value| given.get(value).cloned().or_else(|| others.next())).collect()
}

/// Returns the name of the variant of a value, if there are no others.
pub(crate) fn variant(value: &str) -> String {
    if value.is_empty() {
        return "Empty".to_owned();
    }
    let symbols: Vec<_> = value.chars().map_while(symbol).collect();
    if symbols.len() == value.chars().count() { symbols.concat() } else { type_name(value) }
}

/// Names that are in use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// Returns the names that no type can have.
    pub(crate) fn of_types() -> Self {
        PRELUDE.into_iter().chain(imported::names()).collect()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Takes a name. Returns whether it was unused.
    pub(crate) fn take(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned())
    }

    /// Takes a name, with a number after it if it is in use.
    pub(crate) fn unused(&mut self, name: &str) -> String {
        let separator = if name.ends_with(|last: char| last.is_ascii_digit()) { "x" } else { "" };
        // With a number, `Self` is no keyword, and progenitor gives a type no underscore.
        let stem = if name == "Self_" { "Self" } else { name };
        let numbered = (2..).map(|number| format!("{stem}{separator}{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| self.take(name)).unwrap_or_default()
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        Self(names.into_iter().map(ToOwned::to_owned).collect())
    }
}

/// Returns a distinct name in Rust for each name. Those that need no change have precedence.
fn distinct(names: &[&str], in_rust: impl Fn(&str) -> String, mut taken: Names) -> Vec<String> {
    let wanted: Vec<_> = names.iter().map(|name| in_rust(name)).collect();
    let is_kept: Vec<_> = names.iter().zip(&wanted).map(|(name, wanted)| name == wanted && taken.take(name)).collect();
    let all = wanted.into_iter().zip(is_kept);
    all.map(|(name, is_kept)| if is_kept { name } else { taken.unused(&name) }).collect()
}

fn words(text: &str) -> String {
    match text {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => text.replace('\'', "").replace(|letter: char| !unicode_ident::is_xid_continue(letter), "-"),
    }
}

fn identifier(text: &str, prefix: char) -> String {
    // The name of a type starts with an upper-case letter, which not every alphabet has: a value may have the same name.
    let may_start = |first| unicode_ident::is_xid_start(first) && (prefix.is_lowercase() || first.is_uppercase());
    let prefixed = match text.chars().next() {
        Some(first) if may_start(first) => text.to_owned(),
        _ => format!("{prefix}{text}"),
    };
    let may_be_keyword = prefixed.len() <= MAX_KEYWORD_LENGTH;
    let is_keyword = may_be_keyword && (prefixed == "gen" || syn::parse_str::<Ident>(&prefixed).is_err());
    if is_keyword { format!("{prefixed}_") } else { prefixed }
}

/// Returns the name of a character that cannot be in an identifier.
fn symbol(character: char) -> Option<&'static str> {
    Some(match character {
        ' ' => "Space",
        '!' => "Not",
        '"' => "Quote",
        '#' => "Hash",
        '$' => "Dollar",
        '%' => "Percent",
        '&' => "And",
        '\'' => "Apostrophe",
        '(' | '[' | '{' => "Open",
        ')' | ']' | '}' => "Close",
        '*' => "Star",
        '+' => "Plus",
        ',' => "Comma",
        '-' => "Minus",
        '.' => "Dot",
        '/' => "Slash",
        ':' => "Colon",
        ';' => "Semicolon",
        '<' => "Less",
        '=' => "Equal",
        '>' => "Greater",
        '?' => "Question",
        '@' => "At",
        '\\' => "Backslash",
        '^' => "Caret",
        '_' => "Underscore",
        '`' => "Backtick",
        '|' => "Or",
        '~' => "Tilde",
        '≠' => "Unequal",
        '≤' => "AtMost",
        '≥' => "AtLeast",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ() {
        assert_eq!(
            fields(&["foo-bar", "foo_bar", "fooBar", "foo_bar2"]),
            ["foo_bar3", "foo_bar", "foo_bar4", "foo_bar2"]
        );
        assert_eq!(types(&["thing", "Thing", "Option"]), ["Thing2", "Thing", "Option2"]);
        assert_eq!(types(&["Self", "SELF"]), ["Self_", "Self2"]);
        assert_eq!((type_name("日本"), value_name("日本")), ("X日本".to_owned(), "日本".to_owned()));
        assert_eq!(variants(&["us-east-1", "us-east1"], None), ["UsEast1", "UsEast1x2"]);
        let given = serde_json::json!({ "a": "B" });
        assert_eq!(variants(&["a", "b", "unknown"], Some(&given)), ["B", "B2", "Unknown2"]);
    }

    #[test]
    fn every_name_is_one_in_rust() {
        for text in
            ["", "1", "-", "$", "+1", "-1", "self", "Self", "gen", "²", "日本", "ß", "\u{301}a", "a\u{200d}b", "_"]
        {
            let long = text.repeat(200);
            for text in [text, &long] {
                for name in [type_name(text), value_name(text), variant(text)] {
                    assert!(syn::parse_str::<Ident>(&name).is_ok(), "{text}: {name}");
                }
            }
        }
        assert_eq!(variants(&["", "-", "$", ">=", "*"], None), ["Empty", "Minus", "Dollar", "GreaterEqual", "Star"]);
    }

    #[test]
    fn a_name_in_rust_is_called_by_itself() {
        for text in ["fooBar", "type", "API_Key", "ßx", "a1B2", "x²"] {
            for name in types(&[text]) {
                assert_eq!(type_name(&name), name);
            }
            assert_eq!(value_name(&value_name(text)), value_name(text));
        }
    }
}
