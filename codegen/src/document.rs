//! Loads a document, and finds the line and column of any of its nodes again.

mod pointer;
mod positions;
mod yaml;

use serde_json::Value;

pub use pointer::Pointer;
use positions::Positions;

use crate::complaint::{Complaint, Complaints};

/// An OpenAPI document as it was written.
#[derive(Clone, Debug)]
pub struct Document {
    file: String,
    text: String,
    root: Value,
}

/// A complaint that does not know its line yet.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) at: Pointer,
    pub(crate) part: Part,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// What to point at: the value of a node, or the key that it stands under.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Key,
    Value,
}

impl Document {
    /// Reads YAML, or JSON, which is YAML. `file` is the name that complaints give.
    ///
    /// # Errors
    /// One complaint, when the text is not YAML, or is more than a tree of plain values with strings as keys.
    pub fn parse(file: impl Into<String>, text: impl Into<String>) -> Result<Self, Complaints> {
        let (file, text) = (file.into(), text.into());
        match yaml::parse(&text) {
            Ok(root) => Ok(Self { file, text, root }),
            Err(error) => Err(Complaints(vec![Complaint {
                file,
                place: positions::place(&text, error.line, error.column),
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

    /// Findings with their places, in the order of the lines.
    ///
    /// The places are worked out here, from the text: a document without a complaint never pays for them.
    pub(crate) fn complaints(&self, findings: Vec<Finding>) -> Complaints {
        let positions = Positions::of(&self.text);
        let mut complaints: Vec<_> = findings
            .into_iter()
            .map(|finding| Complaint {
                file: self.file.clone(),
                place: positions.find(&finding.at, finding.part),
                message: finding.message,
                help: finding.help,
            })
            .collect();
        complaints.sort_by_key(|complaint| complaint.place);
        complaints.dedup();
        Complaints(complaints)
    }
}
