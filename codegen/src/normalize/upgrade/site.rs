use crate::source::{Finding, Origins, Pointer};

/// The node that a pass looks at, and where it leaves word of what it does.
#[derive(Default)]
pub(crate) struct Site {
    at: Pointer,
    pub(super) origins: Origins,
    pub(super) notes: Vec<Finding>,
}

impl Site {
    pub(crate) fn at(&self) -> Pointer {
        self.at.clone()
    }

    /// Notes that a keyword of the node says what the words of 3.0 cannot.
    pub(super) fn note(&mut self, keyword: &str, message: impl Into<String>, help: impl Into<String>) {
        let at = self.origins.original(&self.at().key(keyword));
        self.notes.push(Finding::key(at, message, help));
    }

    /// Notes that the node as a whole does.
    pub(super) fn note_itself(&mut self, message: impl Into<String>, help: impl Into<String>) {
        let at = self.origins.original(&self.at());
        self.notes.push(Finding::key(at, message, help));
    }

    /// Says where a part of the node was until now. Both are given by the steps from the node on.
    pub(super) fn moved(&mut self, to: &str, from: &str) {
        let (to, from) = (self.at().join(to), self.at().join(from));
        self.origins.moved(&to, &from);
    }

    /// Goes into a part of the node, and comes back.
    pub(super) fn enter(&mut self, step: &str, look: impl FnOnce(&mut Self)) {
        let length = self.at.as_str().len();
        self.at.enter(step);
        look(self);
        self.at.leave(length);
    }
}
