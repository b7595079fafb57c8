use std::fmt;

use serde::Serialize;

use crate::diagnostic::Span;

/// What a program has to do about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing: programs compile as they did, and see nothing new.
    Invisible,
    /// Nothing, but there is something new to use, or to stop using.
    Additive,
    /// Some programs no longer compile.
    Breaking,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// What the document says of the API as a whole.
    Client,
    /// An operation, by its id.
    Operation,
    /// A parameter of an operation.
    Parameter,
    /// What an operation takes.
    Body,
    /// What an operation returns.
    Answer,
    /// A rule of `x-waiters`.
    Waiter,
    /// A schema with a name.
    Type,
    /// A property of a schema.
    Field,
    /// A value of an enum.
    Value,
    /// A bound on values.
    Constraint,
    /// Something in Rust that no other row accounts for.
    Item,
}

/// What happened to the subject of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only the newer document has it.
    Added,
    /// Only the older document has it.
    Removed,
    /// Both have it, under different names.
    Renamed {
        /// The name in the newer document.
        to: String,
    },
    /// Both have it, and say different things of it.
    Changed {
        /// What is said of it.
        aspect: String,
        /// What the older document says, if it can be said in a word.
        from: Option<String>,
        /// What the newer document says, if it can be said in a word.
        to: Option<String>,
    },
}

/// Something that a program can name, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RustChange {
    /// How the change of this one alone is to be judged.
    pub verdict: Verdict,
    /// Its signature in the older crate.
    pub old: Option<String>,
    /// Its signature in the newer crate.
    pub new: Option<String>,
    /// What that means for a program.
    pub effect: &'static str,
}

/// One change, and what it means for users of the crate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What a program has to do about it.
    pub verdict: Verdict,
    /// What it is about.
    pub subject: Subject,
    /// The name of that in the document.
    pub name: String,
    /// What happened to it.
    pub change: Change,
    /// What it touches in Rust.
    pub rust: Vec<RustChange>,
    /// Why the verdict is what it is.
    pub reason: String,
    /// The file of the document that has it: the newer one, unless it is gone from there.
    pub file: String,
    /// The line in that file; none where no single line is it.
    pub place: Option<Span>,
}

impl Change {
    pub(super) fn of(aspect: &str) -> Self {
        Self::Changed { aspect: aspect.to_owned(), from: None, to: None }
    }

    pub(super) fn between(aspect: &str, from: Option<String>, to: Option<String>) -> Self {
        Self::Changed { aspect: aspect.to_owned(), from, to }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Invisible => "invisible",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Client => "client",
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::Body => "body",
            Self::Answer => "answer",
            Self::Waiter => "waiter",
            Self::Type => "type",
            Self::Field => "field",
            Self::Value => "value",
            Self::Constraint => "constraint",
            Self::Item => "item",
        })
    }
}

impl fmt::Display for Change {
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

impl fmt::Display for Row {
    /// The change in one line: without the verdict, the place, and what it touches.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}: {}", self.subject, self.name, self.change)
    }
}
