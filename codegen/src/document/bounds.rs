use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser};
use serde_json::Value;

use super::yaml::{At, YamlError, error, not_yaml};

/// How deep containers may be in each other. What walks a document may recurse that deep.
const MAX_DEPTH: usize = 128;
/// How much text, in characters, aliases may repeat: a few lines of them can stand for gigabytes.
const MAX_REPEATED: usize = 8 << 20;

/// A container that has not ended.
struct Open {
    anchor: usize,
    start: usize,
    repeated_before: usize,
}

/// Refuses a text that would take forever to read, or fill the memory; and one in which no place could be found.
///
/// The library for YAML has bounds of its own. It gets to that of depth when it has read all of the text, in time that
/// grows with the square of the depth, and that of aliases counts how many there are, not how much each repeats.
pub(super) fn refuse_bombs(text: &str) -> Result<(), YamlError> {
    let mut open: Vec<Open> = Vec::new();
    // How long what an anchor names is, with the aliases in it written out. The parser numbers anchors from 1.
    let mut lengths: HashMap<usize, usize> = HashMap::new();
    let mut repeated = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) if error.info() == "recursion limit exceeded" => return Err(too_deep(*error.marker())),
            // JSON escapes characters outside of the basic plane in a way that YAML does not have.
            Err(_) if serde_json::from_str::<Value>(text).is_ok() => return Ok(()),
            Err(error) => return Err(not_yaml(at(*error.marker()), error.info())),
        };
        match event {
            Event::MappingStart(anchor, _) | Event::SequenceStart(anchor, _) => {
                if open.len() == MAX_DEPTH {
                    return Err(too_deep(span.start));
                }
                open.push(Open { anchor, start: span.start.index(), repeated_before: repeated });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let Some(Open { anchor, start, repeated_before }) = open.pop() else { continue };
                lengths.insert(anchor, span.end.index() - start + repeated - repeated_before);
            }
            Event::Scalar(_, _, anchor, _) => {
                lengths.insert(anchor, span.len());
            }
            Event::Alias(anchor) => {
                let Some(length) = lengths.get(&anchor) else { return Err(endless(span.start)) };
                repeated = repeated.saturating_add(*length);
                if repeated > MAX_REPEATED {
                    return Err(too_long(span.start));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn too_deep(start: Marker) -> YamlError {
    error(
        at(start),
        format!("more than {MAX_DEPTH} objects and lists are in each other here"),
        "give the inner ones a name under `components`, and refer to them",
    )
}

fn too_long(start: Marker) -> YamlError {
    error(
        at(start),
        format!("with its aliases written out, the document is longer than {} MiB here", MAX_REPEATED >> 20),
        "use `$ref` for what is repeated, not aliases of aliases",
    )
}

fn endless(start: Marker) -> YamlError {
    error(at(start), "this alias repeats what it is in itself", "use `$ref` for a schema that refers to itself")
}

fn at(marker: Marker) -> At {
    At::Place(marker.line(), marker.col() + 1)
}
