//! Finds the spans of nodes in a text.
//!
//! The text is read again for this, and only the wanted nodes are kept.

mod json;
mod yaml;

use std::collections::{HashMap, HashSet};

use super::{Pointer, lines::Lines};
use crate::diagnostic::{Part, Span};

/// The spans of some nodes of a text.
pub(super) struct Positions<'a> {
    text: &'a str,
    nodes: HashMap<Pointer, Node>,
}

#[derive(Debug, PartialEq)]
struct Node {
    key: Option<Span>,
    /// None if nothing is written.
    value: Option<Span>,
}

impl<'a> Positions<'a> {
    pub(super) fn of(text: &'a str, wanted: impl Iterator<Item = Pointer>) -> Self {
        let wanted = with_ancestors(wanted);
        let nodes = json::nodes(text, &wanted).unwrap_or_else(|| yaml::nodes(text, wanted));
        Self { text, nodes }
    }

    /// Returns the span of a node, or of the nearest node around it if an alias or a merge key inserted it.
    pub(super) fn find(&self, at: &Pointer, part: Part) -> Span {
        let node = self.nodes.get(at);
        let span = node.and_then(|node| match part {
            Part::Key => node.key.or(node.value),
            Part::Value => node.value.or(node.key),
        });
        match span {
            Some(span) => span,
            None => at.parent().map_or_else(|| Lines::of(self.text).start(), |parent| self.find(&parent, part)),
        }
    }
}

fn with_ancestors(pointers: impl Iterator<Item = Pointer>) -> HashSet<Pointer> {
    let mut all = HashSet::new();
    for pointer in pointers {
        let mut next = Some(pointer);
        while let Some(pointer) = next.take_if(|pointer| !all.contains(pointer)) {
            next = pointer.parent();
            all.insert(pointer);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diagnostic::{self, NodeDiagnostic},
        source::Document,
    };

    /// Returns the span of a node as `line:column text`.
    fn span_of(text: &str, part: Part, steps: &str) -> String {
        let document = Document::parse("api.yaml", text).unwrap();
        let at = Pointer::default().join(steps);
        let diagnostic = NodeDiagnostic {
            location: diagnostic::Node { at, part },
            ..NodeDiagnostic::key(Pointer::default(), "", "")
        };
        let span = document.diagnostics(vec![diagnostic]).0[0].location.span;
        let text = &document.text()[span.offset..span.offset + span.length];
        format!("{}:{} {text}", span.line, span.column)
    }

    fn key(text: &str, steps: &str) -> String {
        span_of(text, Part::Key, steps)
    }

    fn value(text: &str, steps: &str) -> String {
        span_of(text, Part::Value, steps)
    }

    #[test]
    fn keys_and_values_are_told_apart() {
        let text = "a:\n  b: 'one'\n  c: [x, yy]\n";
        assert_eq!(key(text, "/a/b"), "2:3 b");
        assert_eq!(value(text, "/a/b"), "2:6 'one'");
        assert_eq!(value(text, "/a/c/1"), "3:10 yy");
        assert_eq!(key(text, "/a/c/1"), "3:10 yy", "an element has no key");
        assert_eq!(value(text, "/a"), "2:3 b", "an object starts with its first key");
    }

    #[test]
    fn columns_count_characters() {
        let text = "ü: {日本: ä, 'k é': \"naïve\"}\n";
        assert_eq!(key(text, "/ü/日本"), "1:5 日本");
        assert_eq!(value(text, "/ü/日本"), "1:9 ä");
        assert_eq!(value(text, "/ü/k é"), "1:19 \"naïve\"");
    }

    #[test]
    fn a_block_scalar_has_the_span_of_its_first_line() {
        let text = "a: |\n  first\n  second\nb: >-\n  folded\n  text\nc: 1\n";
        assert_eq!(value(text, "/a"), "2:3 first");
        assert_eq!(value(text, "/b"), "5:3 folded");
        assert_eq!(value(text, "/c"), "7:4 1");
    }

    #[test]
    fn nodes_of_json_have_spans() {
        let text = "{\n\t\"a\": {\"b\": [1, {\"c\": null}]},\n\t\"d~/\": true\n}\n";
        assert_eq!(key(text, "/a/b"), "2:8 \"b\"");
        assert_eq!(value(text, "/a/b/1/c"), "2:23 null");
        assert_eq!(value(text, "/d~0~1"), "3:9 true");
    }

    #[test]
    fn nodes_have_the_same_spans_in_json_and_in_yaml() {
        let text = "\u{feff}{\"\": [-1.5e+3,\r\n[], {}], \"\\u00e9\\\\\": {\"日本\": \"a \\\" ü\", \"\\\"\":\r[[\"x\"], true]}\n}";
        let steps = ["", "/", "/~", "//0", "//1", "//2", "/é\\", "/é\\/日本", "/é\\/\"", "/é\\/\"/0/0", "/é\\/\"/1"];
        let wanted = with_ancestors(steps.into_iter().map(|steps| Pointer::default().join(steps)));
        let (json, yaml) = (json::nodes(text, &wanted).unwrap(), yaml::nodes(text, wanted));
        assert_eq!(json.len(), steps.len());
        assert_eq!(json, yaml);
    }

    #[test]
    fn every_kind_of_line_break_ends_a_line() {
        assert_eq!(value("a: 1\r\nb:\r\n  c: x\r\n", "/b/c"), "3:6 x");
        assert_eq!(value("a: 1\rb:\r  c: x\r", "/b/c"), "3:6 x");
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(key("\u{feff}a: 1\nb: 2\n", "/a"), "1:1 a");
        assert_eq!(value("\u{feff}a: 1\nb: 2\n", "/b"), "2:4 2");
    }

    #[test]
    fn nodes_of_an_alias_have_its_span() {
        let text = "base: &base {x: 1}\nalias: *base\nmerged:\n  <<: *base\n  y: 2\n";
        assert_eq!(value(text, "/base/x"), "1:17 1");
        assert_eq!(value(text, "/alias/x"), "2:8 *base");
        assert_eq!(key(text, "/merged/x"), "3:1 merged");
        assert_eq!(value(text, "/merged/y"), "5:6 2");
    }

    #[test]
    fn a_missing_value_has_the_span_of_its_key() {
        assert_eq!(value("a:\nb: 1\n", "/a"), "1:1 a");
        assert_eq!(value("{a, b: 1}\n", "/a"), "1:2 a");
        assert_eq!(value("", ""), "1:1 ");
    }

    #[test]
    fn a_long_line_is_found_fast() {
        let fields: Vec<_> = (0..20_000).map(|index| format!("k{index}: é")).collect();
        let text = format!("{{{}}}", fields.join(", "));
        let document = Document::parse("api.yaml", text).unwrap();
        let at = |index: usize| Pointer::default().key(&format!("k{index}"));
        let diagnostics = (0..20_000).map(|index| NodeDiagnostic::value(at(index), "", "")).collect();
        let located = document.diagnostics(diagnostics).0;
        assert_eq!(located.len(), 20_000);
        assert_eq!(located[19_999].location.span.line, 1);
    }
}
