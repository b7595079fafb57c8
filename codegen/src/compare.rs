//! What changes between two documents: for the users of the crates that they give, and in what they say.

pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod surface;

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
