//! A difference between the two documents, as it is reported.

use std::fmt;

use indexmap::IndexMap;

use crate::{
    compare::printable,
    diagnostic::{Part, Span},
    source::{Document, Pointer},
};

/// A difference between the two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file of our document, as it was named.
    pub file: String,
    /// The span in our document or, where ours lacks something, of what should have it.
    pub span: Span,
    /// The kind of the difference: `type`, `field ours lacks` and so on.
    pub kind: String,
    /// The part of the operation that differs: `request`, `response` or the location of a parameter, then our name of the
    /// schema if it has one, then the path of the field. Empty for an operation.
    pub at: String,
    /// What our document says, if anything.
    pub ours: Option<String>,
    /// What the published document says, if anything.
    pub theirs: Option<String>,
    /// The operations with the difference: their methods and paths, without the names of parameters.
    pub operations: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { line, column, .. } = self.span;
        write!(formatter, "{}:{line}:{column}: {}", self.file, self.kind)?;
        let at = Some(&self.at).filter(|at| !at.is_empty());
        for (name, text) in [("at", at), ("ours", self.ours.as_ref()), ("theirs", self.theirs.as_ref())] {
            if let Some(text) = text {
                write!(formatter, "\n    {name:<9} {}", printable(text))?;
            }
        }
        for (index, operation) in self.operations.iter().enumerate() {
            let name = if index == 0 { "operation" } else { "" };
            write!(formatter, "\n    {name:<9} {}", printable(operation))?;
        }
        Ok(())
    }
}

/// The differences, each with its operations.
#[derive(Debug, Default)]
pub(super) struct Differences(IndexMap<Key, Vec<String>>);

/// A difference without its operations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) pointer: Pointer,
    pub(super) at: String,
    pub(super) kind: String,
    pub(super) ours: Option<String>,
    pub(super) theirs: Option<String>,
}

impl Differences {
    pub(super) fn add(&mut self, operation: &str, difference: Key) {
        let operations = self.0.entry(difference).or_default();
        if operations.last().is_none_or(|last| last != operation) {
            operations.push(operation.to_owned());
        }
    }

    /// Returns the differences in the order of our document's lines.
    pub(super) fn located(self, document: &Document) -> Vec<Difference> {
        let pointers: Vec<_> = self.0.keys().map(|key| key.pointer.clone()).collect();
        let locations = document.locations(&pointers, Part::Key);
        let differences = self.0.into_iter().zip(locations).map(|((key, operations), location)| {
            let Key { kind, at, ours, theirs, .. } = key;
            Difference { file: location.file().to_owned(), span: location.span, kind, at, ours, theirs, operations }
        });
        let mut differences: Vec<_> = differences.collect();
        differences.sort_by(|one, other| (&one.file, one.span).cmp(&(&other.file, other.span)));
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_in_several_operations_is_one() {
        let document = Document::parse("api.yaml", "openapi: 3.0.3\npaths: {}\n").unwrap();
        let key = Key {
            pointer: Pointer::default().key("paths"),
            at: "query.limit".to_owned(),
            kind: "type".to_owned(),
            ours: Some("integer".to_owned()),
            theirs: None,
        };
        let mut differences = Differences::default();
        for operation in ["GET /a", "GET /a", "GET /b"] {
            differences.add(operation, key.clone());
        }
        let differences: Vec<_> = differences.located(&document).iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(differences.join("\n"), @r"
        api.yaml:2:1: type
            at        query.limit
            ours      integer
            operation GET /a
                      GET /b
        ");
    }
}
