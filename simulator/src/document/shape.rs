use std::ptr;

use serde_json::{Map, Value};

use super::Schema;

/// The fields that a schema describes.
pub(crate) struct Shape<'a> {
    schema: &'a Schema,
    /// The schemas that describe the value: the schema, the targets of its references, and what it is composed of.
    parts: Vec<&'a Value>,
    /// Those of them that hold for every value, so no alternatives.
    certain: Vec<&'a Value>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(schema: &'a Schema, roots: impl IntoIterator<Item = &'a Value>) -> Self {
        let (mut parts, mut certain): (Vec<&Value>, Vec<&Value>) = (Vec::new(), Vec::new());
        let mut left: Vec<(&Value, bool)> = roots.into_iter().map(|root| (root, true)).collect();
        while let Some((part, is_certain)) = left.pop() {
            // A schema may be a part of itself.
            if parts.iter().any(|other| ptr::eq(*other, part)) {
                continue;
            }
            parts.push(part);
            certain.extend(is_certain.then_some(part));
            left.extend(schema.target(part).map(|target| (target, is_certain)));
            for keyword in ["allOf", "anyOf", "oneOf"] {
                let composed = part[keyword].as_array().into_iter().flatten();
                // `null` or a schema is how the schema of a nullable value is written.
                let is_only = keyword == "allOf" || composed.clone().filter(|part| part["type"] != "null").count() == 1;
                left.extend(composed.map(|part| (part, is_certain && is_only)));
            }
        }
        Self { schema, parts, certain }
    }

    /// Returns the names of the fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.properties().flat_map(|properties| properties.keys().map(String::as_str))
    }

    /// Returns the shape of a field, if there may be one of the name.
    pub(crate) fn property(&self, name: &str) -> Option<Self> {
        let mut found: Vec<&Value> = self.properties().filter_map(|properties| properties.get(name)).collect();
        if found.is_empty() {
            found.extend(self.parts.iter().filter_map(|part| part.get("additionalProperties")));
            let is_open = if found.is_empty() {
                // An object without properties can have any.
                self.properties().next().is_none()
            } else {
                !found.contains(&&Value::Bool(false))
            };
            if !is_open {
                return None;
            }
        }
        Some(Self::new(self.schema, found))
    }

    /// Returns the shape of the items of a list.
    pub(crate) fn items(&self) -> Self {
        Self::new(self.schema, self.parts.iter().filter_map(|part| part.get("items")))
    }

    /// Returns the type, unless the schema leaves it open.
    pub(crate) fn type_name(&self) -> Option<&'a str> {
        self.parts.iter().filter_map(|part| part["type"].as_str()).find(|name| *name != "null")
    }

    pub(crate) fn is_uuid(&self) -> bool {
        self.parts.iter().any(|part| part["format"] == "uuid")
    }

    pub(crate) fn is_list(&self) -> bool {
        self.type_name() == Some("array")
    }

    /// Returns whether `null` is a value. It is one of a schema that leaves everything open.
    pub(crate) fn allows_null(&self) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|part| part["type"] == "null")
    }

    /// Returns whether every value has the field.
    pub(crate) fn requires(&self, name: &str) -> bool {
        self.certain.iter().filter_map(|part| part["required"].as_array()).flatten().any(|required| required == name)
    }

    /// Returns the default of the document.
    pub(crate) fn default(&self) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.get("default"))
    }

    /// Removes the fields that the schema does not have, and those with a `null` that it does not allow, at all levels.
    pub(crate) fn remove_unknown_fields(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.retain(|name, value| match self.property(name) {
                Some(property) => {
                    property.remove_unknown_fields(value);
                    !value.is_null() || property.allows_null()
                }
                None => false,
            }),
            Value::Array(items) => {
                let shape = self.items();
                for item in items {
                    shape.remove_unknown_fields(item);
                }
            }
            _ => {}
        }
    }

    fn properties(&self) -> impl Iterator<Item = &'a Map<String, Value>> {
        self.parts.iter().filter_map(|part| part["properties"].as_object())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    fn schema() -> Schema {
        let components = json!({ "schemas": {
            "Base": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } },
            "Tree": { "allOf": [
                { "$ref": "#/components/schemas/Base" },
                { "properties": { "children": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } } } },
            ] },
        } });
        let root = json!({ "properties": {
            "tree": { "$ref": "#/components/schemas/Tree" },
            "free": { "type": "object" },
            "tags": { "type": "object", "additionalProperties": { "properties": { "a": {} } } },
            "either": {
                "oneOf": [{ "required": ["a"], "properties": { "a": {} } }, { "properties": { "b": {} } }],
                "nullable": true,
            },
        } });
        Schema::new(&root, &Arc::new(components))
    }

    #[test]
    fn fields_that_the_schema_does_not_have_are_removed_at_all_levels() {
        let mut value = json!({
            "tree": { "id": "a", "secret": 1, "children": [{ "id": "b", "secret": 1, "children": [] }] },
            "free": { "anything": 1 },
            "tags": { "x": { "a": 1, "b": 1 } },
            "either": { "a": 1, "b": 2, "c": 3 },
            "more": 1,
        });
        schema().shape().remove_unknown_fields(&mut value);
        let known = json!({
            "tree": { "id": "a", "children": [{ "id": "b", "children": [] }] },
            "free": { "anything": 1 },
            "tags": { "x": { "a": 1 } },
            "either": { "a": 1, "b": 2 },
        });
        assert_eq!(value, known);
    }

    #[test]
    fn references_and_compositions_are_followed() {
        let schema = schema();
        let shape = schema.shape();
        assert_eq!(shape.names().collect::<Vec<_>>(), ["tree", "free", "tags", "either"]);
        let tree = shape.property("tree").unwrap();
        assert!(tree.requires("id") && !tree.requires("children") && !tree.allows_null());
        assert!(tree.property("children").unwrap().is_list());
        let either = shape.property("either").unwrap();
        assert!(either.allows_null() && !either.requires("a"), "not each alternative has the field");
    }
}
