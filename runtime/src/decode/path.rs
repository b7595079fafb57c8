use std::fmt;

use serde_json::Value;
use serde_path_to_error::Segment;

use super::{
    scan::{Container, Cursor, NotJson},
    tree::decode_key,
};

/// The path of a node in a JSON value, which is displayed as `$.result[2].name`.
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
    /// Returns the path of a decoding error, up to its first segment that is no key or index.
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

    pub(super) fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// Returns the first `length` steps.
    pub(super) fn prefix(&self, length: usize) -> Self {
        Self(self.0[..length.min(self.0.len())].to_vec())
    }

    /// Returns this path followed by further steps.
    pub(super) fn join(&self, steps: &[Step]) -> Self {
        Self([&self.0, steps].concat())
    }

    /// Returns the last step and those before it; `None` for the root.
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

/// Finds the node at these steps.
pub(super) fn find_node<'a>(root: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    steps.iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.get_mut(key),
        Step::Index(index) => node.get_mut(index),
    })
}

/// Finds the JSON at each of these paths, which are in order, and none of which is within another.
pub(super) fn locate<'a>(json: &'a [u8], paths: &[Path]) -> Vec<&'a [u8]> {
    let mut located = vec![json; paths.len()];
    // Never an error, because the JSON has been scanned before.
    let _: Result<(), NotJson> = locate_in(&mut Cursor::new(json), paths, 0, &mut located);
    located
}

fn locate_in<'a>(
    cursor: &mut Cursor<'a>,
    paths: &[Path],
    depth: usize,
    located: &mut [&'a [u8]],
) -> Result<(), NotJson> {
    let container = Container::of(cursor.skip_whitespace()?);
    let start = cursor.position();
    let Some(container) = container.filter(|_| paths.first().is_some_and(|path| path.0.len() > depth)) else {
        cursor.skip_value()?;
        located.fill(cursor.slice_from(start));
        return Ok(());
    };
    let mut index = 0;
    let mut has_next = cursor.enter(container)?;
    while has_next {
        let step = match container {
            Container::Array => Step::Index(index),
            Container::Object => Step::Key(decode_key(cursor.skip_key()?)),
        };
        let from = paths.partition_point(|path| path.0[depth] < step);
        let count = paths[from..].partition_point(|path| path.0[depth] == step);
        locate_in(cursor, &paths[from..from + count], depth + 1, &mut located[from..from + count])?;
        index += 1;
        has_next = cursor.advance_to_next(container)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_of_several_paths_is_located() {
        let json = br#"{"a": [1, {"b": "c"}], "d.e": null}"#;
        let [a, d] = [Step::Key("a".to_owned()), Step::Key("d.e".to_owned())];
        let paths = [Path(vec![a.clone(), Step::Index(0)]), Path(vec![a, Step::Index(1)]), Path(vec![d])];
        assert_eq!(paths.each_ref().map(ToString::to_string), ["$.a[0]", "$.a[1]", r#"$["d.e"]"#]);
        assert_eq!(locate(json, &paths), [&b"1"[..], br#"{"b": "c"}"#, b"null"]);
    }
}
