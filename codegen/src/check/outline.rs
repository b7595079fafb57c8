use std::{cell::OnceCell, collections::HashMap, ptr};

use serde_json::{Map, Value};

use super::resolution::{self, Resolution};
use crate::{
    diagnostic::wording::quoted,
    json,
    openapi::{
        grammar::Kind,
        media_type,
        walk::{Step, for_each_child},
    },
    source::{Dialect, Document, Pointer},
};

/// An outline of a document: each object that OpenAPI gives a meaning, with its kind, in the order of the text.
///
/// All rules share it, so that a document is walked once.
pub(super) struct Outline<'a> {
    source: &'a Document,
    nodes: Vec<Node<'a>>,
    /// The number of each node, by the address of its value.
    numbers: HashMap<usize, usize>,
    /// The resolution of each node that is a reference, by its number.
    resolutions: HashMap<usize, Resolution>,
    /// Whether the document was written for this generator, once a rule has asked.
    pub(super) is_for_this_generator: OnceCell<bool>,
}

/// An object, or a reference to one.
pub(super) struct Node<'a> {
    pub(super) number: usize,
    pub(super) kind: Kind,
    /// The key of the object where keys are free: a name, a path, a status.
    pub(super) name: Option<&'a str>,
    object: &'a Map<String, Value>,
    /// The text of its `$ref`, if it is a reference.
    reference: Option<&'a str>,
    /// The number of the node around it, and the step from there.
    parent: Option<(usize, Step<'a>)>,
}

/// An operation of the API, with its path item.
pub(super) struct Operation<'o, 'a> {
    pub(super) node: &'o Node<'a>,
    pub(super) item: &'o Node<'a>,
    pub(super) path: &'a str,
    pub(super) method: &'a str,
}

impl<'a> Outline<'a> {
    pub(super) fn new(source: &'a Document) -> Self {
        let mut outline = Self {
            source,
            nodes: Vec::new(),
            numbers: HashMap::new(),
            resolutions: HashMap::new(),
            is_for_this_generator: OnceCell::new(),
        };
        outline.add(Kind::Document, source.root(), None);
        outline.resolutions = resolution::resolve(&outline);
        outline
    }

    /// Adds an object and the objects in it. The recursion is bounded: so is the depth of a document that was read.
    fn add(&mut self, kind: Kind, value: &'a Value, parent: Option<(usize, Step<'a>)>) {
        let Some(object) = value.as_object() else { return };
        let number = self.nodes.len();
        let name = match parent {
            Some((_, Step::Named(_, name))) => Some(name),
            Some((parent, Step::Field(name))) => self.nodes[parent].kind.entries().map(|_| name),
            _ => None,
        };
        let reference = json::text(value, "$ref").filter(|_| kind.may_be_reference());
        self.nodes.push(Node { number, kind, name, object, reference, parent });
        self.numbers.insert(ptr::from_ref(value).addr(), number);
        if reference.is_none() {
            for_each_child(kind, value, &mut |kind, step, child| self.add(kind, child, Some((number, step))));
        }
    }

    /// Returns the version of OpenAPI that the author wrote.
    pub(super) fn dialect(&self) -> Dialect {
        self.source.dialect()
    }

    /// Returns whether a node is written in the text, and neither in a config nor inferred.
    pub(super) fn is_written_by_hand(&self, at: &Pointer) -> bool {
        self.source.is_written_by_hand(at)
    }

    /// Returns the tree that the outline is of.
    pub(super) fn tree(&self) -> &'a Value {
        self.source.root()
    }

    /// Returns the document as a node; none if it is not an object.
    pub(super) fn root(&self) -> Option<&Node<'a>> {
        self.nodes.first()
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter()
    }

    /// Returns the objects of a kind, without references to them.
    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter().filter(move |node| node.kind == kind && node.reference().is_none())
    }

    /// Returns the operations under `paths`, without those of callbacks.
    pub(super) fn operations(&self) -> impl Iterator<Item = Operation<'_, 'a>> {
        self.all(Kind::Operation).filter_map(|node| {
            let item = self.parent(node)?;
            let in_paths = self.parent(item)?.kind == Kind::Paths;
            in_paths.then_some(Operation { node, item, path: item.name?, method: node.method()? })
        })
    }

    /// Returns the operation under `paths` that a node is.
    pub(super) fn operation(&self, node: &Node<'a>) -> Option<Operation<'_, 'a>> {
        self.operations().find(|operation| operation.node.number == node.number)
    }

    /// Returns the operation under `paths` with this id.
    pub(super) fn operation_with_id(&self, id: &str) -> Option<Operation<'_, 'a>> {
        self.operations().find(|operation| operation.node.text("operationId") == Some(id))
    }

    pub(super) fn operation_ids(&self) -> impl Iterator<Item = &'a str> {
        self.operations().filter_map(|operation| operation.node.text("operationId"))
    }

    pub(super) fn node(&self, number: usize) -> Option<&Node<'a>> {
        self.nodes.get(number)
    }

    /// Returns the node of a value in the document's tree.
    pub(super) fn node_of(&self, value: &Value) -> Option<&Node<'a>> {
        self.node(*self.numbers.get(&ptr::from_ref(value).addr())?)
    }

    pub(super) fn parent(&self, node: &Node<'a>) -> Option<&Node<'a>> {
        self.node(node.parent?.0)
    }

    /// Returns the object under a field.
    pub(super) fn child(&self, node: &Node<'a>, field: &str) -> Option<&Node<'a>> {
        self.node_of(node.get(field)?)
    }

    /// Returns the objects in the list or the map under a field.
    pub(super) fn children(&self, node: &Node<'a>, field: &str) -> impl Iterator<Item = &Node<'a>> {
        let values = node.get(field);
        let values = json::elements(values).chain(json::fields(values).map(|(_, value)| value));
        values.filter_map(|value| self.node_of(value))
    }

    /// Returns the objects directly under a node.
    pub(super) fn entries(&self, node: &Node<'a>) -> impl Iterator<Item = &Node<'a>> {
        node.object.values().filter_map(|value| self.node_of(value))
    }

    /// Returns the components that a `$ref` to this kind can name.
    pub(super) fn components(&self, kind: Kind) -> impl Iterator<Item = &Node<'a>> {
        let components = self.root().and_then(|root| self.child(root, "components"));
        components.zip(kind.section()).into_iter().flat_map(|(components, section)| self.children(components, section))
    }

    /// Returns where a reference leads, in one step.
    pub(super) fn resolution(&self, reference: &Node<'a>) -> Option<&Resolution> {
        self.resolutions.get(&reference.number)
    }

    /// Returns the object that a node is or refers to; none if the reference is broken.
    ///
    /// It ends, because one reference of each cycle counts as broken.
    pub(super) fn target<'o>(&'o self, node: &'o Node<'a>) -> Option<&'o Node<'a>> {
        let mut node = node;
        while node.reference().is_some() {
            let Resolution::Target(number) = self.resolution(node)? else { return None };
            node = self.node(*number)?;
        }
        Some(node)
    }

    /// Returns a schema and all schemas that `allOf` merges into it, in the order of the text. Their number is bounded
    /// by [`resolution::MAX_PARTS`].
    pub(super) fn parts<'o>(&'o self, schema: &'o Node<'a>) -> Vec<&'o Node<'a>> {
        let mut parts = Vec::new();
        let mut open = vec![schema];
        while let Some(part) = open.pop().and_then(|part| self.target(part)) {
            let inner: Vec<_> = self.children(part, "allOf").collect();
            open.extend(inner.into_iter().rev());
            parts.push(part);
        }
        parts
    }

    /// Returns the schema that `allOf` merges this one into, or the schema itself.
    pub(super) fn merged_into<'o>(&'o self, schema: &'o Node<'a>) -> &'o Node<'a> {
        let mut outermost = schema;
        while let Some(parent) = self.parent(outermost).filter(|_| outermost.is_in("allOf")) {
            outermost = parent;
        }
        outermost
    }

    /// Returns the properties of a schema, with those of its `allOf`.
    pub(super) fn properties<'o>(&'o self, schema: &'o Node<'a>) -> impl Iterator<Item = &'o Node<'a>> {
        self.parts(schema).into_iter().flat_map(|part| self.children(part, "properties"))
    }

    /// Returns the variants of a union.
    pub(super) fn variants(&self, union: &Node<'a>) -> Vec<&Node<'a>> {
        ["oneOf", "anyOf"].into_iter().flat_map(|field| self.children(union, field)).collect()
    }

    /// Returns the responses of an operation that mean success.
    pub(super) fn success_responses<'o>(&'o self, operation: &'o Node<'a>) -> impl Iterator<Item = &'o Node<'a>> {
        let responses = self.child(operation, "responses").into_iter();
        let successes = responses.flat_map(|responses| {
            let is_success = |status: &str| media_type::is_success(status, responses.object);
            self.entries(responses).filter(move |response| response.name.is_some_and(is_success))
        });
        successes.filter_map(|response| self.target(response))
    }

    pub(super) fn pointer(&self, node: &Node<'a>) -> Pointer {
        let Some((parent, step)) = node.parent else { return Pointer::default() };
        step.from(&self.pointer(&self.nodes[parent]))
    }
}

impl<'a> Node<'a> {
    pub(super) fn object(&self) -> &'a Map<String, Value> {
        self.object
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key)
    }

    /// Returns whether the node has any of these keys.
    pub(super) fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.object.contains_key(*key))
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    pub(super) fn list(&self, key: &str) -> &'a [Value] {
        self.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the text of the node's `$ref`.
    pub(super) fn reference(&self) -> Option<&'a str> {
        self.reference
    }

    /// Returns the method of an operation, in lower case.
    pub(super) fn method(&self) -> Option<&'a str> {
        match (self.kind, self.parent?) {
            (Kind::Operation, (_, Step::Field(method))) => Some(method),
            _ => None,
        }
    }

    /// Returns whether the node stands under this field of its parent.
    pub(super) fn is_in(&self, field: &str) -> bool {
        self.parent.is_some_and(|(_, step)| step.field() == field)
    }
}

/// Shows a cycle by the names of its nodes, the first of them also at the end.
pub(super) fn show_cycle<'o, 'a: 'o>(nodes: impl Iterator<Item = &'o Node<'a>>) -> String {
    let names: Vec<_> = nodes.filter_map(|node| node.name.map(quoted)).collect();
    names.iter().chain(names.first()).map(String::as_str).collect::<Vec<_>>().join(" -> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::parse("api.yaml", text).unwrap()
    }

    fn names<'o>(nodes: impl IntoIterator<Item = &'o Node<'o>>) -> Vec<&'o str> {
        nodes.into_iter().filter_map(|node| node.name).collect()
    }

    #[test]
    fn objects_are_known_by_their_kind() {
        let document = document("paths: {/a: {get: {responses: {default: {}}}}, x-b: {}}\ntags: {}");
        let outline = Outline::new(&document);
        let pointers: Vec<_> = outline.nodes().map(|node| outline.pointer(node).to_string()).collect();
        assert_eq!(
            pointers,
            [
                "#",
                "#/paths",
                "#/paths/~1a",
                "#/paths/~1a/get",
                "#/paths/~1a/get/responses",
                "#/paths/~1a/get/responses/default"
            ]
        );
        assert_eq!(outline.operations().map(|operation| operation.path).collect::<Vec<_>>(), ["/a"]);
    }

    #[test]
    fn all_of_merges_properties_in_the_order_of_the_text() {
        let document = document(
            "\
components:
  schemas:
    A: {allOf: [{$ref: '#/components/schemas/B'}, {properties: {c: {}}}], properties: {d: {}}}
    B: {properties: {a: {}, b: {}}}
",
        );
        let outline = Outline::new(&document);
        let merged = outline.components(Kind::Schema).next().unwrap();
        assert_eq!(names(outline.properties(merged)), ["d", "a", "b", "c"]);
        let part = outline.children(merged, "allOf").nth(1).unwrap();
        assert_eq!(outline.merged_into(part).number, merged.number);
    }

    #[test]
    fn default_means_success_only_without_a_2xx() {
        let document =
            document("paths: {/a: {get: {responses: {'201': {}, default: {}}}, put: {responses: {default: {}}}}}");
        let outline = Outline::new(&document);
        let successes: Vec<_> =
            outline.operations().map(|operation| names(outline.success_responses(operation.node))).collect();
        assert_eq!(successes, [["201"], ["default"]]);
    }
}
