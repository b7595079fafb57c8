use std::cell::Cell;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::source::Pointer;

/// So many references may follow each other: more is a circle.
const HOPS: usize = 64;

/// So many schemas are read. An operation needs some thirty; a few kilobytes of references can ask for billions.
const MAX_READ: usize = 500_000;

/// A document, and how much of it may still be read.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    root: &'a Value,
    left: Cell<usize>,
}

impl<'a> Tree<'a> {
    pub(super) fn of(root: &'a Value) -> Self {
        Self { root, left: Cell::new(MAX_READ) }
    }

    pub(super) fn root(&'a self) -> Node<'a> {
        Node { at: Pointer::default(), value: self.root, tree: self }
    }

    /// Whether there was more to read than is.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }
}

/// A value in a document, and the way to it.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) at: Pointer,
    pub(super) value: &'a Value,
    tree: &'a Tree<'a>,
}

impl<'a> Node<'a> {
    /// Counts that the node is read; false if it is one too many.
    pub(super) fn may_be_read(&self) -> bool {
        let left = &self.tree.left;
        left.set(left.get().saturating_sub(1));
        left.get() > 0
    }

    /// What stands under a key.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { at: self.at.key(key), value, tree: self.tree })
    }

    /// The text that stands under a key.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// What an object holds.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let Self { at, value, tree } = self.clone();
        let entries = value.as_object().into_iter().flatten();
        entries.map(move |(key, value)| (key.as_str(), Self { at: at.key(key), value, tree }))
    }

    /// What an array under a key holds.
    pub(super) fn elements(&self, key: &str) -> impl Iterator<Item = Self> + use<'a> {
        let (at, tree) = (self.at.key(key), self.tree);
        let elements = self.value.get(key).and_then(Value::as_array).into_iter().flatten();
        elements.enumerate().map(move |(index, value)| Self { at: at.index(index), value, tree })
    }

    /// What the node refers to. A reference is a URL, in which some write what is special as `%7B`, and others do not.
    pub(super) fn target(&self) -> Option<Self> {
        let reference = self.text("$ref")?;
        let decoded = percent_decode_str(reference).decode_utf8().ok()?;
        [reference, &*decoded].into_iter().find_map(|reference| {
            let at = Pointer::of_reference(reference)?;
            let value = self.tree.root.pointer(at.as_str())?;
            Some(Self { at, value, tree: self.tree })
        })
    }

    /// The node behind all references.
    pub(super) fn resolved(self) -> Self {
        let mut node = self;
        for _ in 0..HOPS {
            let Some(target) = node.target() else { break };
            node = target;
        }
        node
    }
}
