use indexmap::IndexMap;

use super::{DriftError, comparison::Comparison, node::Node, row::Rows};
use crate::{
    compare::{paired, without_parameter_names},
    json,
    openapi::{extensions::Envelope, operation::method},
    source::{Document, Pointer},
};

/// An operation, with the path that it stands under and what else that path holds.
pub(super) struct Operation<'d> {
    pub(super) path: &'d str,
    pub(super) item: Node<'d>,
    pub(super) node: Node<'d>,
}

/// All differences.
pub(super) fn compare(documents: [&Document; 2]) -> Result<Rows, DriftError> {
    let roots = documents.map(|document| Node::root(document.root()));
    let envelope = Envelope::of(roots[0].value);
    let pairs = paired(roots.each_ref().map(operations));
    if !pairs.values().any(|pair| pair.iter().all(Option::is_some)) {
        return Err(DriftError::AnotherApi(documents[0].file().to_owned()));
    }

    let mut comparison = Comparison::default();
    for (name, pair) in &pairs {
        comparison.operation = name;
        match pair {
            [Some(ours), Some(theirs)] => {
                comparison.parameters([ours, theirs])?;
                comparison.requests([&ours.node, &theirs.node])?;
                comparison.answers([&ours.node, &theirs.node], envelope.as_ref())?;
            }
            [Some(ours), None] => comparison.add("operation theirs lacks", &ours.node.at, "", [None, None]),
            [None, _] => comparison.add("operation ours lacks", &Pointer::default().key("paths"), "", [None, None]),
        }
    }
    Ok(comparison.rows)
}

/// Every operation by its method and path, in which no parameter has a name.
fn operations<'d>(root: &Node<'d>) -> IndexMap<String, Operation<'d>> {
    let mut operations = IndexMap::new();
    for (path, item) in root.entries("paths") {
        let item = item.resolved();
        for method in json::fields(Some(item.value)).filter_map(|(key, _)| method(key)) {
            let Some(node) = item.get(method) else { continue };
            let name = format!("{} {}", method.to_uppercase(), without_parameter_names(path));
            operations.insert(name, Operation { path, item: item.clone(), node });
        }
    }
    operations
}
