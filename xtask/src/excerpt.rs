use codegen::Span;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// The number of characters that are shown of a line before a location, and after it.
const MAX_CHARACTERS: usize = 100;

/// The lines around a location, shortened: a document can be one line of a megabyte.
#[derive(Debug)]
pub(crate) struct Excerpt {
    file: String,
    location: Span,
    text: String,
    /// The offset of the location in the text.
    offset: usize,
    /// The number of lines before the text.
    lines_before: usize,
}

impl Excerpt {
    pub(crate) fn new(file: &str, text: &str, location: Span) -> Self {
        let (before, after) = text.split_at(location.offset);
        let (start_of_line, above) = last_line(before);
        let (rest_of_line, below) = first_line(after);
        let mut excerpt = above.map(|above| last_line(above).0 + "\n").unwrap_or_default();
        let lines_before = location.line - 1 - excerpt.lines().count();
        excerpt.push_str(&start_of_line);
        let offset = excerpt.len();
        excerpt.push_str(&rest_of_line);
        if let Some(below) = below.filter(|below| !below.is_empty()) {
            excerpt.push('\n');
            excerpt.push_str(&first_line(below).0);
        }
        Self { file: file.to_owned(), location, text: excerpt, offset, lines_before }
    }

    /// Returns the span of the location in the excerpt.
    pub(crate) fn span(&self) -> SourceSpan {
        let length = self.location.length.min(self.text[self.offset..].lines().next().unwrap_or_default().len());
        (self.offset, length).into()
    }
}

impl SourceCode for Excerpt {
    /// miette calls this without context for the line and column to name, and with context for the lines to show.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (span, line, column) = match context_lines_before {
            0 => (*span, self.location.line - 1, self.location.column - 1),
            _ => ((0, self.text.len()).into(), self.lines_before, 0),
        };
        let data = self.text.as_bytes().get(span.offset()..span.offset() + span.len());
        let data = data.ok_or(MietteError::OutOfBounds)?;
        let lines = self.text.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(self.file.clone(), data, span, line, column, lines)))
    }
}

/// Returns the first line of a text, shortened, and the text after it; nothing after a line that is shortened.
fn first_line(text: &str) -> (String, Option<&str>) {
    match text.char_indices().take(MAX_CHARACTERS).find(|(_, character)| *character == '\n') {
        Some((end, _)) => (text[..end].trim_end_matches('\r').to_owned(), Some(&text[end + 1..])),
        None => match text.char_indices().nth(MAX_CHARACTERS) {
            Some((end, _)) => (format!("{}…", &text[..end]), None),
            None => (text.to_owned(), None),
        },
    }
}

/// Returns the last line of a text, shortened, and the text before it; nothing before a line that is shortened.
fn last_line(text: &str) -> (String, Option<&str>) {
    match text.char_indices().rev().take(MAX_CHARACTERS).find(|(_, character)| *character == '\n') {
        Some((end, _)) => (text[end + 1..].to_owned(), Some(text[..end].trim_end_matches('\r'))),
        None => match text.char_indices().nth_back(MAX_CHARACTERS - 1) {
            Some((start, _)) if start > 0 => (format!("…{}", &text[start..]), None),
            _ => (text.to_owned(), None),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the excerpt around the first `x` of a text, and the number of lines before it.
    fn excerpt(text: &str) -> (String, usize) {
        let offset = text.find('x').unwrap();
        let line = text[..offset].matches('\n').count() + 1;
        let excerpt = Excerpt::new("a", text, Span { line, column: 1, offset, length: 1 });
        let span = excerpt.span();
        assert_eq!(&excerpt.text[span.offset()..][..span.len()], "x");
        (excerpt.text, excerpt.lines_before)
    }

    #[test]
    fn an_excerpt_has_a_line_above_and_a_line_below() {
        assert_eq!(excerpt("x"), ("x".to_owned(), 0));
        assert_eq!(excerpt("a\nb\n  x: 1\nc\nd\n"), ("b\n  x: 1\nc".to_owned(), 1));
        assert_eq!(excerpt("a\r\nx\r\nb\r\n"), ("a\nx\nb".to_owned(), 0));
    }

    #[test]
    fn a_long_line_is_shortened_on_both_sides() {
        let long = "ä".repeat(10 * MAX_CHARACTERS);
        let (text, lines_before) = excerpt(&format!("above\n{long}x{long}\nbelow"));
        let shortened = "ä".repeat(MAX_CHARACTERS);
        assert_eq!(text, format!("…{shortened}x{}…", &shortened[2..]));
        assert_eq!(lines_before, 1);
    }
}
