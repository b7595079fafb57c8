use indexmap::IndexMap;

use super::{DriftError, bodies::contents, comparison::Comparison, node::Node, operations::Operation};
use crate::compare::{paired, requiredness};

impl Comparison<'_> {
    pub(super) fn parameters(&mut self, operations: [&Operation; 2]) -> Result<(), DriftError> {
        for pair in paired(operations.map(parameters)).into_values() {
            let at = pair.iter().flatten().map(place).next().unwrap_or_default();
            match pair {
                [Some(ours), Some(theirs)] => {
                    self.required(&ours.at, &at, [&ours, &theirs].map(|parameter| parameter.flag("required")));
                    if let [Some(ours), Some(theirs)] = [&ours, &theirs].map(schema) {
                        self.schemas(&at, [ours, theirs])?;
                    }
                }
                pair => {
                    let pointer = pair[0].as_ref().unwrap_or(&operations[0].node).at.clone();
                    self.lacks("parameter", &pointer, &at, pair.map(|side| Some(requiredness(side?.flag("required")))));
                }
            }
        }
        Ok(())
    }
}

fn place(parameter: &Node) -> String {
    format!("{}.{}", parameter.text("in").unwrap_or_default(), parameter.text("name").unwrap_or_default())
}

/// An operation's own parameters, and those of its path. One in the path is known by its position, any other by where
/// it is and how it is called.
fn parameters<'d>(of: &Operation<'d>) -> IndexMap<String, Node<'d>> {
    let all = of.item.elements("parameters").chain(of.node.elements("parameters")).map(Node::resolved);
    let keyed = all.map(|parameter| {
        let name = parameter.text("name").unwrap_or_default();
        let key = match parameter.text("in") {
            Some("path") => format!("path {}", position(name, of.path)),
            Some("header") => format!("header {}", name.to_lowercase()),
            place => format!("{} {name}", place.unwrap_or_default()),
        };
        (key, parameter)
    });
    keyed.collect()
}

/// How many parameters stand before this one in a path.
fn position(name: &str, path: &str) -> usize {
    let before = path.split_once(&format!("{{{name}}}")).map_or(path, |(before, _)| before);
    before.matches('{').count()
}

fn schema<'d>(parameter: &Node<'d>) -> Option<Node<'d>> {
    parameter.get("schema").or_else(|| contents(parameter).next()?.1.get("schema"))
}
