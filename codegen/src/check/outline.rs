use std::{collections::HashMap, ptr};

use serde_json::{Map, Value};

use super::resolution::{self, Resolution};
use crate::{
    json,
    openapi::{
        grammar::Kind,
        walk::{Step, for_each_child},
    },
    source::{Dialect, Document, Pointer},
};

/// The objects of a document that OpenAPI gives a meaning, in the order of the text, each with what it is: the one
/// walk that every rule shares.
pub(super) struct Outline<'a> {
    whole: &'a Document,
    nodes: Vec<Node<'a>>,
    /// The number of the node that a value is, by the address of the value.
    numbers: HashMap<usize, usize>,
    resolutions: HashMap<usize, Resolution>,
}

/// An object, or a reference to one.
pub(super) struct Node<'a> {
    pub(super) number: usize,
    pub(super) kind: Kind,
    /// The key of the object, when it is one of several under a field: a name, a path, a status.
    pub(super) name: Option<&'a str>,
    object: &'a Map<String, Value>,
    /// The number of the node around it, and the way from there.
    parent: Option<(usize, Step<'a>)>,
}

/// An operation, with what stands around it.
pub(super) struct Operation<'o, 'a> {
    pub(super) node: &'o Node<'a>,
    pub(super) item: &'o Node<'a>,
    pub(super) path: &'a str,
    pub(super) method: &'a str,
}

impl<'a> Outline<'a> {
    pub(super) fn of(whole: &'a Document) -> Self {
        let mut outline = Self { whole, nodes: Vec::new(), numbers: HashMap::new(), resolutions: HashMap::new() };
        outline.add(Kind::Document, whole.root(), None);
        outline.resolutions = resolution::resolve(&outline);
        outline
    }

    /// Adds an object and what is in it. The depth of a document is bounded when it is read.
    fn add(&mut self, kind: Kind, value: &'a Value, parent: Option<(usize, Step<'a>)>) {
        let Some(object) = value.as_object() else { return };
        let number = self.nodes.len();
        let name = match parent {
            Some((_, Step::Named(_, name))) => Some(name),
            Some((parent, Step::Field(name))) => self.nodes[parent].kind.entries().map(|_| name),
            _ => None,
        };
        self.nodes.push(Node { number, kind, name, object, parent });
        self.numbers.insert(ptr::from_ref(value).addr(), number);
        if self.nodes[number].reference().is_none() {
            for_each_child(kind, value, &mut |kind, step, child| self.add(kind, child, Some((number, step))));
        }
    }

    /// The words that the document's author knows.
    pub(super) fn dialect(&self) -> Dialect {
        self.whole.dialect()
    }

    pub(super) fn document(&self) -> Option<&Node<'a>> {
        self.nodes.first()
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter()
    }

    /// The objects of a kind that are written out, not referred to.
    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter().filter(move |node| node.kind == kind && node.reference().is_none())
    }

    /// The operations of the API, without those of callbacks.
    pub(super) fn operations(&self) -> impl Iterator<Item = Operation<'_, 'a>> {
        self.all(Kind::Operation).filter_map(|node| {
            let (item, (_, Step::Field(method))) = (self.parent(node)?, node.parent?) else { return None };
            let in_paths = self.parent(item)?.kind == Kind::Paths;
            in_paths.then_some(Operation { node, item, path: item.name?, method })
        })
    }

    pub(super) fn parent(&self, node: &Node<'a>) -> Option<&Node<'a>> {
        self.nodes.get(node.parent?.0)
    }

    /// The object under a field.
    pub(super) fn child(&self, node: &Node<'a>, field: &str) -> Option<&Node<'a>> {
        self.node(node.get(field)?)
    }

    /// The objects in the list or under the names of a field.
    pub(super) fn children(&self, node: &Node<'a>, field: &str) -> impl Iterator<Item = &Node<'a>> {
        let values = node.get(field);
        let values = json::elements(values).chain(json::fields(values).map(|(_, value)| value));
        values.filter_map(|value| self.node(value))
    }

    /// The objects directly under a node whose keys are names.
    pub(super) fn entries(&self, node: &Node<'a>) -> impl Iterator<Item = &Node<'a>> {
        node.object.values().filter_map(|value| self.node(value))
    }

    pub(super) fn node(&self, value: &Value) -> Option<&Node<'a>> {
        self.nodes.get(*self.numbers.get(&ptr::from_ref(value).addr())?)
    }

    pub(super) fn numbered(&self, number: usize) -> Option<&Node<'a>> {
        self.nodes.get(number)
    }

    /// The value that a pointer leads to.
    pub(super) fn value(&self, at: &Pointer) -> Option<&'a Value> {
        self.whole.root().pointer(at.as_str())
    }

    /// Where a reference leads, in one step.
    pub(super) fn resolution(&self, reference: &Node<'a>) -> Option<&Resolution> {
        self.resolutions.get(&reference.number)
    }

    /// The object that a node is or refers to; none if the reference is broken. References never lead in a circle
    /// here: one of those that do counts as broken.
    pub(super) fn target<'o>(&'o self, node: &'o Node<'a>) -> Option<&'o Node<'a>> {
        let mut node = node;
        while node.reference().is_some() {
            let Resolution::Target(number) = self.resolution(node)? else { return None };
            node = self.nodes.get(*number)?;
        }
        Some(node)
    }

    /// A schema and all that `allOf` puts into it, in the order of the text. How many those can be is bounded, see [`resolution`].
    pub(super) fn parts<'o>(&'o self, schema: &'o Node<'a>) -> Vec<&'o Node<'a>> {
        let mut parts = Vec::new();
        let mut open = vec![schema];
        while let Some(part) = open.pop().and_then(|part| self.target(part)) {
            let inner: Vec<_> = self.children(part, "allOf").collect();
            open.extend(inner.into_iter().rev());
            parts.push(part);
        }
        parts
    }

    /// The schema that `allOf` makes of one and others, or the schema itself.
    pub(super) fn whole<'o>(&'o self, schema: &'o Node<'a>) -> &'o Node<'a> {
        let mut whole = schema;
        while let Some(parent) = self.parent(whole).filter(|_| whole.is_in("allOf")) {
            whole = parent;
        }
        whole
    }

    /// Whether what is here is written in the document, not by a convention.
    pub(super) fn is_written_by_hand(&self, at: &Pointer) -> bool {
        self.whole.is_written_by_hand(at)
    }

    pub(super) fn pointer(&self, node: &Node<'a>) -> Pointer {
        let Some((parent, step)) = node.parent else { return Pointer::default() };
        step.from(&self.pointer(&self.nodes[parent]))
    }
}

impl<'a> Node<'a> {
    pub(super) fn object(&self) -> &'a Map<String, Value> {
        self.object
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    pub(super) fn list(&self, key: &str) -> &'a [Value] {
        self.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.object.iter()
    }

    /// What the node refers to, as it is written.
    pub(super) fn reference(&self) -> Option<&'a str> {
        self.text("$ref").filter(|_| self.kind.may_be_reference())
    }

    /// Whether the node stands under this field of its parent.
    pub(super) fn is_in(&self, field: &str) -> bool {
        self.parent.is_some_and(|(_, step)| step.field() == field)
    }
}
