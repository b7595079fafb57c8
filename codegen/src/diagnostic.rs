//! Diagnostics: errors and warnings about a document, each with a location, a message and a help.

pub(crate) mod suggestion;
pub(crate) mod wording;

use std::{fmt, sync::Arc};

use serde_json::Value;

use crate::pointer::Pointer;

/// Something that is wrong with a document or a config, or that its author should know.
///
/// The stages of the generator report it for a node of the tree; whoever reads it is shown the line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic<L = Location> {
    /// Where it is.
    pub location: L,
    /// How bad it is.
    pub level: Level,
    /// The problem, or the effect on the crate.
    pub message: String,
    /// The text to write instead, or the step to take.
    pub help: String,
    /// How the generator goes on if nobody changes the document.
    pub(crate) fix: Option<Fix>,
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// The document has to be changed first.
    Error,
    /// The crate is right, and does without something.
    Warning,
}

/// A position in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// Where in the file.
    pub span: Span,
}

/// A stretch of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Span {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// Bytes from the start of the text.
    #[serde(skip)]
    pub offset: usize,
    /// Bytes, within one line.
    #[serde(skip)]
    pub length: usize,
}

/// A diagnostic of which only the node is known: its location is worked out when it is shown.
pub(crate) type NodeDiagnostic = Diagnostic<Node>;

/// A node of a document's tree, with the part of it to point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) at: Pointer,
    pub(crate) part: Part,
}

/// The value of a node, or the key that it stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Key,
    Value,
}

/// The fix of a mistake in a document that was not written for this generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fix {
    /// Changes nothing: the crate is right, and the text describes the effect.
    Accept(String),
    /// Removes a node.
    Remove(Pointer),
    /// Puts a value into an object, under the last key of the pointer.
    Insert(Pointer, Value),
    /// Gives a node another key.
    Rename(Pointer, String),
}

impl NodeDiagnostic {
    /// Creates an error at the key of a node.
    pub(crate) fn key(at: Pointer, message: impl Into<String>, help: impl Into<String>) -> Self {
        let location = Node { at, part: Part::Key };
        Self { location, level: Level::Error, message: message.into(), help: help.into(), fix: None }
    }

    /// Creates an error at the value of a node.
    pub(crate) fn value(at: Pointer, message: impl Into<String>, help: impl Into<String>) -> Self {
        let location = Node { at, part: Part::Value };
        Self { location, ..Self::key(Pointer::default(), message, help) }
    }

    /// Makes it a warning: nobody made a mistake, and the crate does without something.
    pub(crate) fn warning(self) -> Self {
        Self { level: Level::Warning, ..self }
    }

    /// Adds that the crate is right in spite of it, with this effect.
    pub(crate) fn accepted(self, effect: impl Into<String>) -> Self {
        self.with_fix(Fix::Accept(effect.into()))
    }

    /// Adds that the crate is right without a node.
    pub(crate) fn fixed_by_removing(self, node: Pointer) -> Self {
        self.with_fix(Fix::Remove(node))
    }

    /// Adds that the crate is right with a value for a missing node.
    pub(crate) fn fixed_by_inserting(self, node: Pointer, value: impl Into<Value>) -> Self {
        self.with_fix(Fix::Insert(node, value.into()))
    }

    /// Adds that the crate is right with another key for a node.
    pub(crate) fn fixed_by_renaming(self, node: Pointer, key: impl Into<String>) -> Self {
        self.with_fix(Fix::Rename(node, key.into()))
    }

    fn with_fix(self, fix: Fix) -> Self {
        Self { fix: Some(fix), ..self }
    }

    /// Turns an error with a fix into a warning that describes the effect of the fix.
    pub(crate) fn fixed(self) -> Self {
        let Some(fix) = &self.fix else { return self };
        let message = format!("{}: {}", self.message, fix.effect());
        Self { message, ..self }.warning()
    }
}

impl Fix {
    /// Returns the node that it changes.
    pub(crate) fn node(&self) -> Option<&Pointer> {
        match self {
            Self::Accept(_) => None,
            Self::Remove(node) | Self::Insert(node, _) | Self::Rename(node, _) => Some(node),
        }
    }

    /// Describes the effect of the fix.
    fn effect(&self) -> String {
        match self {
            Self::Accept(effect) => effect.clone(),
            Self::Remove(_) => "it is left out".to_owned(),
            Self::Insert(_, Value::String(text)) if text.is_empty() => "it is left empty".to_owned(),
            Self::Insert(_, value) => format!("it is taken as `{}`", value.to_string().trim_matches('"')),
            Self::Rename(_, key) => format!("it is taken as `{key}`"),
        }
    }
}

impl Span {
    /// The start of a text.
    pub(crate) const START: Self = Self { line: 1, column: 1, offset: 0, length: 0 };
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.span.line, self.span.column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}; {}", self.location, self.message, self.help)
    }
}

/// The errors of a document, in the order of its lines, and then those of its config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Diagnostics {}
