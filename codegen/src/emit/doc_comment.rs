//! Doc comments of the emitted code, as attributes and as lines of source.

use std::borrow::Cow;

use proc_macro2::{Ident, Span};
use syn::{AttrStyle, Attribute, Expr, ExprLit, Lit, LitStr, Meta, MetaNameValue, Token, token::Bracket};
use textwrap::{WordSeparator, WordSplitter, WrapAlgorithm};

/// The longest line of a doc comment, without its indentation and the slashes.
const MAX_COLUMNS: usize = 92;

const LIST_ITEM: &str = "- ";
const LIST_INDENT: &str = "  ";

/// Returns a text of one or more paragraphs as the attributes of a doc comment.
pub(super) fn doc_attributes(text: &str) -> Vec<Attribute> {
    wrapped_lines(text).iter().map(|line| doc_attribute(line)).collect()
}

/// Returns one line as the attribute of a doc comment. There are thousands, so it is built rather than parsed.
pub(super) fn doc_attribute(line: &str) -> Attribute {
    let line = if line.is_empty() { String::new() } else { format!(" {line}") };
    let literal = Lit::Str(LitStr::new(&line, Span::call_site()));
    Attribute {
        pound_token: Token![#](Span::call_site()),
        style: AttrStyle::Outer,
        bracket_token: Bracket::default(),
        meta: Meta::NameValue(MetaNameValue {
            path: Ident::new("doc", Span::call_site()).into(),
            eq_token: Token![=](Span::call_site()),
            value: Expr::Lit(ExprLit { attrs: Vec::new(), lit: literal }),
        }),
    }
}

/// Returns a text of one or more paragraphs as lines of source, each with its `///`.
pub(super) fn doc_lines(text: &str) -> impl Iterator<Item = String> {
    let lines = wrapped_lines(text).into_iter();
    lines.map(|line| if line.is_empty() { "///".to_owned() } else { format!("/// {line}") })
}

/// Returns the lines of a text, broken at spaces. A heading ends a paragraph by itself, a link stays whole, and an item
/// of a list is indented after its first line.
fn wrapped_lines(text: &str) -> Vec<String> {
    let text = without_control_characters(text).replace("\n\n# ", "\n# ");
    let is_link = |line: &str| line.starts_with("[`") && line.ends_with(')') && line.matches('[').count() == 1;
    let lines = join_list_items(&text).into_iter();
    lines.flat_map(|line| if is_link(&line) { vec![line.into_owned()] } else { wrap(&line) }).collect()
}

/// Returns the lines of a text, with each item of a list in one line, except for code and lists in it.
fn join_list_items(text: &str) -> Vec<Cow<'_, str>> {
    let is_fence = |line: &str| line.starts_with("```") || line.starts_with("~~~");
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        in_code ^= is_fence(trimmed);
        let goes_on = line.starts_with(LIST_INDENT) && !in_code && !is_fence(trimmed) && !starts_item(trimmed);
        match lines.last_mut().filter(|last| last.starts_with(LIST_ITEM)) {
            Some(item) if goes_on => item.to_mut().extend([" ", trimmed]),
            _ => lines.push(line.into()),
        }
    }
    lines
}

/// Returns whether a line starts an item of a list of any kind.
fn starts_item(line: &str) -> bool {
    let marker = line.split(' ').next().unwrap_or_default();
    let number = marker.trim_end_matches(['.', ')']);
    ["-", "*", "+"].contains(&marker) || number != marker && number.chars().all(|digit| digit.is_ascii_digit())
}

/// Replaces what the compiler refuses in a comment: control characters, and those that turn the direction of the text.
fn without_control_characters(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.replace(|letter: char| letter != '\n' && letter.is_control() || turns(letter), " ")
}

fn wrap(line: &str) -> Vec<String> {
    let options = textwrap::Options::new(MAX_COLUMNS)
        .break_words(false)
        .subsequent_indent(if line.starts_with(LIST_ITEM) { LIST_INDENT } else { "" })
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(line, options).into_iter().map(Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{doc_lines, wrapped_lines};

    #[test]
    fn a_comment_holds_no_character_that_compilers_refuse() {
        assert_eq!(wrapped_lines("a\rb\r\nc\0d\u{202e}e\tf"), ["a", "b", "c d e f"]);
    }

    #[test]
    fn an_item_of_a_list_is_indented_after_its_first_line() {
        let text = format!("- 404: {}\n  word\n- 500: word", "word ".repeat(20).trim_end());
        insta::assert_snapshot!(doc_lines(&text).collect::<Vec<_>>().join("\n"), @r"
        /// - 404: word word word word word word word word word word word word word word word word word
        ///   word word word word
        /// - 500: word
        ");
    }

    #[test]
    fn code_and_lists_in_an_item_keep_their_lines() {
        let text = "- a\n  b\n  - c\n  1. d\n\n```\n- e:\n  f\n```\n- g\n  h";
        let lines = ["- a b", "  - c", "  1. d", "", "```", "- e:", "  f", "```", "- g h"];
        assert_eq!(wrapped_lines(text), lines);
    }

    #[test]
    fn long_lines_are_wrapped_and_links_are_not() {
        let link = format!("[`GET /things`](https://example.com/{})", "a".repeat(80));
        let text = format!("{}\n\n{link}\n\n# Errors\nNone.", "word ".repeat(20).trim_end());
        insta::assert_snapshot!(doc_lines(&text).collect::<Vec<_>>().join("\n"), @r"
        /// word word word word word word word word word word word word word word word word word word
        /// word word
        ///
        /// [`GET /things`](https://example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)
        /// # Errors
        /// None.
        ");
    }
}
