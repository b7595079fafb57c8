use std::collections::HashMap;

use super::Pointer;

/// Where nodes come from that a pass has put elsewhere, so that a complaint about one can point into the text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(HashMap<String, Pointer>);

impl Origins {
    /// Notes that what is at `to`, with all that is in it, was at `from` until now.
    pub(crate) fn moved(&mut self, to: &Pointer, from: &Pointer) {
        let from = self.original(from);
        self.0.insert(to.as_str().to_owned(), from);
    }

    /// Where a node is in the text.
    pub(crate) fn original(&self, at: &Pointer) -> Pointer {
        let mut moved = at.as_str();
        loop {
            if let Some(from) = self.0.get(moved) {
                return from.join(&at.as_str()[moved.len()..]);
            }
            match moved.rsplit_once('/') {
                Some((parent, _)) => moved = parent,
                None => return at.clone(),
            }
        }
    }
}
