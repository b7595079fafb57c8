use std::collections::{HashMap, HashSet};

use serde::de::IgnoredAny;

use super::Node;
use crate::{diagnostic::Span, source::Pointer};

/// Returns the spans of the wanted nodes of a text; none if it is not JSON.
///
/// The YAML parser takes ten times as long.
pub(super) fn nodes(text: &str, wanted: &HashSet<Pointer>) -> Option<HashMap<Pointer, Node>> {
    let json = text.trim_start_matches('\u{feff}');
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let mut reader =
        Reader { text, wanted, nodes: HashMap::new(), offset: text.len() - json.len(), line: 1, column: 1 };
    reader.value(Some(&Pointer::default()), None);
    Some(reader.nodes)
}

/// Reads a text that is JSON.
struct Reader<'a> {
    text: &'a str,
    wanted: &'a HashSet<Pointer>,
    nodes: HashMap<Pointer, Node>,
    offset: usize,
    line: usize,
    column: usize,
}

impl Reader<'_> {
    /// Reads a value and those in it. `at` is none if none of them is wanted. Returns none once all nodes are found.
    fn value(&mut self, at: Option<&Pointer>, key: Option<Span>) -> Option<()> {
        let first = self.next();
        let value = self.token();
        if let Some(at) = at {
            self.nodes.insert(at.clone(), Node { key, value: Some(value) });
            if self.nodes.len() == self.wanted.len() {
                return None;
            }
        }
        let inside = |child: &dyn Fn(&Pointer) -> Pointer, wanted: &HashSet<Pointer>| {
            at.map(child).filter(|child| wanted.contains(child))
        };
        match first {
            b'{' => {
                while self.next() != b'}' {
                    let key = self.token();
                    let name = &self.text[key.offset..self.offset];
                    let name = || serde_json::from_str::<String>(name).unwrap_or_default();
                    let inside = inside(&|at| at.key(&name()), self.wanted);
                    self.value(inside.as_ref(), Some(key))?;
                }
                self.token();
            }
            b'[' => {
                let mut index = 0;
                while self.next() != b']' {
                    let inside = inside(&|at| at.index(index), self.wanted);
                    self.value(inside.as_ref(), None)?;
                    index += 1;
                }
                self.token();
            }
            _ => {}
        }
        Some(())
    }

    /// Skips to the next token, and returns its first byte.
    fn next(&mut self) -> u8 {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':'));
        self.byte()
    }

    /// Reads a token, and returns its span.
    fn token(&mut self) -> Span {
        let Self { offset, line, column, .. } = *self;
        match self.byte() {
            b'"' => {
                // The first quote is not the last.
                let mut is_escaped = true;
                self.skip_while(|byte| {
                    let is_last = byte == b'"' && !is_escaped;
                    is_escaped = byte == b'\\' && !is_escaped;
                    !is_last
                });
                self.step();
            }
            b'{' | b'}' | b'[' | b']' => self.step(),
            _ => self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')),
        }
        Span { line, column, offset, length: self.offset - offset }
    }

    fn skip_while(&mut self, mut is_skipped: impl FnMut(u8) -> bool) {
        while self.offset < self.text.len() && is_skipped(self.byte()) {
            self.step();
        }
    }

    fn step(&mut self) {
        let byte = self.byte();
        self.offset += 1;
        if byte == b'\n' || byte == b'\r' && self.byte() != b'\n' {
            (self.line, self.column) = (self.line + 1, 1);
        } else if self.text.is_char_boundary(self.offset) {
            self.column += 1;
        }
    }

    /// Returns the byte at the offset, or at the end of the text one that ends every token.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.offset).copied().unwrap_or(b'}')
    }
}
