use std::collections::{BTreeMap, BTreeSet, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use super::node::Node;
use crate::source::Pointer;

const CONSTRAINTS: [&str; 14] = [
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// A schema, in parts that all hold: `allOf` may say of a field in several places.
pub(super) type Schema<'a> = Vec<Node<'a>>;

/// What a schema says, however it says it: through references, `allOf`, and the words for null of OpenAPI 3.0 and 3.1.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    /// The schema, behind its references.
    pub(super) at: Pointer,
    /// All of its parts, behind their references: the same parts are the same schema.
    pub(super) sources: BTreeSet<Pointer>,
    /// Its name, if it is one of the document's components.
    pub(super) name: Option<String>,
    pub(super) types: BTreeSet<&'a str>,
    pub(super) is_nullable: bool,
    /// By how they are written.
    pub(super) values: IndexMap<String, &'a Value>,
    pub(super) constraints: BTreeMap<&'static str, String>,
    pub(super) fields: IndexMap<&'a str, Schema<'a>>,
    pub(super) required: HashSet<&'a str>,
    /// What an array holds, if it says so.
    pub(super) items: Schema<'a>,
    /// What an object holds under names that it does not list, if it says so.
    pub(super) additional: Schema<'a>,
    /// Where more than one schema is possible.
    pub(super) alternatives: Vec<Node<'a>>,
}

impl<'a> Shape<'a> {
    pub(super) fn of(schema: &[Node<'a>]) -> Self {
        let sources = schema.iter().map(|part| part.clone().resolved().at);
        let at = sources.clone().next().unwrap_or_default();
        let mut shape = Self {
            name: at
                .as_str()
                .strip_prefix("/components/schemas/")
                .filter(|name| !name.contains('/'))
                .map(|_| at.last()),
            at,
            sources: sources.collect(),
            types: BTreeSet::new(),
            is_nullable: false,
            values: IndexMap::new(),
            constraints: BTreeMap::new(),
            fields: IndexMap::new(),
            required: HashSet::new(),
            items: Vec::new(),
            additional: Vec::new(),
            alternatives: Vec::new(),
        };
        // Not by recursion: a document that somebody else has written can be as deep as it likes, and a circle.
        let mut pending = schema.to_vec();
        let mut seen = HashSet::new();
        while let Some(part) = pending.pop() {
            if seen.insert(part.at.clone()) && part.may_be_read() {
                pending.extend(part.target());
                pending.extend(part.elements("allOf"));
                pending.extend(shape.add_alternatives(&part));
                shape.add(&part);
            }
        }
        shape.infer_type();
        shape
    }

    /// Takes alternatives in; gives those that are a part of the schema, because there is no other but null, or because
    /// each of them is a value.
    fn add_alternatives(&mut self, part: &Node<'a>) -> Vec<Node<'a>> {
        let is_null =
            |schema: &Node| schema.text("type") == Some("null") || schema.value.get("const") == Some(&Value::Null);
        let all = part.elements("anyOf").chain(part.elements("oneOf")).map(Node::resolved);
        let (null, others): (Vec<_>, Vec<_>) = all.partition(is_null);
        self.is_nullable |= !null.is_empty();
        let is_value = |schema: &Node| ["const", "enum"].iter().any(|keyword| schema.value.get(keyword).is_some());
        if others.len() == 1 || others.iter().all(is_value) {
            return others;
        }
        self.alternatives.extend(others);
        Vec::new()
    }

    fn add(&mut self, part: &Node<'a>) {
        let keyword = |name: &str| part.value.get(name);
        let types = keyword("type").into_iter().flat_map(|types| match types {
            Value::Array(types) => types.as_slice(),
            one => std::slice::from_ref(one),
        });
        self.types.extend(types.filter_map(Value::as_str));
        self.is_nullable |= self.types.remove("null") || keyword("nullable") == Some(&Value::Bool(true));

        let listed = keyword("enum").and_then(Value::as_array).into_iter().flatten();
        for value in listed.chain(keyword("const")) {
            if value.is_null() {
                self.is_nullable = true;
            } else {
                self.values.insert(written(value), value);
            }
        }
        for name in CONSTRAINTS {
            if let Some(text) = constraint(part.value, name) {
                self.constraints.entry(name).or_insert(text);
            }
        }
        for (name, field) in part.get("properties").iter().flat_map(Node::entries) {
            self.fields.entry(name).or_default().push(field);
        }
        self.required
            .extend(keyword("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str));
        self.items.extend(part.get("items"));
        let additional = part.get("additionalProperties").filter(|additional| additional.value.is_object());
        self.additional.extend(additional);
    }

    /// A schema need not say what its other words make plain.
    fn infer_type(&mut self) {
        if !self.types.is_empty() {
            return;
        }
        if !self.fields.is_empty() || !self.additional.is_empty() {
            self.types.insert("object");
        } else if !self.items.is_empty() {
            self.types.insert("array");
        }
        self.types.extend(self.values.values().map(|value| match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }));
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

/// A constraint in words. OpenAPI 3.0 says with a flag that a bound is exclusive, 3.1 with a bound of its own.
fn constraint(schema: &Value, name: &str) -> Option<String> {
    let exclusive = |flag: &str| schema.get(flag) == Some(&Value::Bool(true));
    let value = match name {
        "minimum" if exclusive("exclusiveMinimum") => return None,
        "maximum" if exclusive("exclusiveMaximum") => return None,
        "exclusiveMinimum" if exclusive(name) => schema.get("minimum"),
        "exclusiveMaximum" if exclusive(name) => schema.get("maximum"),
        _ => schema.get(name),
    }?;
    (*value != Value::Bool(false)).then(|| written(value))
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
