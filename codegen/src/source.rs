//! Reads documents and configs, and finds the line and column of each node.

mod bounds;
pub(crate) mod config;
mod dialect;
mod formats;
mod json;
mod lines;
mod origins;
mod overrides;
mod positions;
pub(crate) mod wildcard;
mod yaml;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

pub(crate) use bounds::MAX_DEPTH;
pub(crate) use dialect::Dialect;
use lines::Lines;
pub(crate) use origins::Origins;
pub(crate) use overrides::Overrides;
use positions::Positions;
use yaml::At;

use crate::diagnostic::{
    Diagnostic, Diagnostics, Fix, Location, Node, NodeDiagnostic, Origin, Part, SourceDiagnostic, SourceFile,
    SourceNode, Span,
};
pub(crate) use crate::pointer::Pointer;

/// An OpenAPI document: the tree of its text. A document in several files is one tree.
#[derive(Clone, Debug)]
pub struct Document {
    /// The first is the root.
    files: Vec<SourceFile>,
    root: Value,
    dialect: Dialect,
    origins: Origins,
    /// The nodes of the tree that are not written in the text.
    overrides: Overrides,
    /// The warnings of bundling its files.
    warnings: Vec<SourceDiagnostic>,
}

impl SourceFile {
    fn parse(name: &str, text: String) -> Result<(Self, Value), Diagnostics> {
        let file = Self::new(name, text);
        let text = &*file.text;
        if text.len() > Document::MAX_LENGTH {
            let message =
                format!("this text is longer than {} MiB, which no OpenAPI document is", Document::MAX_LENGTH >> 20);
            return Err(file.refusal(Span::START, message, "name the document's own file".to_owned()));
        }
        match yaml::parse(text) {
            Ok(tree) => Ok((file, tree)),
            Err(error) => {
                let span = match error.at {
                    At::LineColumn(line, column) => Lines::of(text).at(line, column),
                    At::Node(at, part) => Positions::of(text, [at.clone()].into_iter()).find(&at, part),
                };
                Err(file.refusal(span, error.message, error.help))
            }
        }
    }

    fn refusal(&self, span: Span, message: String, help: String) -> Diagnostics {
        let location = Location { file: self.clone(), span, pointer: Pointer::default() };
        Diagnostics(vec![Diagnostic::error(location, message, help)])
    }
}

impl Document {
    /// The longest text that is read, in bytes. The largest OpenAPI documents have a few million.
    pub const MAX_LENGTH: usize = 64 << 20;

    /// Reads YAML, or JSON, which is YAML. `file` is the name that diagnostics give.
    ///
    /// # Errors
    /// One diagnostic, when the text is too long or not YAML, or is more than a tree of plain values with strings as
    /// keys.
    pub fn parse(file: impl AsRef<str>, text: impl Into<String>) -> Result<Self, Diagnostics> {
        let (file, root) = SourceFile::parse(file.as_ref(), text.into())?;
        Ok(Self {
            dialect: Dialect::of(&root),
            files: vec![file],
            root,
            origins: Origins::default(),
            overrides: Overrides::default(),
            warnings: Vec::new(),
        })
    }

    /// Reads another file of the document, and returns its tree.
    pub(crate) fn add_file(&mut self, name: &str, text: String) -> Result<Value, Diagnostics> {
        let (file, tree) = SourceFile::parse(name, text)?;
        self.files.push(file);
        Ok(tree)
    }

    /// Returns the name of the root's file.
    #[must_use]
    pub fn file(&self) -> &str {
        self.files.first().map_or("", |file| &file.name)
    }

    /// Returns the name of a file, by its index.
    pub(crate) fn file_name(&self, file: usize) -> Option<&str> {
        Some(&self.files.get(file)?.name)
    }

    /// Returns the text of the root's file.
    #[must_use]
    pub fn text(&self) -> &str {
        self.files.first().map_or("", |file| &file.text)
    }

    /// Returns the tree of the text, with the keys of its objects in the order of the text.
    #[must_use]
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Writes the tree as YAML in one file, for tools that read no others.
    ///
    /// # Errors
    /// A tree that YAML cannot hold, which no document that was read has.
    pub fn to_yaml(&self) -> Result<String, serde_yaml::Error> {
        serde_yaml::to_string(&self.root)
    }

    /// The version of OpenAPI that the text is written in.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the document with another tree.
    pub(crate) fn with_tree(&self, root: Value, origins: Origins) -> Self {
        let Self { files, overrides, warnings, .. } = self;
        let (files, overrides, warnings) = (files.clone(), overrides.clone(), warnings.clone());
        Self { files, root, dialect: self.dialect, origins, overrides, warnings }
    }

    /// Adds a file that cannot be read, without text.
    pub(crate) fn add_unread_file(&mut self, name: &str) {
        self.files.push(SourceFile::new(name, ""));
    }

    /// Returns the document with one tree for all its files, and the warnings of bundling them.
    pub(crate) fn with_bundle(self, root: Value, origins: Origins, warnings: Vec<SourceDiagnostic>) -> Self {
        Self { root, origins, warnings, ..self }
    }

    pub(crate) fn warnings(&self) -> &[SourceDiagnostic] {
        &self.warnings
    }

    pub(crate) fn origins(&self) -> &Origins {
        &self.origins
    }

    pub(crate) fn root_mut(&mut self) -> &mut Value {
        &mut self.root
    }

    /// Records that the node at `to`, with all that is in it, was at `from` until now.
    pub(crate) fn moved(&mut self, to: &Pointer, from: &Pointer) {
        self.origins.moved(to, from);
    }

    pub(crate) fn set_overrides(&mut self, overrides: Overrides) {
        self.overrides = overrides;
    }

    pub(crate) fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    pub(crate) fn overrides_mut(&mut self) -> &mut Overrides {
        &mut self.overrides
    }

    /// Returns whether a node is written in the text, and is neither an override nor inferred.
    pub(crate) fn is_written_by_hand(&self, at: &Pointer) -> bool {
        !self.overrides.has_written(at)
    }

    /// Applies fixes.
    pub(crate) fn apply(&mut self, mut fixes: Vec<Fix>) {
        let index = |node: &Pointer| node.last().parse::<usize>().unwrap_or_default();
        fixes.sort_by_key(|fix| std::cmp::Reverse(fix.node().map(|node| (node.parent(), index(node), node.clone()))));
        fixes.dedup();
        // A replacement is made of the node as it was, so fixes within the node come after it.
        let (mut replacing, others): (Vec<_>, Vec<_>) =
            fixes.into_iter().partition(|fix| matches!(fix, Fix::Replace(..)));
        replacing.reverse();
        let mut shortened: HashMap<Pointer, HashSet<usize>> = HashMap::new();
        let mut removed: HashMap<Pointer, HashSet<String>> = HashMap::new();
        for fix in replacing.into_iter().chain(others) {
            let Some((node, parent)) = fix.node().and_then(|node| Some((node.clone(), node.parent()?))) else {
                continue;
            };
            match (self.root.pointer_mut(parent.as_str()), fix) {
                (Some(Value::Object(object)), Fix::Insert(_, value) | Fix::Replace(_, value, _)) => {
                    object.insert(node.last(), value);
                }
                (Some(Value::Object(object)), Fix::Append(_, value, _)) => {
                    if let Value::Array(list) = object.entry(node.last()).or_insert_with(|| Value::Array(Vec::new())) {
                        list.push(value);
                    }
                }
                (Some(Value::Object(_)), Fix::Remove(_)) => {
                    removed.entry(parent).or_default().insert(node.last());
                }
                (Some(Value::Object(object)), Fix::Rename(_, key)) => {
                    let position = object.keys().position(|other| *other == node.last());
                    if let (Some(position), Some(value)) = (position, object.shift_remove(&node.last())) {
                        self.origins.moved(&parent.key(&key), &node);
                        object.shift_insert(position, key, value);
                    }
                }
                (Some(Value::Array(elements)), Fix::Insert(_, value) | Fix::Replace(_, value, _)) => {
                    if let Some(element) = elements.get_mut(index(&node)) {
                        *element = value;
                    }
                }
                (Some(Value::Array(_)), Fix::Remove(_)) => {
                    shortened.entry(parent).or_default().insert(index(&node));
                }
                _ => {}
            }
        }
        for (at, keys) in removed {
            if let Some(Value::Object(object)) = self.root.pointer_mut(at.as_str()) {
                object.retain(|key, _| !keys.contains(key));
            }
        }
        // Longer pointers first: these lists may be in each other.
        let mut shortened: Vec<_> = shortened.into_iter().collect();
        shortened.sort_by(|(one, _), (other, _)| other.cmp(one));
        for (list, removed) in shortened {
            self.remove_elements(&list, &removed);
        }
    }

    fn remove_elements(&mut self, list: &Pointer, removed: &HashSet<usize>) {
        let Some(Value::Array(elements)) = self.root.pointer_mut(list.as_str()) else { return };
        let mut left = Vec::new();
        for (index, element) in std::mem::take(elements).into_iter().enumerate() {
            if !removed.contains(&index) {
                if index != left.len() {
                    self.origins.moved(&list.index(left.len()), &list.index(index));
                }
                left.push(element);
            }
        }
        *elements = left;
    }

    /// Returns the name of the file that a node is written in.
    pub(crate) fn file_of(&self, at: &Pointer) -> &str {
        self.files.get(self.origins.original(at).file).map_or("", |file| &file.name)
    }

    /// Locates diagnostics, in the order of the lines. Those of the config come last.
    pub(crate) fn diagnostics(&self, diagnostics: Vec<NodeDiagnostic>) -> Diagnostics {
        let (of_document, mut of_config) = self.overrides.split(diagnostics);
        let mut located = self.located(self.with_origins(of_document));
        located.append(&mut of_config);
        Diagnostics(located)
    }

    /// Finds where the nodes of diagnostics are written, also those that a stage has moved.
    pub(crate) fn with_origins(&self, diagnostics: Vec<NodeDiagnostic>) -> Vec<SourceDiagnostic> {
        let original = |Node { at, part }: Node| SourceNode { origin: self.origins.original(&at), part };
        diagnostics.into_iter().map(|diagnostic| diagnostic.locate(original)).collect()
    }

    /// Locates diagnostics, in the order of the files and their lines.
    ///
    /// The text is read again for this, so that a document without diagnostics costs nothing.
    pub(crate) fn located(&self, diagnostics: Vec<SourceDiagnostic>) -> Vec<Diagnostic> {
        let nodes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.location.clone()).collect();
        let locations = self.locations_of(&nodes);
        let mut located: Vec<_> = diagnostics
            .into_iter()
            .zip(locations)
            .map(|(diagnostic, location)| (diagnostic.location.origin.file, diagnostic.locate(|_| location)))
            .collect();
        located.sort_by_key(|(file, diagnostic)| (*file, diagnostic.location.span));
        let mut located: Vec<_> = located.into_iter().map(|(_, diagnostic)| diagnostic).collect();
        located.dedup();
        located
    }

    /// Returns where nodes are in the text.
    pub(crate) fn locations(&self, nodes: &[Pointer], part: Part) -> Vec<Location> {
        let original = |at: &Pointer| SourceNode { origin: self.origins.original(at), part };
        self.locations_of(&nodes.iter().map(original).collect::<Vec<_>>())
    }

    /// Returns where a node of a file is in its text.
    pub(crate) fn location_of(&self, origin: &Origin, part: Part) -> Location {
        self.locations_of(&[SourceNode { origin: origin.clone(), part }]).remove(0)
    }

    fn locations_of(&self, nodes: &[SourceNode]) -> Vec<Location> {
        let mut pointers: HashMap<usize, Vec<Pointer>> = HashMap::new();
        for SourceNode { origin: Origin { file, at }, .. } in nodes {
            pointers.entry(*file).or_default().push(at.clone());
        }
        let texts =
            pointers.into_iter().filter_map(|(index, pointers)| Some((index, self.files.get(index)?, pointers)));
        let positions: HashMap<_, _> =
            texts.map(|(index, file, pointers)| (index, Positions::of(&file.text, pointers.into_iter()))).collect();
        let location = |SourceNode { origin, part }: &SourceNode| {
            let span = positions.get(&origin.file).map_or(Span::START, |positions| positions.find(&origin.at, *part));
            let file = self.files.get(origin.file).or(self.files.first());
            let file = file.cloned().unwrap_or_else(|| SourceFile::new("", ""));
            Location { file, span, pointer: origin.at.clone() }
        };
        nodes.iter().map(location).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointer(steps: &str) -> Pointer {
        Pointer::default().join(steps)
    }

    #[test]
    fn fixes_keep_the_origins_of_elements() {
        let mut document = Document::parse("api.yaml", "a: [0, 1, 2]\nb: {c: 1, d: 2}\n").unwrap();
        document.apply(vec![
            Fix::Remove(pointer("/a/0")),
            Fix::Remove(pointer("/a/1")),
            Fix::Append(pointer("/a"), json!(4), String::new()),
            Fix::Append(pointer("/b/f"), json!(5), String::new()),
            Fix::Insert(pointer("/b/e"), json!(3)),
            Fix::Replace(pointer("/b/c"), json!({}), String::new()),
        ]);
        let b = json!({ "c": {}, "d": 2, "f": [5], "e": 3 });
        assert_eq!(*document.root(), json!({ "a": [2, 4], "b": b }));
        assert_eq!(document.origins().original(&pointer("/a/0")).at, pointer("/a/2"));
    }

    #[test]
    fn a_renamed_node_keeps_its_position_and_its_location() {
        let mut document = Document::parse("api.yaml", "b:\n  c: 1\n  d: 2\n").unwrap();
        document.apply(vec![Fix::Rename(pointer("/b/c"), "e".to_owned())]);
        assert_eq!(document.root().to_string(), r#"{"b":{"e":1,"d":2}}"#);
        assert_eq!(document.locations(&[pointer("/b/e")], Part::Key)[0].to_string(), "api.yaml:2:3");
    }
}
