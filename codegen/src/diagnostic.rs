//! Diagnostics: errors and warnings about a document, each with a location, a message and a help.

pub(crate) mod suggestion;
pub(crate) mod wording;

use std::{fmt, panic, path::Path, sync::Arc};

use serde_json::Value;

use crate::pointer::Pointer;

/// Something that is wrong with a document or a config, or that its author should know.
///
/// The stages report it for a JSON pointer; users see the file, the line and the column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic<L = Location> {
    /// Where it is.
    pub location: L,
    /// How bad it is.
    pub level: Level,
    /// What it has in common with others.
    pub kind: Kind,
    /// The problem, or the effect on the crate.
    pub message: String,
    /// The text to write instead, or the step to take.
    pub help: String,
    /// How the generator goes on if nobody changes the document.
    pub(crate) fix: Option<Box<Fix>>,
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// The document has to be changed first.
    Error,
    /// A correct crate is emitted, possibly without a part of the document.
    Warning,
}

/// The kind of a diagnostic: the place in the generator that reports it. Diagnostics of one kind differ in names,
/// values and locations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(&'static panic::Location<'static>);

impl Kind {
    #[track_caller]
    fn of_caller() -> Self {
        Self(panic::Location::caller())
    }

    /// The rule that reports diagnostics of this kind, and maybe of others.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        Path::new(self.0.file()).file_stem().and_then(|name| name.to_str()).unwrap_or_default()
    }
}

/// A position in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub(crate) file: SourceFile,
    /// Where in the file.
    pub span: Span,
    /// Which node of the file; the root, if it cannot be parsed or is a config.
    pub pointer: Pointer,
}

impl Location {
    /// The name of the file.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file.name
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text
    }
}

/// A file that was read. Clones share its text.
#[derive(Clone)]
pub(crate) struct SourceFile {
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
}

impl SourceFile {
    pub(crate) fn new(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into().into() }
    }
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for SourceFile {}

impl fmt::Debug for SourceFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, formatter)
    }
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

/// A diagnostic whose JSON pointer into the tree is known. Its location is looked up when it is shown.
pub(crate) type NodeDiagnostic = Diagnostic<Node>;

/// A node of a document's tree, with the part of it to point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) at: Pointer,
    pub(crate) part: Part,
}

/// A diagnostic whose file and JSON pointer are known, but not its line.
pub(crate) type SourceDiagnostic = Diagnostic<SourceNode>;

/// A node as it is written in one of a document's files, with the part of it to point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceNode {
    pub(crate) origin: Origin,
    pub(crate) part: Part,
}

/// A file of a document, and a JSON pointer into it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    /// The index of the file: the root has 0.
    pub(crate) file: usize,
    pub(crate) at: Pointer,
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
    /// Puts another value in place of a node. The text describes the effect.
    Replace(Pointer, Value, String),
    /// Adds a value to a list, which may be missing. The text describes the effect.
    Append(Pointer, Value, String),
    /// Gives a node another key.
    Rename(Pointer, String),
}

impl<L> Diagnostic<L> {
    /// Creates an error, whose kind is the line of the caller.
    #[track_caller]
    pub(crate) fn error(location: L, message: impl Into<String>, help: impl Into<String>) -> Self {
        let (kind, message, help) = (Kind::of_caller(), message.into(), help.into());
        Self { location, level: Level::Error, kind, message, help, fix: None }
    }

    /// Makes it a warning: nobody made a mistake, and the crate does without something.
    pub(crate) fn warning(self) -> Self {
        Self { level: Level::Warning, ..self }
    }

    /// Turns an error with a fix into a warning that describes the effect of the fix.
    pub(crate) fn fixed(self) -> Self {
        let Some(fix) = &self.fix else { return self };
        let message = format!("{}: {}", self.message, fix.effect());
        Self { message, ..self }.warning()
    }

    /// Adds a fix that changes nothing, and its effect.
    pub(crate) fn accepted(self, effect: impl Into<String>) -> Self {
        self.with_fix(Fix::Accept(effect.into()))
    }

    fn with_fix(self, fix: Fix) -> Self {
        Self { fix: Some(Box::new(fix)), ..self }
    }

    /// Moves it to another location.
    pub(crate) fn locate<M>(self, locate: impl FnOnce(L) -> M) -> Diagnostic<M> {
        let Self { location, level, kind, message, help, fix } = self;
        Diagnostic { location: locate(location), level, kind, message, help, fix }
    }
}

impl Origin {
    /// Returns where the child under a key is written.
    pub(crate) fn key(&self, key: &str) -> Self {
        Self { file: self.file, at: self.at.key(key) }
    }
}

impl SourceDiagnostic {
    /// Creates an error at the value of a node.
    #[track_caller]
    pub(crate) fn source_value(origin: Origin, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::error(SourceNode { origin, part: Part::Value }, message, help)
    }

    /// Creates an error at the key of a node.
    #[track_caller]
    pub(crate) fn source_key(origin: Origin, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::error(SourceNode { origin, part: Part::Key }, message, help)
    }
}

impl NodeDiagnostic {
    /// Creates an error at the key of a node.
    #[track_caller]
    pub(crate) fn key(at: Pointer, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::error(Node { at, part: Part::Key }, message, help)
    }

    /// Creates an error at the value of a node.
    #[track_caller]
    pub(crate) fn value(at: Pointer, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::error(Node { at, part: Part::Value }, message, help)
    }

    /// Adds a fix that removes a node.
    pub(crate) fn fixed_by_removing(self, node: Pointer) -> Self {
        self.with_fix(Fix::Remove(node))
    }

    /// Adds a fix that inserts a missing node.
    pub(crate) fn fixed_by_inserting(self, node: Pointer, value: impl Into<Value>) -> Self {
        self.with_fix(Fix::Insert(node, value.into()))
    }

    /// Adds a fix that puts another value in place of a node.
    pub(crate) fn fixed_by_replacing(self, node: Pointer, value: impl Into<Value>, effect: impl Into<String>) -> Self {
        self.with_fix(Fix::Replace(node, value.into(), effect.into()))
    }

    /// Adds a fix that adds a value to a list, which may be missing.
    pub(crate) fn fixed_by_appending(self, list: Pointer, value: Value, effect: impl Into<String>) -> Self {
        self.with_fix(Fix::Append(list, value, effect.into()))
    }

    /// Adds a fix that gives a node another key.
    pub(crate) fn fixed_by_renaming(self, node: Pointer, key: impl Into<String>) -> Self {
        self.with_fix(Fix::Rename(node, key.into()))
    }
}

impl Fix {
    /// Returns the node that it changes.
    pub(crate) fn node(&self) -> Option<&Pointer> {
        match self {
            Self::Accept(_) => None,
            Self::Remove(node)
            | Self::Insert(node, _)
            | Self::Replace(node, ..)
            | Self::Append(node, ..)
            | Self::Rename(node, _) => Some(node),
        }
    }

    /// Describes the effect of the fix.
    fn effect(&self) -> String {
        match self {
            Self::Accept(effect) | Self::Replace(_, _, effect) | Self::Append(_, _, effect) => effect.clone(),
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
        write!(formatter, "{}:{}:{}", self.file(), self.span.line, self.span.column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}; {}", self.location, self.message, self.help)
    }
}

/// The errors of a document, by file and line; then those of files that cannot be parsed, and of the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Diagnostics {}
