use super::{
    grammar::Kind,
    outline::{Node, Outline},
};
use crate::document::Finding;

/// The document has nothing that no code can be made for yet.
pub(super) fn supported(outline: &Outline<'_>) -> Vec<Finding> {
    let schemas = outline.nodes().filter(|node| node.reference().is_none() && node.kind == Kind::Schema);
    schemas.filter_map(|schema| negation(outline, schema)).collect()
}

fn negation(outline: &Outline<'_>, schema: &Node<'_>) -> Option<Finding> {
    schema.get("not").map(|_| {
        let at = outline.pointer(schema).key("not");
        let help = "describe what is possible, instead of what is not";
        Finding::key(at.clone(), "`not` is not supported", help).note_without(at)
    })
}
