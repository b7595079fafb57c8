use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::Node;
use crate::source::{Pointer, lines::Lines};

/// Returns the spans of the wanted nodes of a text.
pub(super) fn nodes(text: &str, wanted: HashSet<Pointer>) -> HashMap<Pointer, Node> {
    let mut reader = Reader { lines: Lines::of(text), wanted, nodes: HashMap::new() };
    let mut open = Vec::new();
    // The text was read without errors before, so this one can only be JSON that is not YAML. The spans before an error
    // are right.
    for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
        reader.read(&mut open, event, span);
        if reader.nodes.len() == reader.wanted.len() {
            break;
        }
    }
    reader.nodes
}

struct Reader<'a> {
    lines: Lines<'a>,
    wanted: HashSet<Pointer>,
    nodes: HashMap<Pointer, Node>,
}

/// A mapping or a sequence whose children are being read. `at` is none if none of them is wanted.
enum Open {
    Mapping { at: Option<Pointer>, key: Option<(String, Span)> },
    Sequence { at: Option<Pointer>, index: usize },
}

impl Reader<'_> {
    fn read(&mut self, open: &mut Vec<Open>, event: Event<'_>, span: Span) {
        if let (Event::Scalar(text, ..), Some(Open::Mapping { key: key @ None, .. })) = (&event, open.last_mut()) {
            *key = Some((text.to_string(), span));
            return;
        }
        match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if text.is_empty() => {
                self.record(open, None);
            }
            Event::Scalar(..) | Event::Alias(_) => {
                self.record(open, Some(span));
            }
            Event::MappingStart(..) => {
                let at = self.record(open, Some(span));
                open.push(Open::Mapping { at, key: None });
            }
            Event::SequenceStart(..) => {
                let at = self.record(open, Some(span));
                open.push(Open::Sequence { at, index: 0 });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
            }
            _ => {}
        }
    }

    /// Records the span of a value, and returns its pointer if it is wanted.
    fn record(&mut self, open: &mut [Open], value: Option<Span>) -> Option<Pointer> {
        let (at, key) = match open.last_mut() {
            None => (Some(Pointer::default()), None),
            Some(Open::Mapping { at, key }) => {
                let (name, key) = key.take()?;
                (at.as_ref().map(|at| at.key(&name)), Some(key))
            }
            Some(Open::Sequence { at, index }) => {
                *index += 1;
                (at.as_ref().map(|at| at.index(*index - 1)), None)
            }
        };
        let at = at.filter(|at| self.wanted.contains(at))?;
        let span = |span| self.lines.span(span);
        let node = Node { key: key.map(span), value: value.map(span) };
        self.nodes.insert(at.clone(), node);
        Some(at)
    }
}
