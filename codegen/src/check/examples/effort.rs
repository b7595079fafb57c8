use std::{collections::HashMap, ptr};

use serde_json::Value;

use crate::check::outline::{Node, Outline};

/// How many schemas may be in each other on the way to a part of an example. The validator recurses for each.
const MAX_DEPTH: usize = 256;
/// How often a part of an example may be held against a schema.
const MAX_STEPS: usize = 1_000_000;

/// What it takes to hold examples against schemas. Recursive schemas that `allOf` puts together in several ways make
/// the validator look at the same part of an example over and over: a few lines can keep it busy for years.
pub(super) struct Effort<'o, 'a> {
    outline: &'o Outline<'a>,
    known: HashMap<(usize, *const Value), Option<Cost>>,
}

#[derive(Clone, Copy)]
struct Cost {
    steps: usize,
    depth: usize,
}

impl<'o, 'a> Effort<'o, 'a> {
    pub(super) fn new(outline: &'o Outline<'a>) -> Self {
        Self { outline, known: HashMap::new() }
    }

    pub(super) fn is_bounded(&mut self, schema: &Node<'a>, value: &Value) -> bool {
        self.cost(schema, value, 0).is_some()
    }

    /// None if it is too much.
    fn cost(&mut self, schema: &Node<'a>, value: &Value, depth: usize) -> Option<Cost> {
        let outline = self.outline;
        let Some(schema) = outline.target(schema) else { return Some(Cost { steps: 1, depth: 1 }) };
        let key = (schema.number, ptr::from_ref(value));
        let cost = match self.known.get(&key) {
            Some(known) => *known,
            None if depth > MAX_DEPTH => None,
            None => {
                let cost = self.cost_of_parts(schema, value, depth);
                self.known.insert(key, cost);
                cost
            }
        };
        cost.filter(|cost| depth + cost.depth <= MAX_DEPTH && cost.steps <= MAX_STEPS)
    }

    fn cost_of_parts(&mut self, schema: &Node<'a>, value: &Value, depth: usize) -> Option<Cost> {
        let outline = self.outline;
        let child = |field| outline.child(schema, field);
        let mut parts: Vec<(&Node<'a>, &Value)> = Vec::new();
        for field in ["allOf", "oneOf", "anyOf"] {
            parts.extend(outline.children(schema, field).map(|part| (part, value)));
        }
        parts.extend(child("not").map(|part| (part, value)));
        match value {
            Value::Array(elements) => {
                parts.extend(
                    child("items").into_iter().flat_map(|items| elements.iter().map(move |value| (items, value))),
                );
            }
            Value::Object(fields) => {
                let properties = schema.get("properties");
                for (name, value) in fields {
                    let property = properties.and_then(|properties| outline.node(properties.get(name)?));
                    parts.extend(property.or_else(|| child("additionalProperties")).map(|schema| (schema, value)));
                }
            }
            _ => {}
        }
        let mut whole = Cost { steps: 1, depth: 1 };
        for (schema, value) in parts {
            let part = self.cost(schema, value, depth + 1)?;
            whole.steps = whole.steps.saturating_add(part.steps);
            whole.depth = whole.depth.max(part.depth + 1);
        }
        Some(whole)
    }
}
