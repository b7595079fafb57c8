//! What changes between two documents: for the users of the crates that they give, and in what they say.

pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod surface;

use std::hash::Hash;

use indexmap::IndexMap;

/// What either side has under each key: in the order of the first side, and then of the second.
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

/// A path in which no parameter has a name.
fn without_parameter_names(path: &str) -> String {
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("{}");
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}
