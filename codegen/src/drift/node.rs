use serde_json::Value;

use crate::document::Pointer;

/// So many references may follow each other: more is a circle.
const HOPS: usize = 64;

/// A value in a document, and the way to it.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) at: Pointer,
    pub(super) value: &'a Value,
    root: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn root(root: &'a Value) -> Self {
        Self { at: Pointer::default(), value: root, root }
    }

    /// What stands under a key.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { at: self.at.key(key), value, root: self.root })
    }

    /// The text that stands under a key.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// What an object holds.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let Self { at, value, root } = self.clone();
        let entries = value.as_object().into_iter().flatten();
        entries.map(move |(key, value)| (key.as_str(), Self { at: at.key(key), value, root }))
    }

    /// What an array under a key holds.
    pub(super) fn elements(&self, key: &str) -> impl Iterator<Item = Self> + use<'a> {
        let (at, root) = (self.at.key(key), self.root);
        let elements = self.value.get(key).and_then(Value::as_array).into_iter().flatten();
        elements.enumerate().map(move |(index, value)| Self { at: at.index(index), value, root })
    }

    /// What the node refers to.
    pub(super) fn target(&self) -> Option<Self> {
        let at = Pointer::of_reference(self.text("$ref")?)?;
        let value = self.root.pointer(at.as_str())?;
        Some(Self { at, value, root: self.root })
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
