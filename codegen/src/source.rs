//! Loads a document, and finds the line and column of any of its nodes again.

mod bounds;
pub(crate) mod config;
mod formats;
mod json;
mod lines;
mod origins;
mod overrides;
mod pointer;
mod positions;
mod version;
pub(crate) mod wildcard;
mod yaml;

use serde_json::Value;

pub(crate) use bounds::MAX_DEPTH;
use lines::Lines;
pub(crate) use origins::Origins;
pub(crate) use overrides::Said;
pub use pointer::Pointer;
use positions::Positions;
pub(crate) use version::Dialect;
use yaml::At;

use crate::diagnostic::{Complaint, Complaints, Place};

/// An OpenAPI document as it was written.
#[derive(Clone, Debug)]
pub struct Document {
    file: String,
    text: String,
    root: Value,
    dialect: Dialect,
    origins: Origins,
    /// What is written into the tree by what is said of the document beside it.
    said: Said,
}

/// A complaint that does not know its line yet.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) at: Pointer,
    pub(crate) part: Part,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) severity: Severity,
}

/// What it means for the crate that something is as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// No crate could come out, or a wrong one.
    Error,
    /// A right one comes out all the same, and this is how.
    Note(String),
    /// A right one comes out, and does without something that the document has every reason to say.
    Loss,
    /// A right one comes out when this is done.
    Mended(Box<Mend>),
}

/// What to do somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mend {
    at: Pointer,
    change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    LeaveOut,
    Put(Value),
    /// Gives another key to what is there.
    Call(String),
}

/// What to point at: the value of a node, or the key that it stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Key,
    Value,
}

impl Finding {
    pub(crate) fn key(at: Pointer, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at, part: Part::Key, message: message.into(), help: help.into(), severity: Severity::Error }
    }

    pub(crate) fn value(at: Pointer, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { part: Part::Value, ..Self::key(at, message, help) }
    }

    /// The same, where the crate is right in spite of it, and how.
    pub(crate) fn note(self, outcome: impl Into<String>) -> Self {
        Self { severity: Severity::Note(outcome.into()), ..self }
    }

    /// The same as a note, which says what the crate makes of it.
    pub(crate) fn passed_over(mut self) -> Self {
        let outcome = match &self.severity {
            Severity::Error | Severity::Loss => return self,
            Severity::Note(outcome) => outcome,
            Severity::Mended(mend) => match &mend.change {
                Change::LeaveOut => "it is left out",
                Change::Put(Value::String(text)) if text.is_empty() => "it is left empty",
                Change::Put(value) => &format!("it is taken as `{}`", value.to_string().trim_matches('"')),
                Change::Call(key) => &format!("it is taken as `{key}`"),
            },
        };
        self.message = format!("{}: {outcome}", self.message);
        self
    }

    /// The same, where nobody made a mistake and the crate does without.
    pub(crate) fn loss(self) -> Self {
        Self { severity: Severity::Loss, ..self }
    }

    /// The same, where the crate is right without what is at a place.
    pub(crate) fn note_without(self, place: Pointer) -> Self {
        self.mended(place, Change::LeaveOut)
    }

    /// The same, where the crate is right with a value at a place.
    pub(crate) fn note_with(self, place: Pointer, value: impl Into<Value>) -> Self {
        self.mended(place, Change::Put(value.into()))
    }

    /// The same, where the crate is right with another key for what is at a place.
    pub(crate) fn note_called(self, place: Pointer, key: impl Into<String>) -> Self {
        self.mended(place, Change::Call(key.into()))
    }

    fn mended(self, at: Pointer, change: Change) -> Self {
        Self { severity: Severity::Mended(Box::new(Mend { at, change })), ..self }
    }
}

impl Document {
    /// How long a text may be, in bytes. The largest OpenAPI documents have a few million.
    pub const MAX_LENGTH: usize = 64 << 20;

    /// Reads YAML, or JSON, which is YAML. `file` is the name that complaints give.
    ///
    /// # Errors
    /// One complaint, when the text is too long or not YAML, or is more than a tree of plain values with strings as
    /// keys.
    pub fn parse(file: impl Into<String>, text: impl Into<String>) -> Result<Self, Complaints> {
        let (file, text) = (file.into(), text.into());
        if text.len() > Self::MAX_LENGTH {
            return Err(Complaints(vec![Complaint {
                file,
                place: None,
                message: format!(
                    "this text is longer than {} MiB, which no OpenAPI document is",
                    Self::MAX_LENGTH >> 20
                ),
                help: "name the document's own file".to_owned(),
            }]));
        }
        match yaml::parse(&text) {
            Ok(root) => {
                let dialect = Dialect::of(&root);
                Ok(Self { file, text, root, dialect, origins: Origins::default(), said: Said::default() })
            }
            Err(error) => Err(Complaints(vec![Complaint {
                file,
                place: Some(match error.at {
                    At::Place(line, column) => Lines::of(&text).at(line, column),
                    At::Node(at, part) => Positions::of(&text, [at.clone()].into_iter()).find(&at, part),
                }),
                message: error.message,
                help: error.help,
            }])),
        }
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
        Self { file, text, root, dialect: self.dialect, origins, said: self.said.clone() }
    }

    /// The tree, to be changed.
    pub(crate) fn root_mut(&mut self) -> &mut Value {
        &mut self.root
    }

    /// Notes what is said of the document beside it.
    pub(crate) fn say(&mut self, said: Said) {
        self.said = said;
    }

    pub(crate) fn said(&self) -> &Said {
        &self.said
    }

    /// Whether what is here is written in the text, not said beside it.
    pub(crate) fn is_written_by_hand(&self, at: &Pointer) -> bool {
        !self.said.has_written(at)
    }

    /// Puts values where they are missing, takes away nodes that have none, and gives others their keys.
    pub(crate) fn mend(&mut self, mut mends: Vec<Mend>) {
        // Later elements of a list go before earlier ones.
        let index = |at: &Pointer| at.last().parse::<usize>().unwrap_or_default();
        mends.sort_by_key(|Mend { at, .. }| std::cmp::Reverse((at.parent(), index(at), at.clone())));
        mends.dedup();
        for Mend { at, change } in mends {
            let Some(parent) = at.parent() else { continue };
            match (self.root.pointer_mut(parent.as_str()), change) {
                (Some(Value::Object(object)), Change::Put(value)) => drop(object.insert(at.last(), value)),
                (Some(Value::Object(object)), Change::LeaveOut) => drop(object.shift_remove(&at.last())),
                (Some(Value::Object(object)), Change::Call(key)) => {
                    let position = object.keys().position(|other| *other == at.last());
                    if let (Some(position), Some(value)) = (position, object.shift_remove(&at.last())) {
                        self.origins.moved(&parent.key(&key), &at);
                        object.shift_insert(position, key, value);
                    }
                }
                (Some(Value::Array(elements)), Change::LeaveOut) if index(&at) < elements.len() => {
                    elements.remove(index(&at));
                }
                _ => {}
            }
        }
    }

    /// Findings with their places, in the order of the lines. What is said beside the document comes last.
    pub(crate) fn complaints(&self, findings: Vec<Finding>) -> Complaints {
        let (of_document, mut of_config) = self.said.sift(findings);
        let mut complaints = self.placed(self.settled(of_document));
        complaints.append(&mut of_config);
        Complaints(complaints)
    }

    /// The findings with pointers into the text, wherever passes have put what they are about.
    pub(crate) fn settled(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        for finding in &mut findings {
            finding.at = self.origins.original(&finding.at);
        }
        findings
    }

    /// Settled findings with their places, in the order of the lines.
    ///
    /// The places are worked out here, by reading the text again: who has nothing to say never pays for them, and who
    /// has asks once.
    pub(crate) fn placed(&self, findings: Vec<Finding>) -> Vec<Complaint> {
        if findings.is_empty() {
            return Vec::new();
        }
        let positions = Positions::of(&self.text, findings.iter().map(|finding| finding.at.clone()));
        let mut complaints: Vec<_> = findings
            .into_iter()
            .map(|finding| Complaint {
                file: self.file.clone(),
                place: Some(positions.find(&finding.at, finding.part)),
                message: finding.message,
                help: finding.help,
            })
            .collect();
        complaints.sort_by_key(|complaint| complaint.place);
        complaints.dedup();
        complaints
    }

    /// Where nodes are.
    pub(crate) fn places(&self, of: &[Pointer], part: Part) -> Vec<Place> {
        let of: Vec<_> = of.iter().map(|at| self.origins.original(at)).collect();
        let positions = Positions::of(&self.text, of.iter().cloned());
        of.iter().map(|at| positions.find(at, part)).collect()
    }
}
