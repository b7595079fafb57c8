//! Differences between the parameters of an operation.

use indexmap::IndexMap;

use super::{DriftError, bodies::contents, comparison::Comparison, document_node::DocumentNode, operations::Operation};
use crate::compare::{paired, requiredness};

impl Comparison {
    pub(super) fn compare_parameters(&mut self, operations: [&Operation; 2]) -> Result<(), DriftError> {
        for pair in paired(operations.map(parameters)).into_values() {
            let at = pair.iter().flatten().map(location).next().unwrap_or_default();
            match pair {
                [Some(ours), Some(theirs)] => {
                    self.compare_required(&ours.at, &at, [&ours, &theirs].map(|parameter| parameter.flag("required")));
                    if let [Some(ours), Some(theirs)] = [&ours, &theirs].map(schema) {
                        self.compare_schemas(&at, [ours, theirs])?;
                    }
                }
                pair => {
                    let pointer = pair[0].as_ref().unwrap_or(&operations[0].node).at.clone();
                    self.add_missing(
                        "parameter",
                        &pointer,
                        &at,
                        pair.map(|side| Some(requiredness(side?.flag("required")))),
                    );
                }
            }
        }
        Ok(())
    }
}

fn location(parameter: &DocumentNode) -> String {
    format!("{}.{}", parameter.text("in").unwrap_or_default(), parameter.text("name").unwrap_or_default())
}

/// Returns the parameters of an operation and of its path. One in the path is known by its position, any other by its
/// location and name.
fn parameters<'d>(of: &Operation<'d>) -> IndexMap<String, DocumentNode<'d>> {
    let all = of.item.elements("parameters").chain(of.node.elements("parameters")).map(DocumentNode::resolved);
    let keyed = all.map(|parameter| {
        let name = parameter.text("name").unwrap_or_default();
        let key = match parameter.text("in") {
            Some("path") => format!("path {}", position(name, of.path)),
            Some("header") => format!("header {}", name.to_lowercase()),
            location => format!("{} {name}", location.unwrap_or_default()),
        };
        (key, parameter)
    });
    keyed.collect()
}

/// Returns the number of parameters before this one in a path.
fn position(name: &str, path: &str) -> usize {
    let before = path.split_once(&format!("{{{name}}}")).map_or(path, |(before, _)| before);
    before.matches('{').count()
}

fn schema<'d>(parameter: &DocumentNode<'d>) -> Option<DocumentNode<'d>> {
    parameter.get("schema").or_else(|| contents(parameter).next()?.1.get("schema"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_in_the_path_are_known_by_position_and_headers_in_any_case() {
        let item = json!({
            "parameters": [{"in": "path", "name": "id"}, {"in": "path", "name": "part"}],
            "get": {"parameters": [{"in": "header", "name": "X-Trace"}, {"in": "query", "name": "Limit"}]},
        });
        let item = DocumentNode::root(&item);
        let operation = Operation { path: "/things/{id}/{part}", node: item.get("get").unwrap(), item };
        let keys: Vec<_> = parameters(&operation).into_keys().collect();
        assert_eq!(keys, ["path 0", "path 1", "header x-trace", "query Limit"]);
    }
}
