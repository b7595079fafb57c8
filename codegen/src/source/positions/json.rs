use std::collections::{HashMap, HashSet};

use serde::de::IgnoredAny;

use super::Node;
use crate::{diagnostic::Span, source::Pointer};

/// Where the wanted nodes of a text are; none where the text is not JSON.
///
/// The parser for YAML finds them, too, in ten times the time.
pub(super) fn nodes(text: &str, wanted: &HashSet<Pointer>) -> Option<HashMap<Pointer, Node>> {
    let json = text.trim_start_matches('\u{feff}');
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let mut reader =
        Reader { text, wanted, nodes: HashMap::new(), offset: text.len() - json.len(), line: 1, column: 1 };
    reader.value(Some(&Pointer::default()), None);
    Some(reader.nodes)
}

/// What reads a text that is known to be JSON, from an offset on, which is at a line and a column.
struct Reader<'a> {
    text: &'a str,
    wanted: &'a HashSet<Pointer>,
    nodes: HashMap<Pointer, Node>,
    offset: usize,
    line: usize,
    column: usize,
}

impl Reader<'_> {
    /// Reads a value, and what is in it. `at` is absent when nothing there is wanted. None when all is found.
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

    /// The first byte of the next token.
    fn next(&mut self) -> u8 {
        self.pass(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':'));
        self.byte()
    }

    /// Reads a token.
    fn token(&mut self) -> Span {
        let Self { offset, line, column, .. } = *self;
        match self.byte() {
            b'"' => {
                // The first quote is not the last.
                let mut is_escaped = true;
                self.pass(|byte| {
                    let is_last = byte == b'"' && !is_escaped;
                    is_escaped = byte == b'\\' && !is_escaped;
                    !is_last
                });
                self.step();
            }
            b'{' | b'}' | b'[' | b']' => self.step(),
            _ => self.pass(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')),
        }
        Span { line, column, offset, length: self.offset - offset }
    }

    fn pass(&mut self, mut is_passed: impl FnMut(u8) -> bool) {
        while self.offset < self.text.len() && is_passed(self.byte()) {
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

    /// The byte at the offset; at the end of the text, one that ends every token.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.offset).copied().unwrap_or(b'}')
    }
}
