use std::collections::HashMap;

use super::outline::{Node, Outline};
use crate::{
    openapi::{grammar::Kind, reference::MAX_REFERENCE_CHAIN},
    source::Pointer,
};

/// How many schemas one may consist of, through references, `allOf`, `oneOf`, `anyOf` and `not`. Each is counted as
/// often as it occurs: a few lines can stand for more schemas than any machine goes through.
pub(super) const MAX_PARTS: usize = 1000;

/// Where a reference leads.
#[derive(Debug, PartialEq)]
pub(super) enum Resolution {
    /// To the node of this number, which is of the right kind.
    Target(usize),
    /// To another file or address.
    OtherDocument,
    /// To a node that does not exist.
    Missing,
    /// To an object of another kind, or to a node that is not an object of OpenAPI.
    WrongKind(Option<Kind>),
    /// To an object of the right kind that has no name under `components`.
    Unnamed,
    /// Back to itself, through the nodes of these numbers.
    Cycle(Vec<usize>),
    /// To a schema that consists of more than [`MAX_PARTS`].
    TooManyParts,
}

/// Returns the resolution of each reference, by the number of its node.
pub(super) fn resolve(outline: &Outline<'_>) -> HashMap<usize, Resolution> {
    let mut resolutions = HashMap::new();
    for node in outline.nodes() {
        if let Some(reference) = node.reference() {
            resolutions.insert(node.number, look_up(outline, node, reference));
        }
    }
    PartCounter { outline, resolutions, counts: HashMap::new(), open: Vec::new() }.run()
}

fn look_up(outline: &Outline<'_>, node: &Node<'_>, reference: &str) -> Resolution {
    let Some(at) = Pointer::of_reference(reference) else { return Resolution::OtherDocument };
    let Some(value) = outline.tree().pointer(at.as_str()) else { return Resolution::Missing };
    match outline.node_of(value) {
        Some(target) if target.kind == node.kind => {
            let section = node.kind.section().map(|section| Pointer::default().key("components").key(section));
            if section.is_some() && at.parent() == section {
                Resolution::Target(target.number)
            } else {
                cycle_without_names(outline, node).map_or(Resolution::Unnamed, Resolution::Cycle)
            }
        }
        target => Resolution::WrongKind(target.map(|target| target.kind)),
    }
}

/// Returns the numbers of the nodes through which a reference leads back to itself, none of which needs a name.
fn cycle_without_names(outline: &Outline<'_>, start: &Node<'_>) -> Option<Vec<usize>> {
    let mut cycle = vec![start.number];
    let mut node = start;
    while cycle.len() <= MAX_REFERENCE_CHAIN {
        let at = Pointer::of_reference(node.reference()?)?;
        node = outline.node_of(outline.tree().pointer(at.as_str())?)?;
        if node.number == start.number {
            return Some(cycle);
        }
        cycle.push(node.number);
    }
    None
}

/// Counts the parts of each node, and marks the references that would make a walk over parts endless or too long: one
/// in each cycle, and those to more than [`MAX_PARTS`].
///
/// It keeps its own stack, because chains of references can be as long as the document.
struct PartCounter<'o, 'a> {
    outline: &'o Outline<'a>,
    resolutions: HashMap<usize, Resolution>,
    /// The number of parts of each node; none while it is open.
    counts: HashMap<usize, Option<usize>>,
    /// The nodes whose parts are being counted, each a part of the one before.
    open: Vec<Open>,
}

struct Open {
    number: usize,
    to_count: Vec<usize>,
    count: usize,
}

impl PartCounter<'_, '_> {
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
        match self.counts.get(&number) {
            None => {
                let to_count = self.direct_parts(number);
                self.counts.insert(number, None);
                self.open.push(Open { number, to_count, count: 1 });
            }
            Some(Some(count)) => {
                if let Some(top) = self.open.last_mut() {
                    top.count = top.count.saturating_add(*count);
                }
            }
            Some(None) => {
                let open = self.open.iter().map(|open| open.number);
                let cycle = open.skip_while(|open| *open != number).collect();
                if let Some(top) = self.open.last() {
                    self.resolutions.insert(top.number, Resolution::Cycle(cycle));
                }
            }
        }
    }

    fn close(&mut self) {
        let Some(Open { number, mut count, .. }) = self.open.pop() else { return };
        if count > MAX_PARTS && self.resolutions.contains_key(&number) {
            self.resolutions.insert(number, Resolution::TooManyParts);
            count = 1;
        }
        self.counts.insert(number, Some(count));
        self.count(number);
    }

    fn direct_parts(&self, number: usize) -> Vec<usize> {
        match (self.resolutions.get(&number), self.outline.node(number)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Document;

    /// Returns the resolution of each reference, in the order of the text.
    fn resolutions(schemas: &str) -> Vec<Resolution> {
        let document = Document::parse("api.yaml", format!("components: {{schemas: {{{schemas}}}}}")).unwrap();
        let mut resolutions: Vec<_> = resolve(&Outline::new(&document)).into_iter().collect();
        resolutions.sort_by_key(|(number, _)| *number);
        resolutions.into_iter().map(|(_, resolution)| resolution).collect()
    }

    #[test]
    fn references_lead_to_components_of_their_kind() {
        // The document is 0, its components 1, and A 2.
        assert_eq!(resolutions("A: {}, B: {$ref: '#/components/schemas/A'}"), [Resolution::Target(2)]);
        assert_eq!(resolutions("A: {$ref: '#/components/schemas/B'}"), [Resolution::Missing]);
        assert_eq!(resolutions("A: {$ref: 'b.yaml#/B'}"), [Resolution::OtherDocument]);
        assert_eq!(resolutions("A: {$ref: '#/components'}"), [Resolution::WrongKind(Some(Kind::Components))]);
        assert_eq!(resolutions("A: {not: {$ref: '#/components/schemas'}}"), [Resolution::WrongKind(None)]);
        let unnamed = "A: {properties: {a: {}}}, B: {$ref: '#/components/schemas/A/properties/a'}";
        assert_eq!(resolutions(unnamed), [Resolution::Unnamed]);
    }

    #[test]
    fn one_reference_of_a_cycle_is_broken() {
        let cycle = "A: {$ref: '#/components/schemas/B'}, B: {oneOf: [{$ref: '#/components/schemas/A'}]}";
        let resolutions = resolutions(cycle);
        assert!(matches!(resolutions[..], [Resolution::Target(_), Resolution::Cycle(_)]), "{resolutions:?}");
    }

    #[test]
    fn parts_are_counted_as_often_as_they_occur() {
        let doubling = |from: usize| {
            let next = format!("{{$ref: '#/components/schemas/S{}'}}", from + 1);
            format!("S{from}: {{allOf: [{next}, {next}]}}, ")
        };
        let schemas = |count| format!("{}S{count}: {{}}", (0..count).map(doubling).collect::<String>());
        assert!(!resolutions(&schemas(6)).contains(&Resolution::TooManyParts));
        assert!(resolutions(&schemas(12)).contains(&Resolution::TooManyParts));
    }
}
