//! Loads a document, and finds the line and column of any of its nodes again.

mod bounds;
pub(crate) mod config;
mod formats;
mod json;
mod lines;
mod origins;
mod overrides;
mod positions;
mod version;
pub(crate) mod wildcard;
mod yaml;

use std::sync::Arc;

use serde_json::Value;

use lines::Lines;
pub(crate) use origins::Origins;
pub(crate) use overrides::Overrides;
use positions::Positions;
pub(crate) use version::Dialect;
use yaml::At;

use crate::diagnostic::{Diagnostic, Diagnostics, Fix, Level, Location, NodeDiagnostic, Part, Span};
pub(crate) use crate::pointer::Pointer;

/// An OpenAPI document as it was written.
#[derive(Clone, Debug)]
pub struct Document {
    file: Arc<str>,
    text: String,
    root: Value,
    dialect: Dialect,
    origins: Origins,
    /// Which nodes of the tree are not written in the text.
    overrides: Overrides,
}

impl Document {
    /// How long a text may be, in bytes. The largest OpenAPI documents have a few million.
    pub const MAX_LENGTH: usize = 64 << 20;

    /// Reads YAML, or JSON, which is YAML. `file` is the name that diagnostics give.
    ///
    /// # Errors
    /// One diagnostic, when the text is too long or not YAML, or is more than a tree of plain values with strings as
    /// keys.
    pub fn parse(file: impl AsRef<str>, text: impl Into<String>) -> Result<Self, Diagnostics> {
        let (file, text): (Arc<str>, _) = (file.as_ref().into(), text.into());
        let refusal = |span, message, help| {
            let location = Location { file: Arc::clone(&file), span };
            Diagnostics(vec![Diagnostic { location, level: Level::Error, message, help, fix: None }])
        };
        if text.len() > Self::MAX_LENGTH {
            let message =
                format!("this text is longer than {} MiB, which no OpenAPI document is", Self::MAX_LENGTH >> 20);
            return Err(refusal(Span::START, message, "name the document's own file".to_owned()));
        }
        let root = yaml::parse(&text).map_err(|error| {
            let span = match error.at {
                At::Place(line, column) => Lines::of(&text).at(line, column),
                At::Node(at, part) => Positions::of(&text, [at.clone()].into_iter()).find(&at, part),
            };
            refusal(span, error.message, error.help)
        })?;
        let dialect = Dialect::of(&root);
        Ok(Self { file, text, root, dialect, origins: Origins::default(), overrides: Overrides::default() })
    }

    /// The name of the file.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree that the text describes, with the keys of its objects in the order of the text.
    #[must_use]
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The words that the text is written in.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The same text, read as another tree.
    pub(crate) fn lowered(&self, root: Value, origins: Origins) -> Self {
        let (file, text) = (self.file.clone(), self.text.clone());
        Self { file, text, root, dialect: self.dialect, origins, overrides: self.overrides.clone() }
    }

    /// The tree, to be changed.
    pub(crate) fn root_mut(&mut self) -> &mut Value {
        &mut self.root
    }

    pub(crate) fn set_overrides(&mut self, overrides: Overrides) {
        self.overrides = overrides;
    }

    pub(crate) fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// Whether a node is written in the text, and neither in a config nor inferred.
    pub(crate) fn is_written_by_hand(&self, at: &Pointer) -> bool {
        !self.overrides.has_written(at)
    }

    /// Applies fixes.
    pub(crate) fn apply(&mut self, mut fixes: Vec<Fix>) {
        // Later elements of a list go before earlier ones.
        let index = |node: &Pointer| node.last().parse::<usize>().unwrap_or_default();
        fixes.sort_by_key(|fix| std::cmp::Reverse(fix.node().map(|node| (node.parent(), index(node), node.clone()))));
        fixes.dedup();
        for fix in fixes {
            let Some((node, parent)) = fix.node().and_then(|node| Some((node.clone(), node.parent()?))) else {
                continue;
            };
            match (self.root.pointer_mut(parent.as_str()), fix) {
                (Some(Value::Object(object)), Fix::Insert(_, value)) => drop(object.insert(node.last(), value)),
                (Some(Value::Object(object)), Fix::Remove(_)) => drop(object.shift_remove(&node.last())),
                (Some(Value::Object(object)), Fix::Rename(_, key)) => {
                    let position = object.keys().position(|other| *other == node.last());
                    if let (Some(position), Some(value)) = (position, object.shift_remove(&node.last())) {
                        self.origins.moved(&parent.key(&key), &node);
                        object.shift_insert(position, key, value);
                    }
                }
                (Some(Value::Array(elements)), Fix::Remove(_)) if index(&node) < elements.len() => {
                    elements.remove(index(&node));
                }
                _ => {}
            }
        }
    }

    /// Locates diagnostics, in the order of the lines. Those about the config come last.
    pub(crate) fn diagnostics(&self, diagnostics: Vec<NodeDiagnostic>) -> Diagnostics {
        let (of_document, mut of_config) = self.overrides.sift(diagnostics);
        let mut located = self.located(self.with_original_nodes(of_document));
        located.append(&mut of_config);
        Diagnostics(located)
    }

    /// Makes diagnostics point at the nodes of the text, wherever the stages have moved them.
    pub(crate) fn with_original_nodes(&self, mut diagnostics: Vec<NodeDiagnostic>) -> Vec<NodeDiagnostic> {
        for diagnostic in &mut diagnostics {
            diagnostic.location.at = self.origins.original(&diagnostic.location.at);
        }
        diagnostics
    }

    /// Locates diagnostics that point at nodes of the text, in the order of the lines.
    ///
    /// The text is read again for this, so that a document without diagnostics costs nothing.
    pub(crate) fn located(&self, diagnostics: Vec<NodeDiagnostic>) -> Vec<Diagnostic> {
        if diagnostics.is_empty() {
            return Vec::new();
        }
        let positions = Positions::of(&self.text, diagnostics.iter().map(|diagnostic| diagnostic.location.at.clone()));
        let mut located: Vec<_> = diagnostics
            .into_iter()
            .map(|NodeDiagnostic { location, level, message, help, fix }| {
                let span = positions.find(&location.at, location.part);
                let location = Location { file: Arc::clone(&self.file), span };
                Diagnostic { location, level, message, help, fix }
            })
            .collect();
        located.sort_by(|one, other| one.location.cmp(&other.location));
        located.dedup();
        located
    }

    /// Returns where nodes are in the text.
    pub(crate) fn spans(&self, nodes: &[Pointer], part: Part) -> Vec<Span> {
        let nodes: Vec<_> = nodes.iter().map(|node| self.origins.original(node)).collect();
        let positions = Positions::of(&self.text, nodes.iter().cloned());
        nodes.iter().map(|node| positions.find(node, part)).collect()
    }
}
