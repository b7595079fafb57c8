use std::{collections::HashMap, ptr};

use serde_json::Value;

use crate::check::outline::{Node, Outline};

/// How many schemas may apply to a part of an example one inside the other: the validator recurses for each.
const MAX_DEPTH: usize = 256;
/// How often the validator may compare a part of one example with a schema.
const MAX_STEPS: usize = 1_000_000;

/// The costs to validate examples. Where `allOf` merges a recursive schema with itself, the validator looks at the same
/// part of an example over and over: a few lines can keep it busy for years.
pub(super) struct Costs<'o, 'a> {
    outline: &'o Outline<'a>,
    known: HashMap<(usize, *const Value), Option<Cost>>,
}

#[derive(Clone, Copy)]
struct Cost {
    steps: usize,
    depth: usize,
}

impl<'o, 'a> Costs<'o, 'a> {
    pub(super) fn new(outline: &'o Outline<'a>) -> Self {
        Self { outline, known: HashMap::new() }
    }

    /// Returns whether the validator can compare an example with its schema.
    pub(super) fn are_bounded(&mut self, schema: &Node<'a>, example: &Value) -> bool {
        self.cost(schema, example, 0).is_some()
    }

    /// Returns the cost to compare a value with a schema; none if it is too high.
    fn cost(&mut self, schema: &Node<'a>, value: &Value, depth: usize) -> Option<Cost> {
        let outline = self.outline;
        let Some(schema) = outline.target(schema) else { return Some(Cost { steps: 1, depth: 1 }) };
        let key = (schema.number, ptr::from_ref(value));
        let cost = match self.known.get(&key) {
            Some(known) => *known,
            None if depth > MAX_DEPTH => None,
            None => {
                let cost = self.cost_with_inner(schema, value, depth);
                self.known.insert(key, cost);
                cost
            }
        };
        cost.filter(|cost| depth + cost.depth <= MAX_DEPTH && cost.steps <= MAX_STEPS)
    }

    fn cost_with_inner(&mut self, schema: &Node<'a>, value: &Value, depth: usize) -> Option<Cost> {
        let outline = self.outline;
        let child = |field| outline.child(schema, field);
        let mut comparisons: Vec<(&Node<'a>, &Value)> = Vec::new();
        for field in ["allOf", "oneOf", "anyOf"] {
            comparisons.extend(outline.children(schema, field).map(|part| (part, value)));
        }
        comparisons.extend(child("not").map(|part| (part, value)));
        match value {
            Value::Array(elements) => {
                let items = child("items").into_iter();
                comparisons.extend(items.flat_map(|items| elements.iter().map(move |element| (items, element))));
            }
            Value::Object(fields) => {
                let properties = schema.get("properties");
                for (name, value) in fields {
                    let property = properties.and_then(|properties| outline.node_of(properties.get(name)?));
                    comparisons
                        .extend(property.or_else(|| child("additionalProperties")).map(|schema| (schema, value)));
                }
            }
            _ => {}
        }
        let mut total = Cost { steps: 1, depth: 1 };
        for (schema, value) in comparisons {
            let inner = self.cost(schema, value, depth + 1)?;
            total.steps = total.steps.saturating_add(inner.steps);
            total.depth = total.depth.max(inner.depth + 1);
        }
        Some(total)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{openapi::grammar::Kind, source::Document};

    fn are_bounded(schema: &str, example: &Value) -> bool {
        let document = Document::parse("api.yaml", format!("components: {{schemas: {{A: {schema}}}}}")).unwrap();
        let outline = Outline::new(&document);
        let schema = outline.all(Kind::Schema).next().unwrap();
        Costs::new(&outline).are_bounded(schema, example)
    }

    fn nested(depth: usize) -> Value {
        (0..depth).fold(json!(1), |inner, _| json!({"a": inner}))
    }

    #[test]
    fn a_recursive_schema_costs_as_much_as_its_example_is_deep() {
        let schema = "{properties: {a: {$ref: '#/components/schemas/A'}}}";
        assert!(are_bounded(schema, &nested(100)));
        assert!(!are_bounded(schema, &nested(300)));
    }

    #[test]
    fn a_schema_that_is_merged_with_itself_costs_twice_as_much_for_each_level() {
        let itself = "{$ref: '#/components/schemas/A'}";
        let schema = format!("{{properties: {{a: {{allOf: [{itself}, {{properties: {{a: {itself}}}}}]}}}}}}");
        assert!(are_bounded(&schema, &nested(5)));
        assert!(!are_bounded(&schema, &nested(80)));
    }
}
