use std::fmt;

use serde_json::Value;
use serde_path_to_error::Segment;

/// The way from the root of a JSON value to a node in it, written `$.result[2].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl From<Step> for Path {
    fn from(step: Step) -> Self {
        Self(vec![step])
    }
}

impl Path {
    /// Where a decoding error happened, as far as it can be told.
    pub(super) fn of(error: &serde_path_to_error::Path) -> Self {
        let steps = error.iter().map_while(|segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        Self(steps.collect())
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(super) fn starts_with(&self, start: &Self) -> bool {
        self.0.starts_with(&start.0)
    }

    /// The first `length` steps.
    pub(super) fn start(&self, length: usize) -> Self {
        Self(self.0[..length.min(self.0.len())].to_vec())
    }

    /// This path, and from its end on the other one.
    pub(super) fn join(&self, steps: &[Step]) -> Self {
        Self([&self.0, steps].concat())
    }

    /// The last step and those before it; none for the root.
    pub(super) fn split_last(&self) -> Option<(&Step, &[Step])> {
        self.0.split_last()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        self.0.iter().try_for_each(|step| match step {
            Step::Key(key) if is_plain(key) => write!(formatter, ".{key}"),
            Step::Key(key) => write!(formatter, "[{key:?}]"),
            Step::Index(index) => write!(formatter, "[{index}]"),
        })
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The node at the end of these steps.
pub(super) fn node<'a>(root: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    steps.iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.get_mut(key),
        Step::Index(index) => node.get_mut(index),
    })
}
