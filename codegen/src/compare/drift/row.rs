use std::fmt;

use indexmap::IndexMap;

use crate::{
    compare::printable,
    diagnostic::{Part, Span},
    source::{Document, Pointer},
};

/// A difference between the two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Our document's file, as it was named.
    pub file: String,
    /// What it is about in our document or, where ours has nothing, what it is missing from.
    pub place: Span,
    /// The kind of the difference.
    pub difference: String,
    /// What it is about: `request` or `answer` or the place of a parameter, then our name of the schema where it has
    /// one, then the way to the field. Empty for an operation.
    pub at: String,
    /// What our document says, if anything.
    pub ours: Option<String>,
    /// What the published document says, if anything.
    pub theirs: Option<String>,
    /// The operations that it is seen in: their methods and paths, without the names of parameters.
    pub operations: Vec<String>,
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { line, column, .. } = self.place;
        write!(formatter, "{}:{line}:{column}: {}", self.file, self.difference)?;
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

/// Differences, each with the operations that it was seen in.
#[derive(Debug, Default)]
pub(super) struct Rows(IndexMap<Difference, Vec<String>>);

/// A difference as it is found, which may be more than once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Difference {
    pub(super) pointer: Pointer,
    pub(super) at: String,
    pub(super) kind: String,
    pub(super) ours: Option<String>,
    pub(super) theirs: Option<String>,
}

impl Rows {
    pub(super) fn add(&mut self, operation: &str, difference: Difference) {
        let operations = self.0.entry(difference).or_default();
        if operations.last().is_none_or(|last| last != operation) {
            operations.push(operation.to_owned());
        }
    }

    /// The rows in the order of our document's lines.
    pub(super) fn placed(self, document: &Document) -> Vec<Row> {
        let pointers: Vec<_> = self.0.keys().map(|difference| difference.pointer.clone()).collect();
        let locations = document.locations(&pointers, Part::Key);
        let rows = self.0.into_iter().zip(locations).map(|((difference, operations), location)| {
            let Difference { kind: difference, at, ours, theirs, .. } = difference;
            Row { file: location.file().to_owned(), place: location.span, difference, at, ours, theirs, operations }
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|one, other| (&one.file, one.place).cmp(&(&other.file, other.place)));
        rows
    }
}
