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
