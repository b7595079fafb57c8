//! Compares two documents: `diff` for users of the emitted crates, `drift` and `prose` with the published document.

pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod prose;
pub(crate) mod surface;

use std::hash::Hash;

use indexmap::IndexMap;

/// Returns what either side has under each key: in the order of the first side, and then of the second.
fn paired<K: Eq + Hash, V>(sides: [impl IntoIterator<Item = (K, V)>; 2]) -> IndexMap<K, [Option<V>; 2]> {
    let mut pairs = IndexMap::new();
    for (index, side) in sides.into_iter().enumerate() {
        for (key, value) in side {
            pairs.entry(key).or_insert_with(|| [None, None])[index] = Some(value);
        }
    }
    pairs
}

fn requiredness(is_required: bool) -> String {
    if is_required { "required" } else { "optional" }.to_owned()
}

/// Returns a path in which no parameter has a name.
fn without_parameter_names(path: &str) -> String {
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("{}");
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}

/// Escapes control characters, which could end the line or control a terminal.
fn printable(text: &str) -> String {
    let escaped = |letter: char| {
        if letter.is_control() { letter.escape_default().to_string() } else { letter.to_string() }
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_in_the_order_of_the_first_side_and_then_of_the_second() {
        let pairs = paired([[("b", 1), ("a", 2)], [("c", 3), ("a", 4)]]);
        let expected = [("b", [Some(1), None]), ("a", [Some(2), Some(4)]), ("c", [None, Some(3)])];
        assert_eq!(pairs.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn paths_with_other_names_of_parameters_are_equal() {
        assert_eq!(without_parameter_names("/a/{id}/b/{part}.json"), "/a/{}/b/{}.json");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("\u{1b}[31m\n"), r"\u{1b}[31m\n");
    }
}
