use std::fmt;

use serde_json::Value;
use serde_path_to_error::Segment;

use super::{
    scan::{Container, Cursor, NotJson},
    tree::text,
};

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

/// The JSON that stands at each of these paths. They are in order, and none is in another.
pub(super) fn locate<'a>(json: &'a [u8], paths: &[Path]) -> Vec<&'a [u8]> {
    let mut located = vec![json; paths.len()];
    // It has been read before, so nothing fails.
    let _: Result<(), NotJson> = search(&mut Cursor::new(json), paths, 0, &mut located);
    located
}

fn search<'a>(cursor: &mut Cursor<'a>, paths: &[Path], depth: usize, located: &mut [&'a [u8]]) -> Result<(), NotJson> {
    let container = Container::of(cursor.next()?);
    let start = cursor.at();
    let Some(container) = container.filter(|_| paths.first().is_some_and(|path| path.0.len() > depth)) else {
        cursor.skip()?;
        located.fill(cursor.since(start));
        return Ok(());
    };
    let mut index = 0;
    let mut goes_on = cursor.enter(container)?;
    while goes_on {
        let step = match container {
            Container::Array => Step::Index(index),
            Container::Object => Step::Key(text(cursor.key()?)),
        };
        let from = paths.partition_point(|path| path.0[depth] < step);
        let count = paths[from..].partition_point(|path| path.0[depth] == step);
        search(cursor, &paths[from..from + count], depth + 1, &mut located[from..from + count])?;
        index += 1;
        goes_on = cursor.goes_on(container)?;
    }
    Ok(())
}
