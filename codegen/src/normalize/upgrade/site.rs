use crate::{
    diagnostic::SourceDiagnostic,
    openapi::walk::Step,
    source::{Origins, Pointer},
};

/// The node that a pass visits, with the origins of moved nodes and the warnings so far.
#[derive(Default)]
pub(crate) struct Site {
    at: Pointer,
    pub(super) origins: Origins,
    pub(super) warnings: Vec<SourceDiagnostic>,
}

impl Site {
    pub(super) fn new(origins: Origins) -> Self {
        Self { at: Pointer::default(), origins, warnings: Vec::new() }
    }

    pub(crate) fn at(&self) -> Pointer {
        self.at.clone()
    }

    /// Warns of a keyword of the node.
    #[track_caller]
    pub(super) fn warn(&mut self, keyword: &str, message: impl Into<String>, help: impl Into<String>) {
        let origin = self.origins.original(&self.at().key(keyword));
        self.warnings.push(SourceDiagnostic::source_key(origin, message, help).warning());
    }

    /// Warns of the node as a whole.
    #[track_caller]
    pub(super) fn warn_of_node(&mut self, message: impl Into<String>, help: impl Into<String>) {
        let origin = self.origins.original(&self.at());
        self.warnings.push(SourceDiagnostic::source_key(origin, message, help).warning());
    }

    /// Records that a part of the node was at `from` until now. Both are steps from the node on.
    pub(super) fn moved(&mut self, to: &str, from: &str) {
        let (to, from) = (self.at().join(to), self.at().join(from));
        self.origins.moved(&to, &from);
    }

    /// Visits a part of the node.
    pub(super) fn enter(&mut self, step: Step<'_>, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.at);
        self.at = step.from(&outer);
        visit(self);
        self.at = outer;
    }
}
