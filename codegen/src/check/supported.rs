use super::{
    grammar::Kind,
    outline::{Node, Outline},
};
use crate::document::Finding;

/// The document has nothing that no code can be made for yet.
pub(super) fn supported(outline: &Outline<'_>) -> Vec<Finding> {
    let schemas = outline.nodes().filter(|node| node.reference().is_none() && node.kind == Kind::Schema);
    schemas.flat_map(|schema| alternatives(outline, schema)).collect()
}

fn alternatives(outline: &Outline<'_>, schema: &Node<'_>) -> Vec<Finding> {
    let written = ["oneOf", "anyOf", "not"].into_iter().filter(|keyword| schema.get(keyword).is_some());
    written
        .map(|keyword| {
            let help = match keyword {
                "not" => "describe what is possible, instead of what is not",
                _ => "describe one object with the properties of all alternatives, and require those that all have",
            };
            Finding::key(outline.pointer(schema).key(keyword), format!("`{keyword}` is not supported"), help)
        })
        .collect()
}
