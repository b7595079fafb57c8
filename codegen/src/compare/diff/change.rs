//! A change between two documents, as it is reported.

use std::fmt;

use serde::Serialize;

use super::verdict::Verdict;
use crate::{
    compare::{printable, requiredness},
    diagnostic::Span,
};

/// One change, and what it means for users of the crate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Whether programs still compile: the worst verdict of `rust`.
    pub verdict: Verdict,
    /// The part of the document that changes.
    pub subject: Subject,
    /// The name of that part in the document.
    pub name: String,
    /// What happened to it.
    #[serde(rename = "change")]
    pub kind: ChangeKind,
    /// The Rust items that change with it.
    pub rust: Vec<RustChange>,
    /// The reason for the verdict.
    pub reason: String,
    /// The file of the newer document, or of the older one if the newer one lacks the part.
    pub file: String,
    /// The span in that file; none where no single line has the part.
    #[serde(rename = "place")]
    pub span: Option<Span>,
}

/// The kinds of parts of a document that can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The API as a whole.
    Client,
    /// An operation, by its id.
    Operation,
    /// A parameter of an operation.
    Parameter,
    /// The request body of an operation.
    Body,
    /// The response of an operation.
    Response,
    /// A rule of `x-waiters`.
    Waiter,
    /// A schema with a name.
    Type,
    /// A property of a schema.
    Field,
    /// A value of an enum, or a variant of a union.
    Value,
    /// A bound on values.
    Constraint,
    /// An item in Rust that no change of the document explains.
    Item,
}

/// What happened to a part of the document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the newer document has it.
    Added,
    /// Only the older document has it.
    Removed,
    /// Both documents have it, under different names.
    Renamed {
        /// The name in the newer document.
        to: String,
    },
    /// Both documents have it, and differ in an aspect of it.
    Changed {
        /// The aspect: its type, its documentation and so on.
        aspect: String,
        /// The aspect in the older document, if one word describes it.
        from: Option<String>,
        /// The aspect in the newer document, if one word describes it.
        to: Option<String>,
    },
}

/// A change of one item that a program can name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RustChange {
    /// The verdict on this item alone.
    pub verdict: Verdict,
    /// Its signature in the older crate.
    pub old: Option<String>,
    /// Its signature in the newer crate.
    pub new: Option<String>,
    /// The effect on programs that use it.
    pub effect: &'static str,
}

impl ChangeKind {
    pub(super) fn of(aspect: &str) -> Self {
        Self::Changed { aspect: aspect.to_owned(), from: None, to: None }
    }

    pub(super) fn between(aspect: &str, from: impl Into<Option<String>>, to: impl Into<Option<String>>) -> Self {
        Self::Changed { aspect: aspect.to_owned(), from: from.into(), to: to.into() }
    }

    pub(super) fn of_flag(aspect: &str, from: bool, to: bool) -> Self {
        let in_words = |is_set| if is_set { "yes" } else { "no" }.to_owned();
        Self::between(aspect, in_words(from), in_words(to))
    }

    pub(super) fn of_requiredness(from: bool, to: bool) -> Self {
        Self::between("requiredness", requiredness(from), requiredness(to))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Client => "client",
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::Body => "body",
            Self::Response => "response",
            Self::Waiter => "waiter",
            Self::Type => "type",
            Self::Field => "field",
            Self::Value => "value",
            Self::Constraint => "constraint",
            Self::Item => "item",
        })
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added => write!(formatter, "added"),
            Self::Removed => write!(formatter, "removed"),
            Self::Renamed { to } => write!(formatter, "renamed to {to}"),
            Self::Changed { aspect, from: Some(from), to: Some(to) } => {
                write!(formatter, "{aspect} changed from {from} to {to}")
            }
            Self::Changed { aspect, from: Some(from), to: None } => write!(formatter, "{aspect} {from} removed"),
            Self::Changed { aspect, from: None, to: Some(to) } => write!(formatter, "{aspect} {to} added"),
            Self::Changed { aspect, from: None, to: None } => write!(formatter, "{aspect} changed"),
        }
    }
}

impl fmt::Display for Change {
    /// Writes the change on one line: without the verdict, the location and the Rust items.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&printable(&format!("{} {}: {}", self.subject, self.name, self.kind)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_one_line_without_control_characters() {
        let change = Change {
            verdict: Verdict::Invisible,
            subject: Subject::Constraint,
            name: "Thing.name".to_owned(),
            kind: ChangeKind::between("pattern", "a\nb".to_owned(), None),
            rust: Vec::new(),
            reason: String::new(),
            file: String::new(),
            span: None,
        };
        assert_eq!(change.to_string(), r"constraint Thing.name: pattern a\nb removed");
    }
}
