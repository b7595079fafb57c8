use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, Span};

use super::{Part, Pointer};
use crate::complaint::Place;

/// Where the nodes of a document are in its text.
pub(super) struct Positions<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
    nodes: HashMap<Pointer, Node>,
}

struct Node {
    key: Option<Span>,
    value: Span,
}

/// A container whose children are being read.
enum Open {
    Mapping { at: Pointer, key: Option<(String, Span)> },
    Sequence { at: Pointer, index: usize },
}

impl<'a> Positions<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut positions = Self { text, line_starts: line_starts(text), nodes: HashMap::new() };
        let mut open = Vec::new();
        // The text has been parsed before, so an error can only mean that the two parsers disagree: what was found
        // until then is still right.
        for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
            positions.read(&mut open, event, span);
        }
        positions
    }

    fn read(&mut self, open: &mut Vec<Open>, event: Event<'_>, span: Span) {
        if let (Event::Scalar(text, ..), Some(Open::Mapping { key: key @ None, .. })) = (&event, open.last_mut()) {
            *key = Some((text.to_string(), span));
            return;
        }
        match event {
            Event::Scalar(..) | Event::Alias(_) => {
                self.place(open, span);
            }
            Event::MappingStart(..) => {
                let at = self.place(open, span);
                open.push(Open::Mapping { at, key: None });
            }
            Event::SequenceStart(..) => {
                let at = self.place(open, span);
                open.push(Open::Sequence { at, index: 0 });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
            }
            _ => {}
        }
    }

    /// Notes where a value is, and returns the way to it.
    fn place(&mut self, open: &mut [Open], value: Span) -> Pointer {
        let (at, key) = match open.last_mut() {
            None => (Pointer::default(), None),
            Some(Open::Mapping { at, key }) => match key.take() {
                Some((name, span)) => (at.key(&name), Some(span)),
                None => (at.clone(), None),
            },
            Some(Open::Sequence { at, index }) => {
                *index += 1;
                (at.index(*index - 1), None)
            }
        };
        self.nodes.insert(at.clone(), Node { key, value });
        at
    }

    /// The place of a node; of the nearest one around it, for what an alias or a merge key has brought in.
    pub(super) fn find(&self, at: &Pointer, part: Part) -> Option<Place> {
        match (self.nodes.get(at), part) {
            (Some(Node { key: Some(key), .. }), Part::Key) => self.resolve(*key),
            (Some(node), _) => self.resolve(node.value),
            (None, _) => self.find(&at.parent()?, part),
        }
    }

    fn resolve(&self, span: Span) -> Option<Place> {
        let offset = self.offset(span.start)?;
        let end = self.offset(span.end).unwrap_or(offset);
        let rest_of_line = self.text[offset..].lines().next().unwrap_or_default().trim_end();
        let length = end.saturating_sub(offset).clamp(1, rest_of_line.len().max(1));
        Some(Place { line: span.start.line(), column: span.start.col() + 1, offset, length })
    }

    fn offset(&self, marker: Marker) -> Option<usize> {
        let line_start = *self.line_starts.get(marker.line().checked_sub(1)?)?;
        let in_line = self.text[line_start..].char_indices().nth(marker.col());
        Some(in_line.map_or(self.text.len(), |(offset, _)| line_start + offset))
    }
}

/// The place of a line and a column, both from 1.
pub(super) fn place(text: &str, line: usize, column: usize) -> Option<Place> {
    let line_start = *line_starts(text).get(line.checked_sub(1)?)?;
    let rest = text[line_start..].lines().next().unwrap_or_default();
    let in_line = rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(offset, _)| offset);
    Some(Place { line, column, offset: line_start + in_line, length: 1.min(rest.len() - in_line) })
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(offset, _)| offset + 1)).collect()
}
