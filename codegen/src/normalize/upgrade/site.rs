use crate::{
    diagnostic::SourceDiagnostic,
    openapi::walk::Step,
    source::{Origins, Pointer},
};

/// The node that a pass looks at, and where it leaves word of what it does.
#[derive(Default)]
pub(super) struct Site {
    at: Pointer,
    pub(super) origins: Origins,
    pub(super) warnings: Vec<SourceDiagnostic>,
}

impl Site {
    pub(super) fn new(origins: Origins) -> Self {
        Self { at: Pointer::default(), origins, warnings: Vec::new() }
    }

    pub(super) fn at(&self) -> Pointer {
        self.at.clone()
    }

    /// Notes that a keyword of the node says what the words of 3.0 cannot.
    pub(super) fn note(&mut self, keyword: &str, message: impl Into<String>, help: impl Into<String>) {
        let origin = self.origins.original(&self.at().key(keyword));
        self.warnings.push(SourceDiagnostic::source_key(origin, message, help).warning());
    }

    /// Notes that the node as a whole does.
    pub(super) fn note_itself(&mut self, message: impl Into<String>, help: impl Into<String>) {
        let origin = self.origins.original(&self.at());
        self.warnings.push(SourceDiagnostic::source_key(origin, message, help).warning());
    }

    /// Says where a part of the node was until now. Both are given by the steps from the node on.
    pub(super) fn moved(&mut self, to: &str, from: &str) {
        let (to, from) = (self.at().join(to), self.at().join(from));
        self.origins.moved(&to, &from);
    }

    /// Goes into a part of the node, and comes back.
    pub(super) fn enter(&mut self, step: Step<'_>, look: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.at);
        self.at = step.from(&outer);
        look(self);
        self.at = outer;
    }
}
