//! A schema with its references and variants resolved, as far as it can be compared.

use std::collections::{BTreeSet, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use super::document_node::DocumentNode;
use crate::{
    json,
    openapi::schema::{BOUNDS, type_of},
    source::Pointer,
};

/// A schema behind its references.
#[derive(Debug, Default)]
pub(super) struct ResolvedSchema<'d> {
    pub(super) at: Pointer,
    /// Its name, if it is one of the document's components.
    pub(super) name: Option<String>,
    types: BTreeSet<&'d str>,
    pub(super) is_nullable: bool,
    /// The listed values, by their text.
    pub(super) values: IndexMap<String, &'d Value>,
    pub(super) constraints: IndexMap<&'static str, String>,
    /// The properties by the step that leads to them: `.name`, or `{}` for additional properties. A property has several
    /// schemas after `merge_variants`.
    pub(super) fields: IndexMap<String, Vec<DocumentNode<'d>>>,
    pub(super) required: HashSet<String>,
    /// The schema of the elements of an array.
    pub(super) items: Option<DocumentNode<'d>>,
    /// The variants of a union.
    pub(super) variants: Vec<DocumentNode<'d>>,
}

impl<'d> ResolvedSchema<'d> {
    pub(super) fn read(node: &DocumentNode<'d>) -> Self {
        let at = node.clone().resolved().at;
        let component = at.as_str().strip_prefix("/components/schemas/").filter(|name| !name.contains('/'));
        let mut schema = Self { name: component.map(|_| at.last()), at, ..Self::default() };
        for part in node.clone().reference_chain() {
            schema.add_variants(&part);
            schema.add(&part);
        }
        schema.infer_type();
        schema
    }

    /// Reads the schemas of one property.
    pub(super) fn read_all(nodes: &[DocumentNode<'d>]) -> Self {
        nodes.iter().map(Self::read).reduce(Self::merge).unwrap_or_default()
    }

    /// Returns the number of things to compare.
    pub(super) fn size(&self) -> usize {
        1 + self.values.len() + self.fields.len() + self.variants.len()
    }

    /// Returns whether the schema is an object, and no union of objects.
    pub(super) fn is_object(&self) -> bool {
        self.variants.is_empty() && self.types.iter().eq(["object"].iter())
    }

    /// Makes a union of objects one object with the properties of all, which requires those that all require. Any other
    /// schema stays as it is.
    pub(super) fn merge_variants(&mut self) {
        let variants: Vec<_> = self.variants.iter().map(Self::read).collect();
        if !variants.iter().all(Self::is_object) {
            return;
        }
        let Some(object) = variants.into_iter().reduce(Self::merge) else { return };
        self.variants.clear();
        self.types.extend(object.types);
        self.required.extend(object.required);
        for (step, nodes) in object.fields {
            self.fields.entry(step).or_default().extend(nodes);
        }
    }

    /// Returns a schema for what fits either of two.
    fn merge(mut self, other: Self) -> Self {
        self.types.extend(other.types);
        self.is_nullable |= other.is_nullable;
        if self.values.is_empty() || other.values.is_empty() {
            self.values.clear();
        } else {
            self.values.extend(other.values);
        }
        self.constraints.retain(|name, value| other.constraints.get(name) == Some(value));
        self.required.retain(|step| other.required.contains(step));
        for (step, nodes) in other.fields {
            self.fields.entry(step).or_default().extend(nodes);
        }
        self.items = self.items.or(other.items);
        self.variants.extend(other.variants);
        self
    }

    /// Adds the variants of a union. Those that differ in their types or values, or that are the only one, are
    /// merged into the schema.
    fn add_variants(&mut self, part: &DocumentNode<'d>) {
        let all = part.elements("anyOf").chain(part.elements("oneOf")).map(DocumentNode::resolved);
        // The upgrade leaves nothing else of a schema that allows `null` alone.
        let is_null =
            |schema: &DocumentNode| schema.flag("nullable") && schema.value.as_object().is_some_and(|it| it.len() == 1);
        let (null, others): (Vec<_>, Vec<_>) = all.partition(is_null);
        self.is_nullable |= !null.is_empty();
        let types: HashSet<_> = others.iter().filter_map(|schema| schema.text("type")).collect();
        let list_values = others.iter().all(|schema| schema.value.get("enum").is_some());
        if others.len() == 1 || others.len() == types.len() || list_values {
            for other in &others {
                self.add(other);
            }
        } else {
            self.variants.extend(others);
        }
    }

    fn add(&mut self, part: &DocumentNode<'d>) {
        self.types.extend(part.text("type"));
        self.is_nullable |= part.flag("nullable");
        for value in json::elements(part.value.get("enum")) {
            if value.is_null() {
                self.is_nullable = true;
            } else {
                self.values.insert(to_text(value), value);
            }
        }
        for name in ["format"].into_iter().chain(BOUNDS) {
            if let Some(value) = part.value.get(name).filter(|value| **value != Value::Bool(false)) {
                self.constraints.entry(name).or_insert_with(|| to_text(value));
            }
        }
        self.fields.extend(part.entries("properties").map(|(name, field)| (format!(".{name}"), vec![field])));
        let additional = part.get("additionalProperties").filter(|additional| additional.value.is_object());
        self.fields.extend(additional.map(|additional| ("{}".to_owned(), vec![additional])));
        let required = json::elements(part.value.get("required")).filter_map(Value::as_str);
        self.required.extend(required.map(|name| format!(".{name}")));
        self.items = self.items.take().or_else(|| part.get("items"));
    }

    /// Adds the type that other keywords imply.
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

    pub(super) fn type_in_words(&self) -> String {
        match (self.variants.len(), self.types.is_empty()) {
            (0, true) => "anything".to_owned(),
            (0, false) => self.types.iter().copied().collect::<Vec<_>>().join(" or "),
            (count, _) => format!("one of {count} schemas"),
        }
    }
}

fn to_text(value: &Value) -> String {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn type_in_words(schema: &Value) -> String {
        ResolvedSchema::read(&DocumentNode::root(schema)).type_in_words()
    }

    #[test]
    fn variants_of_different_types_are_one_type_and_those_of_one_type_a_union() {
        let object = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        assert_eq!(type_in_words(&json!({"anyOf": [{"type": "string"}, object]})), "object or string");
        assert_eq!(type_in_words(&json!({"anyOf": [object, {"nullable": true}]})), "object");
        assert_eq!(type_in_words(&json!({"oneOf": [object, object]})), "one of 2 schemas");
    }

    #[test]
    fn merged_objects_require_what_all_require_and_list_the_values_of_all() {
        let union = json!({"oneOf": [
            {"type": "object", "required": ["kind", "a"], "properties": {"kind": {"enum": ["x"]}, "a": {}}},
            {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["y"]}, "b": {"maximum": 1}}},
        ]});
        let mut schema = ResolvedSchema::read(&DocumentNode::root(&union));
        schema.merge_variants();
        assert_eq!(schema.type_in_words(), "object");
        assert_eq!(schema.fields.keys().collect::<Vec<_>>(), [".kind", ".a", ".b"]);
        assert_eq!(schema.required, HashSet::from([".kind".to_owned()]));
        let kind = ResolvedSchema::read_all(&schema.fields[".kind"]);
        assert_eq!(kind.values.keys().collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn a_union_with_something_else_than_objects_is_not_merged() {
        let object = json!({"type": "object", "properties": {"a": {}}});
        let union = json!({"oneOf": [object, {"type": "string"}, {"type": "string", "maxLength": 9}]});
        let mut schema = ResolvedSchema::read(&DocumentNode::root(&union));
        schema.merge_variants();
        assert_eq!(schema.type_in_words(), "one of 3 schemas");
    }

    #[test]
    fn a_type_is_inferred_from_other_keywords() {
        assert_eq!(type_in_words(&json!({"properties": {"a": {}}})), "object");
        assert_eq!(type_in_words(&json!({"enum": ["a", 1]})), "integer or string");
        assert_eq!(type_in_words(&json!({"description": "Anything."})), "anything");
    }

    #[test]
    fn equal_numbers_have_one_text() {
        assert_eq!((to_text(&json!(24)), to_text(&json!(24.0))), ("24".to_owned(), "24".to_owned()));
    }
}
