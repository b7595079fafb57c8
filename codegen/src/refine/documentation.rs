//! Writes doc comments.

use syn::{Attribute, parse_quote};

/// Lines of a doc comment are broken so that they stay within this, indentation aside.
const WIDTH: usize = 92;

/// A doc comment of one or more paragraphs.
pub(crate) fn doc(text: &str) -> Vec<Attribute> {
    lines(text).iter().map(|line| doc_line(line)).collect()
}

/// One line of a doc comment, as it is.
pub(crate) fn doc_line(line: &str) -> Attribute {
    let line = if line.is_empty() { String::new() } else { format!(" {line}") };
    parse_quote!(#[doc = #line])
}

/// The lines of a text, broken at spaces.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().flat_map(wrap).collect()
}

/// A text up to the end of its first sentence.
pub(crate) fn first_sentence(text: &str) -> &str {
    let end = text.find(". ").or_else(|| text.find(".\n"));
    end.map_or(text, |end| &text[..=end])
}

fn wrap(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.trim_end().split(' ') {
        let last = lines.last().map_or(0, String::len);
        if last > 0 && last + 1 + word.len() > WIDTH {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}
