use saphyr_parser::{Marker, Span as ParserSpan};

use crate::diagnostic::Span;

/// How many characters are between two offsets that [`Lines`] keeps.
const STRIDE: usize = 256;

/// The lines of a text, to turn the spans of the parser into those of diagnostics.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// The offset of each line, in bytes.
    starts: Vec<usize>,
    /// The offset of each [`STRIDE`]th character: on a line of a megabyte, counting from its start is too slow.
    strides: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        // The parser does not count a byte order mark as a column.
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let breaks = text.bytes().enumerate().filter(|(offset, byte)| match byte {
            b'\n' => true,
            b'\r' => text.as_bytes().get(offset + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(first).chain(breaks.map(|(offset, _)| offset + 1)).collect();
        let strides = text.char_indices().step_by(STRIDE).map(|(offset, _)| offset).collect();
        Self { text, starts, strides }
    }

    /// Returns the part of a span that is on its first line.
    pub(super) fn span(&self, span: ParserSpan) -> Span {
        let offset = self.offset(span.start);
        // An error at the end of the text can be on a line that does not exist.
        let line = span.start.line().clamp(1, self.starts.len());
        let column = if line == span.start.line() {
            span.start.col() + 1
        } else {
            self.text[self.starts[line - 1].min(offset)..offset].chars().count() + 1
        };
        let line_end = self.starts.get(line).map_or(self.text.len(), |next| *next).max(offset);
        let rest = self.text[offset..line_end].trim_end();
        let length = self.offset(span.end).saturating_sub(offset).max(first_character_length(rest)).min(rest.len());
        Span { line, column, offset, length }
    }

    /// Returns the span of the character at a line and a column, from 1.
    pub(super) fn at(&self, line: usize, column: usize) -> Span {
        let line = line.clamp(1, self.starts.len());
        let start = self.starts[line - 1];
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        let rest = self.text[start..end].trim_end();
        let in_line = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(offset, _)| offset);
        Span { line, column, offset: start + in_line, length: first_character_length(&rest[in_line..]) }
    }

    /// Returns the span of an empty document.
    pub(super) fn start(&self) -> Span {
        self.span(ParserSpan::empty(Marker::new(0, 1, 0)))
    }

    fn offset(&self, marker: Marker) -> usize {
        let Some(&stride) = self.strides.get(marker.index() / STRIDE) else { return self.text.len() };
        let within = self.text[stride..].char_indices().nth(marker.index() % STRIDE);
        within.map_or(self.text.len(), |(offset, _)| stride + offset)
    }
}

/// Returns the length of the first character of a text, in bytes.
fn first_character_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_any_line_break() {
        let lines = Lines::of("a\r\nb\rc\nd");
        let offsets: Vec<_> = (1..=4).map(|line| lines.at(line, 1).offset).collect();
        assert_eq!(offsets, [0, 3, 5, 7]);
    }

    #[test]
    fn a_column_counts_characters_and_an_offset_bytes() {
        let span = Lines::of("äö: x").at(1, 5);
        assert_eq!((span.column, span.offset, span.length), (5, 6, 1));
    }

    #[test]
    fn a_line_after_the_end_is_the_last_one() {
        let span = Lines::of("a").at(9, 9);
        assert_eq!((span.line, span.offset, span.length), (1, 1, 0));
    }
}
