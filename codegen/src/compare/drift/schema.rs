use std::collections::{BTreeSet, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use super::node::Node;
use crate::{
    json,
    openapi::schema::{BOUNDS, type_of},
    source::Pointer,
};

/// What a schema says, behind its references.
#[derive(Debug, Default)]
pub(super) struct Schema<'d> {
    pub(super) at: Pointer,
    /// Its name, if it is one of the document's components.
    pub(super) name: Option<String>,
    types: BTreeSet<&'d str>,
    pub(super) is_nullable: bool,
    /// By how they are written.
    pub(super) values: IndexMap<String, &'d Value>,
    pub(super) constraints: IndexMap<&'static str, String>,
    /// By what leads to them: `.name`, or `{}` to those under names that are not listed.
    pub(super) fields: IndexMap<String, Node<'d>>,
    pub(super) required: HashSet<String>,
    /// What an array holds, if it says so.
    pub(super) items: Option<Node<'d>>,
    /// Where more than one schema is possible.
    pub(super) alternatives: Vec<Node<'d>>,
}

impl<'d> Schema<'d> {
    pub(super) fn read(node: &Node<'d>) -> Self {
        let at = node.clone().resolved().at;
        let component = at.as_str().strip_prefix("/components/schemas/").filter(|name| !name.contains('/'));
        let mut schema = Self { name: component.map(|_| at.last()), at, ..Self::default() };
        for part in node.clone().reference_chain() {
            schema.add_alternatives(&part);
            schema.add(&part);
        }
        schema.infer_type();
        schema
    }

    /// How much there is to compare.
    pub(super) fn size(&self) -> usize {
        1 + self.values.len() + self.fields.len() + self.alternatives.len()
    }

    /// Alternatives are part of the schema where they are told apart by their types or their values, or where there is
    /// only one.
    fn add_alternatives(&mut self, part: &Node<'d>) {
        let all = part.elements("anyOf").chain(part.elements("oneOf")).map(Node::resolved);
        // A schema that only `null` fits has nothing else left when it is upgraded.
        let is_null =
            |schema: &Node| schema.flag("nullable") && schema.value.as_object().is_some_and(|it| it.len() == 1);
        let (null, others): (Vec<_>, Vec<_>) = all.partition(is_null);
        self.is_nullable |= !null.is_empty();
        let types: HashSet<_> = others.iter().filter_map(|schema| schema.text("type")).collect();
        let list_values = others.iter().all(|schema| schema.value.get("enum").is_some());
        if others.len() == 1 || others.len() == types.len() || list_values {
            for other in &others {
                self.add(other);
            }
        } else {
            self.alternatives.extend(others);
        }
    }

    fn add(&mut self, part: &Node<'d>) {
        self.types.extend(part.text("type"));
        self.is_nullable |= part.flag("nullable");
        for value in json::elements(part.value.get("enum")) {
            if value.is_null() {
                self.is_nullable = true;
            } else {
                self.values.insert(written(value), value);
            }
        }
        for name in ["format"].into_iter().chain(BOUNDS) {
            if let Some(value) = part.value.get(name).filter(|value| **value != Value::Bool(false)) {
                self.constraints.entry(name).or_insert_with(|| written(value));
            }
        }
        self.fields.extend(part.entries("properties").map(|(name, field)| (format!(".{name}"), field)));
        let additional = part.get("additionalProperties").filter(|additional| additional.value.is_object());
        self.fields.extend(additional.map(|additional| ("{}".to_owned(), additional)));
        let required = json::elements(part.value.get("required")).filter_map(Value::as_str);
        self.required.extend(required.map(|name| format!(".{name}")));
        self.items = self.items.take().or_else(|| part.get("items"));
    }

    /// A schema need not say what its other words make plain.
    fn infer_type(&mut self) {
        if !self.types.is_empty() {
            return;
        }
        if !self.fields.is_empty() {
            self.types.insert("object");
        } else if self.items.is_some() {
            self.types.insert("array");
        }
        self.types.extend(self.values.values().map(|value| type_of(value)));
    }

    /// The type in words.
    pub(super) fn kind(&self) -> String {
        match (self.alternatives.len(), self.types.is_empty()) {
            (0, true) => "anything".to_owned(),
            (0, false) => self.types.iter().copied().collect::<Vec<_>>().join(" or "),
            (count, _) => format!("one of {count} schemas"),
        }
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // 24 and 24.0 are the same number.
        Value::Number(number) => number.as_i64().map_or_else(
            || number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()),
            |number| number.to_string(),
        ),
        other => other.to_string(),
    }
}
