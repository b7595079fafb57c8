use std::collections::HashMap;

use super::Pointer;
use crate::diagnostic::Origin;

/// Where the nodes that a stage has moved are written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(HashMap<String, Origin>);

impl Origins {
    /// Records that the node at `to`, with all that is in it, was at `from` until now.
    pub(crate) fn moved(&mut self, to: &Pointer, from: &Pointer) {
        let from = self.original(from);
        self.came_from(to, from);
    }

    /// Records where the node at `to` is written.
    pub(crate) fn came_from(&mut self, to: &Pointer, from: Origin) {
        self.0.insert(to.as_str().to_owned(), from);
    }

    /// Returns where a node is written.
    pub(crate) fn original(&self, at: &Pointer) -> Origin {
        let mut moved = at.as_str();
        loop {
            if let Some(Origin { file, at: from }) = self.0.get(moved) {
                return Origin { file: *file, at: from.join(&at.as_str()[moved.len()..]) };
            }
            match moved.rsplit_once('/') {
                Some((parent, _)) => moved = parent,
                None => return Origin { file: 0, at: at.clone() },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(steps: &str) -> Pointer {
        Pointer::default().join(steps)
    }

    #[test]
    fn a_node_in_a_moved_node_has_moved_too() {
        let mut origins = Origins::default();
        origins.moved(&pointer("/a"), &pointer("/b/c"));
        assert_eq!(origins.original(&pointer("/a/d")).at, pointer("/b/c/d"));
        assert_eq!(origins.original(&pointer("/ab")).at, pointer("/ab"));
    }

    #[test]
    fn a_node_that_moves_twice_keeps_its_origin() {
        let mut origins = Origins::default();
        origins.came_from(&pointer("/a"), Origin { file: 1, at: pointer("/x") });
        origins.moved(&pointer("/b"), &pointer("/a/y"));
        assert_eq!(origins.original(&pointer("/b")), Origin { file: 1, at: pointer("/x/y") });
    }
}
