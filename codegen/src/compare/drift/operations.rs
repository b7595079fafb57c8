use indexmap::IndexMap;

use super::{
    DriftError, Upstream,
    bodies::Envelope,
    comparison::Comparison,
    node::{Node, Tree},
    row::{Difference, Rows},
};
use crate::source::Document;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// An operation, with the path that it stands under and what else that path holds.
pub(super) struct Operation<'a> {
    pub(super) path: &'a str,
    pub(super) item: Node<'a>,
    pub(super) node: Node<'a>,
}

/// All differences.
pub(super) fn compare(ours: &Document, theirs: &Upstream) -> Result<Rows, DriftError> {
    let (our_tree, their_tree) = (Tree::of(ours.root()), Tree::of(theirs.root()));
    let root = our_tree.root();
    let envelope = Envelope::of(&root);
    let (our_operations, their_operations) = (operations(&root), operations(&their_tree.root()));
    if !our_operations.keys().any(|name| their_operations.contains_key(name)) {
        return Err(DriftError::AnotherApi(ours.file().to_owned()));
    }

    let mut rows = Rows::default();
    for (name, ours) in &our_operations {
        let Some(theirs) = their_operations.get(name) else {
            rows.add(name, whole("operation theirs lacks", &ours.node));
            continue;
        };
        let mut comparison = Comparison::of(name, &mut rows);
        comparison.parameters(ours, theirs);
        comparison.requests(&ours.node, &theirs.node);
        comparison.answers(&ours.node, &theirs.node, envelope.as_ref());
    }
    for name in their_operations.keys().filter(|name| !our_operations.contains_key(*name)) {
        rows.add(name, whole("operation ours lacks", &root.get("paths").unwrap_or_else(|| root.clone())));
    }
    if our_tree.is_exhausted() || their_tree.is_exhausted() {
        return Err(DriftError::TooEntangled);
    }
    Ok(rows)
}

fn whole(kind: &str, node: &Node) -> Difference {
    Difference { pointer: node.at.clone(), at: String::new(), kind: kind.to_owned(), ours: None, theirs: None }
}

/// Every operation by its method and path, in which no parameter has a name.
fn operations<'a>(root: &Node<'a>) -> IndexMap<String, Operation<'a>> {
    let mut operations = IndexMap::new();
    for (path, item) in root.get("paths").iter().flat_map(Node::entries) {
        let item = item.resolved();
        for (method, node) in item.entries().filter(|(key, _)| METHODS.contains(key)) {
            let name = format!("{} {}", method.to_uppercase(), without_names(path));
            operations.insert(name, Operation { path, item: item.clone(), node });
        }
    }
    operations
}

fn without_names(path: &str) -> String {
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("{}");
        text.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    text
}
