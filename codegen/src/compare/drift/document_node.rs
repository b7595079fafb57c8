//! A value in a document with its JSON pointer.

use std::iter;

use serde_json::Value;

use crate::{
    json,
    openapi::reference::{self, MAX_REFERENCE_CHAIN},
    source::Pointer,
};

/// A value in a document, and the JSON pointer to it.
#[derive(Clone, Debug)]
pub(super) struct DocumentNode<'d> {
    pub(super) at: Pointer,
    pub(super) value: &'d Value,
    root: &'d Value,
}

impl<'d> DocumentNode<'d> {
    pub(super) fn root(root: &'d Value) -> Self {
        Self { at: Pointer::default(), value: root, root }
    }

    /// Returns the node under a key.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { at: self.at.key(key), value, root: self.root })
    }

    pub(super) fn text(&self, key: &str) -> Option<&'d str> {
        json::text(self.value, key)
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        json::flag(self.value, key)
    }

    /// Returns the members of an object under a key.
    pub(super) fn entries(&self, key: &str) -> impl Iterator<Item = (&'d str, Self)> + use<'d> {
        let (at, root) = (self.at.key(key), self.root);
        json::fields(self.value.get(key)).map(move |(key, value)| (key.as_str(), Self { at: at.key(key), value, root }))
    }

    /// Returns the elements of an array under a key.
    pub(super) fn elements(&self, key: &str) -> impl Iterator<Item = Self> + use<'d> {
        let (at, root) = (self.at.key(key), self.root);
        let elements = json::elements(self.value.get(key)).enumerate();
        elements.map(move |(index, value)| Self { at: at.index(index), value, root })
    }

    /// Returns the node, and after it those that its reference leads to.
    pub(super) fn reference_chain(self) -> impl Iterator<Item = Self> {
        let target = |node: &Self| {
            let at = reference::pointer(node.value)?;
            Some(Self { value: node.root.pointer(at.as_str())?, at, root: node.root })
        };
        iter::successors(Some(self), target).take(MAX_REFERENCE_CHAIN)
    }

    /// Returns the node behind all references.
    pub(super) fn resolved(self) -> Self {
        self.clone().reference_chain().last().unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_chain_of_references_ends_at_what_has_none() {
        let root = json!({"a": {"$ref": "#/b"}, "b": {"$ref": "#/c/0"}, "c": [{"type": "string"}]});
        let node = DocumentNode::root(&root).get("a").unwrap();
        assert_eq!(node.clone().reference_chain().count(), 3);
        assert_eq!(node.resolved().at.as_str(), "/c/0");
    }

    #[test]
    fn a_cycle_of_references_has_an_end() {
        let root = json!({"a": {"$ref": "#/a"}});
        assert_eq!(DocumentNode::root(&root).get("a").unwrap().resolved().at.as_str(), "/a");
    }
}
