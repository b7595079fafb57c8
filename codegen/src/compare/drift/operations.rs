//! Matches the operations of both documents, and compares them.

use indexmap::IndexMap;

use super::{DriftError, comparison::Comparison, document_node::DocumentNode};
use crate::{
    compare::{paired, without_parameter_names},
    json,
    openapi::{extensions::Envelope, operation::method},
    source::{Document, Pointer},
};

/// An operation with its path, and the path item that it is in.
pub(super) struct Operation<'d> {
    pub(super) path: &'d str,
    pub(super) item: DocumentNode<'d>,
    pub(super) node: DocumentNode<'d>,
}

/// Compares the operations that both documents have.
pub(super) fn compare(documents: [&Document; 2]) -> Result<Comparison, DriftError> {
    let roots = documents.map(|document| DocumentNode::root(document.root()));
    let envelope = Envelope::of(roots[0].value);
    let pairs = paired(roots.each_ref().map(operations));
    if !pairs.values().any(|pair| pair.iter().all(Option::is_some)) {
        return Err(DriftError::AnotherApi(documents[0].file().to_owned()));
    }

    let mut comparison = Comparison::default();
    for (name, pair) in &pairs {
        comparison.operation.clone_from(name);
        match pair {
            [Some(ours), Some(theirs)] => {
                comparison.compare_parameters([ours, theirs])?;
                comparison.compare_requests([&ours.node, &theirs.node])?;
                comparison.compare_responses([&ours.node, &theirs.node], envelope.as_ref())?;
            }
            [Some(ours), None] => comparison.add("operation theirs lacks", &ours.node.at, "", [None, None]),
            [None, _] => comparison.add("operation ours lacks", &Pointer::default().key("paths"), "", [None, None]),
        }
    }
    Ok(comparison)
}

/// Returns the operations by their method and path, in which no parameter has a name.
fn operations<'d>(root: &DocumentNode<'d>) -> IndexMap<String, Operation<'d>> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operations_are_known_by_method_and_path() {
        let root = json!({"paths": {
            "/a/{id}": {"summary": "A", "get": {}, "parameters": []},
            "/b": {"$ref": "#/paths/~1a~1{id}"},
        }});
        let operations = operations(&DocumentNode::root(&root));
        assert_eq!(operations.keys().collect::<Vec<_>>(), ["GET /a/{}", "GET /b"]);
    }
}
