use std::iter;

use serde_json::Value;

use crate::{json, source::Pointer};

/// So many references may follow each other: more is a cycle.
const MAX_REFERENCE_CHAIN: usize = 64;

/// A value in a document, and the way to it.
#[derive(Clone, Debug)]
pub(super) struct Node<'d> {
    pub(super) at: Pointer,
    pub(super) value: &'d Value,
    root: &'d Value,
}

impl<'d> Node<'d> {
    pub(super) fn root(root: &'d Value) -> Self {
        Self { at: Pointer::default(), value: root, root }
    }

    /// What stands under a key.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { at: self.at.key(key), value, root: self.root })
    }

    /// The text that stands under a key.
    pub(super) fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
    }

    /// What an object under a key holds.
    pub(super) fn entries(&self, key: &str) -> impl Iterator<Item = (&'d str, Self)> + use<'d> {
        let (at, root) = (self.at.key(key), self.root);
        json::fields(self.value.get(key)).map(move |(key, value)| (key.as_str(), Self { at: at.key(key), value, root }))
    }

    /// What an array under a key holds.
    pub(super) fn elements(&self, key: &str) -> impl Iterator<Item = Self> + use<'d> {
        let (at, root) = (self.at.key(key), self.root);
        let elements = json::elements(self.value.get(key)).enumerate();
        elements.map(move |(index, value)| Self { at: at.index(index), value, root })
    }

    /// The node, and after it those that its reference leads to.
    pub(super) fn reference_chain(self) -> impl Iterator<Item = Self> {
        let target = |node: &Self| {
            let at = Pointer::of_reference(node.text("$ref")?)?;
            Some(Self { value: node.root.pointer(at.as_str())?, at, root: node.root })
        };
        iter::successors(Some(self), target).take(MAX_REFERENCE_CHAIN)
    }

    /// The node behind all references.
    pub(super) fn resolved(self) -> Self {
        self.clone().reference_chain().last().unwrap_or(self)
    }
}
