use indexmap::IndexMap;

use super::{
    bodies::contents,
    comparison::{Comparison, requiredness},
    node::Node,
    operations::Operation,
    shape::Schema,
};

impl Comparison<'_> {
    pub(super) fn parameters(&mut self, ours: &Operation, theirs: &Operation) {
        let pointer = &ours.node.at;
        let (ours, mut theirs) = (parameters(ours), parameters(theirs));
        for (key, ours) in ours {
            let at = place(&ours);
            let Some(theirs) = theirs.shift_remove(&key) else {
                self.lacks("parameter", &ours.at, &at, Some(requiredness(&ours)), None);
                continue;
            };
            self.differs("required", &ours.at, &at, Some(requiredness(&ours)), Some(requiredness(&theirs)));
            if let Some((ours, theirs)) = schema(&ours).zip(schema(&theirs)) {
                self.schemas(&at, ours, theirs);
            }
        }
        for theirs in theirs.values() {
            self.lacks("parameter", pointer, &place(theirs), None, Some(requiredness(theirs)));
        }
    }
}

fn place(parameter: &Node) -> String {
    format!("{}.{}", parameter.text("in").unwrap_or_default(), parameter.text("name").unwrap_or_default())
}

/// An operation's own parameters, and those of its path. One in the path is known by its position, any other by where
/// it is and how it is called.
fn parameters<'a>(of: &Operation<'a>) -> IndexMap<String, Node<'a>> {
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

fn schema<'a>(parameter: &Node<'a>) -> Option<Schema<'a>> {
    let content = || contents(parameter).into_values().next().flatten();
    parameter.get("schema").map(|schema| vec![schema]).or_else(content)
}
