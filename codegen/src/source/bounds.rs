use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser};
use serde_json::{Map, Value};

use super::yaml::{At, YamlError, error, not_yaml};
use crate::json::values;

/// How deep objects and lists may be nested. A function that visits a document may recurse that deep.
pub(crate) const MAX_DEPTH: usize = 128;

/// How many characters aliases may repeat: a few lines of them can stand for gigabytes.
const MAX_REPEATED_CHARACTERS: usize = 8 << 20;

/// How many keys and values there may be, with aliases expanded. Each takes some kilobytes and some tenths of a
/// millisecond in all stages; the documents of the largest APIs have a few hundred thousand.
const MAX_NODES: usize = 1_000_000;

/// An object or a list that has not ended.
struct Open {
    anchor: usize,
    start: usize,
    before: Size,
}

/// The size of a text with its aliases expanded.
#[derive(Clone, Copy, Default)]
struct Size {
    /// The characters that aliases repeat.
    repeated: usize,
    /// The keys and values.
    nodes: usize,
}

/// Refuses a text that would take forever to read, or fill the memory.
///
/// The bounds of the YAML library do not suffice: it checks the depth after it has read the text, in time that grows
/// with the square of the depth, and counts aliases, but not how much each repeats.
pub(super) fn refuse_bombs(text: &str) -> Result<(), YamlError> {
    let mut open: Vec<Open> = Vec::new();
    // The size of the value of each anchor. The parser numbers anchors from 1.
    let mut anchored: HashMap<usize, Size> = HashMap::new();
    let mut size = Size::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) if error.info() == "recursion limit exceeded" => return Err(too_deep(*error.marker())),
            // YAML has no surrogate pairs in escapes, as JSON has.
            Err(error) => match serde_json::from_str(text) {
                Ok(json) if !fits(&json) => return Err(too_many(*error.marker())),
                Ok(_) => return Ok(()),
                Err(_) => return Err(not_yaml(at(*error.marker()), error.info())),
            },
        };
        let before = size;
        match event {
            Event::MappingStart(anchor, _) | Event::SequenceStart(anchor, _) => {
                if open.len() == MAX_DEPTH {
                    return Err(too_deep(span.start));
                }
                open.push(Open { anchor, start: span.start.index(), before });
                size.nodes += 1;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let Some(Open { anchor, start, before }) = open.pop() else { continue };
                let repeated = span.end.index() - start + size.repeated - before.repeated;
                anchored.insert(anchor, Size { repeated, nodes: size.nodes - before.nodes });
            }
            Event::Scalar(_, _, anchor, _) => {
                anchored.insert(anchor, Size { repeated: span.len(), nodes: 1 });
                size.nodes += 1;
            }
            Event::Alias(anchor) => {
                let Some(repeated) = anchored.get(&anchor) else { return Err(contains_itself(span.start)) };
                size.repeated = size.repeated.saturating_add(repeated.repeated);
                size.nodes = size.nodes.saturating_add(repeated.nodes);
                if size.repeated > MAX_REPEATED_CHARACTERS || size.nodes > MAX_NODES {
                    return Err(too_long(span.start));
                }
            }
            _ => {}
        }
        if size.nodes > MAX_NODES {
            return Err(too_many(span.start));
        }
    }
    Ok(())
}

/// Returns whether a tree has no more keys and values than a document may have.
pub(super) fn fits(json: &Value) -> bool {
    let sizes = values(json).map(|value| 1 + value.as_object().map_or(0, Map::len));
    sizes.sum::<usize>() <= MAX_NODES
}

fn too_deep(start: Marker) -> YamlError {
    error(
        at(start),
        format!("objects and lists are nested more than {MAX_DEPTH} levels deep here"),
        "move the inner ones to `components`, and refer to them",
    )
}

fn too_long(start: Marker) -> YamlError {
    error(
        at(start),
        format!(
            "with its aliases expanded, the document has more than {} MiB or {MAX_NODES} keys and values here",
            MAX_REPEATED_CHARACTERS >> 20
        ),
        "use `$ref` instead of aliases of aliases",
    )
}

fn too_many(start: Marker) -> YamlError {
    error(
        at(start),
        format!("the document has more than {MAX_NODES} keys and values: this one exceeds the limit"),
        "describe a part of the API: leave out operations, and the schemas that only they use",
    )
}

fn contains_itself(start: Marker) -> YamlError {
    error(at(start), "this alias repeats a value that contains it", "use `$ref` for a schema that refers to itself")
}

fn at(marker: Marker) -> At {
    At::LineColumn(marker.line(), marker.col() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        refuse_bombs(text).map_or_else(|error| error.message, |()| "accepted".to_owned())
    }

    #[test]
    fn nested_lists_have_a_limit() {
        let lists = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(refusal(&lists(MAX_DEPTH)), "accepted");
        insta::assert_snapshot!(refusal(&lists(MAX_DEPTH + 1)), @"objects and lists are nested more than 128 levels deep here");
    }

    #[test]
    fn aliases_of_aliases_have_a_limit() {
        let lines =
            (1..9).map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", ")));
        let text = format!("a0: &a0 text\n{}", lines.collect::<String>());
        insta::assert_snapshot!(refusal(&text), @"with its aliases expanded, the document has more than 8 MiB or 1000000 keys and values here");
        insta::assert_snapshot!(refusal("a: &a [*a]"), @"this alias repeats a value that contains it");
    }
}
