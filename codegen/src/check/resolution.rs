//! Where the references of a document lead.

use std::collections::HashMap;

use super::outline::Outline;
use crate::{openapi::grammar::Kind, source::Pointer};

/// How many schemas `allOf` and its like may put into one, each counted as often as it is there. More would be a
/// mistake, and to go through all that a few lines can stand for would take forever.
pub(super) const MAX_PARTS: usize = 1000;

/// Where a reference leads.
#[derive(Debug, PartialEq)]
pub(super) enum Resolution {
    /// To the node of this number, which is of the right kind.
    Target(usize),
    /// To another file or address.
    OtherDocument,
    /// To nothing.
    Nothing,
    /// To an object of this kind, which is not the right one, or to what is no object of OpenAPI at all.
    WrongKind(Option<Kind>),
    /// To an object of the right kind that has no name under `components`.
    Unnamed,
    /// Back to itself, by way of these nodes.
    Circle(Vec<usize>),
    /// To a schema that is made of too many others.
    TooMuch,
}

pub(super) fn resolve(outline: &Outline<'_>) -> HashMap<usize, Resolution> {
    let mut resolutions = HashMap::new();
    for node in outline.nodes() {
        if let Some(reference) = node.reference() {
            resolutions.insert(node.number, first_step(outline, node.kind, reference));
        }
    }
    Count { outline, resolutions, known: HashMap::new(), open: Vec::new() }.run()
}

fn first_step(outline: &Outline<'_>, kind: Kind, reference: &str) -> Resolution {
    let Some(at) = Pointer::of_reference(reference) else { return Resolution::OtherDocument };
    let Some(value) = outline.value(&at) else { return Resolution::Nothing };
    match outline.node(value) {
        Some(target) if target.kind == kind => {
            let section = kind.section().map(|section| Pointer::default().key("components").key(section));
            if section.is_some() && at.parent() == section {
                Resolution::Target(target.number)
            } else {
                Resolution::Unnamed
            }
        }
        target => Resolution::WrongKind(target.map(|target| target.kind)),
    }
}

/// Counts what each node is made of. On the way it marks one reference in each circle of nodes that are made of each
/// other, and the references to what is made of too much: without them, going on from a node to what it is made of
/// comes to an end, and soon.
struct Count<'o, 'a> {
    outline: &'o Outline<'a>,
    resolutions: HashMap<usize, Resolution>,
    /// How many parts a node has; none while they are being counted.
    known: HashMap<usize, Option<usize>>,
    /// The nodes whose parts are being counted, each a part of the one before.
    open: Vec<Open>,
}

struct Open {
    number: usize,
    to_count: Vec<usize>,
    parts: usize,
}

impl Count<'_, '_> {
    fn run(mut self) -> HashMap<usize, Resolution> {
        for node in self.outline.nodes() {
            self.count(node.number);
            while let Some(top) = self.open.last_mut() {
                match top.to_count.pop() {
                    Some(part) => self.count(part),
                    None => self.close(),
                }
            }
        }
        self.resolutions
    }

    /// Adds the parts of a node to those of the last open one, or opens it to count them first.
    fn count(&mut self, number: usize) {
        match self.known.get(&number) {
            None => {
                let to_count = self.made_of(number);
                self.known.insert(number, None);
                self.open.push(Open { number, to_count, parts: 1 });
            }
            Some(Some(parts)) => {
                if let Some(top) = self.open.last_mut() {
                    top.parts = top.parts.saturating_add(*parts);
                }
            }
            Some(None) => {
                let open = self.open.iter().map(|open| open.number);
                let circle = open.skip_while(|open| *open != number).collect();
                if let Some(top) = self.open.last() {
                    self.resolutions.insert(top.number, Resolution::Circle(circle));
                }
            }
        }
    }

    fn close(&mut self) {
        let Some(Open { number, mut parts, .. }) = self.open.pop() else { return };
        if parts > MAX_PARTS && self.resolutions.contains_key(&number) {
            self.resolutions.insert(number, Resolution::TooMuch);
            parts = 1;
        }
        self.known.insert(number, Some(parts));
        self.count(number);
    }

    fn made_of(&self, number: usize) -> Vec<usize> {
        match (self.resolutions.get(&number), self.outline.numbered(number)) {
            (Some(Resolution::Target(target)), _) => vec![*target],
            (None, Some(node)) => {
                let lists = ["allOf", "oneOf", "anyOf"].into_iter();
                let lists = lists.flat_map(|field| self.outline.children(node, field));
                lists.chain(self.outline.child(node, "not")).map(|part| part.number).collect()
            }
            _ => Vec::new(),
        }
    }
}
