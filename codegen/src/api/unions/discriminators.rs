//! The properties that tell the objects of a union apart: its discriminator, or else properties with listed values, and
//! properties that only some of the objects require.

use indexmap::IndexSet;
use serde_json::Value;

use super::{Components, PropertyPattern};
use crate::{
    json::{self, elements, fields},
    normalize::merge::marks,
    openapi::{
        reference::reference,
        schema::{self, MAX_NESTED_UNIONS, is_struct, is_union},
    },
};

/// A variant that is an object, or a union of objects.
pub(super) struct Object<'a> {
    /// Its name in the document, if it has one.
    component: &'a str,
    /// The union, if it is one.
    union: Option<&'a Value>,
    /// The schema of the object, or those of all objects of the union.
    schemas: Vec<&'a Value>,
}

/// Returns the properties that tell each of the objects from the others.
pub(super) fn discriminators(
    objects: &[Object<'_>],
    discriminator: Option<&Value>,
    components: &Components<'_>,
) -> Vec<Vec<PropertyPattern>> {
    let discriminator = discriminator.and_then(|value| Some((value, json::text(value, "propertyName")?)));
    if let Some((discriminator, name)) = discriminator {
        let patterns =
            objects.iter().map(|object| match object.discriminator_values(name, discriminator, components) {
                Some(values) => {
                    vec![PropertyPattern { is_discriminator: true, ..object.pattern(name, values, true) }]
                }
                None => Vec::new(),
            });
        return patterns.collect();
    }

    let mut patterns: Vec<Vec<_>> = objects.iter().map(|_| Vec::new()).collect();
    for name in objects.iter().flat_map(Object::names).collect::<IndexSet<_>>() {
        let values: Vec<_> = objects.iter().map(|object| object.values(name, components)).collect();
        if !can_distinguish(&values) {
            continue;
        }
        // One property with a different single value in each object is enough.
        if objects.len() > 1 && values.iter().all(|values| values.len() == 1) && are_disjoint(&values) {
            let objects = objects.iter().zip(values);
            return objects.map(|(object, values)| vec![object.pattern(name, values, true)]).collect();
        }
        for ((object, patterns), values) in objects.iter().zip(&mut patterns).zip(values) {
            if !values.is_empty() {
                let is_constant = values.len() == 1;
                patterns.push(object.pattern(name, values, is_constant));
            }
        }
    }
    add_required(objects, &mut patterns);
    patterns
}

/// Adds the properties that an object requires and another does not.
fn add_required(objects: &[Object<'_>], patterns: &mut [Vec<PropertyPattern>]) {
    for (object, patterns) in objects.iter().zip(patterns) {
        for name in object.names().filter(|name| object.requires(name)) {
            let is_required_by_all = objects.iter().all(|other| other.requires(name));
            if !is_required_by_all && !patterns.iter().any(|pattern| pattern.name == name) {
                patterns.push(object.pattern(name, Vec::new(), false));
            }
        }
    }
}

/// Returns whether the values that objects list for a property help to tell the objects apart. An object that allows
/// any value lists none.
fn can_distinguish(values: &[Vec<Value>]) -> bool {
    let listed: Vec<_> = values.iter().filter(|values| !values.is_empty()).collect();
    let Some(first) = listed.first() else { return false };
    let is_listed_by_all = listed.len() == values.len();
    listed.iter().any(|values| values != first) || !is_listed_by_all && first.len() == 1
}

fn are_disjoint(values: &[Vec<Value>]) -> bool {
    let mut seen = IndexSet::new();
    values.iter().flatten().all(|value| seen.insert(value.to_string()))
}

impl<'a> Object<'a> {
    /// Reads a variant; none if it can be something else than an object with properties.
    pub(super) fn read(schema: &'a Value, components: &Components<'a>) -> Option<Self> {
        let target = components.target(schema);
        let name = reference(schema).unwrap_or_default();
        let is_unnamed = marks::origin(target).is_some();
        let by_reference = if is_unnamed { "" } else { components.response_name(name).unwrap_or(name) };
        let component = marks::copied_from(target).unwrap_or(by_reference);
        let schemas = objects_of(target, components, MAX_NESTED_UNIONS);
        let union = Some(target).filter(|target| is_union(target));
        (!schemas.is_empty()).then_some(Self { component, union, schemas })
    }

    /// Returns the values of a discriminator that stand for the object: those of the mapping, or else those that it
    /// lists, or else its name. None if any value does, or if a union in the union knows them.
    fn discriminator_values(
        &self,
        name: &str,
        discriminator: &Value,
        components: &Components<'_>,
    ) -> Option<Vec<Value>> {
        if schema::default_variant(discriminator) == Some(self.component) {
            return None;
        }
        let mapped = schema::mapping(discriminator).filter(|(_, target)| *target == self.component);
        let mapped: Vec<_> = mapped.map(|(value, _)| self.discriminator_value(name, value, components)).collect();
        if !mapped.is_empty() {
            return Some(mapped);
        }
        let listed = self.values(name, components);
        if listed.len() == 1 || self.component.is_empty() || self.union.is_some() && !listed.is_empty() {
            return Some(listed);
        }
        let of_union = self.union.and_then(|union| json::text(union.get("discriminator")?, "propertyName"));
        (of_union != Some(name)).then(|| vec![Value::from(self.component)])
    }

    /// Returns the value of a discriminator for an entry of its mapping, whose keys are texts.
    fn discriminator_value(&self, name: &str, key: &str, components: &Components<'_>) -> Value {
        let property = self.schemas.first().and_then(|schema| schema.get("properties")?.get(name));
        let ty = property.and_then(|property| json::text(components.target(property), "type"));
        let value = match ty {
            Some("integer") => key.parse::<i64>().ok().map(Value::from),
            Some("boolean") => key.parse::<bool>().ok().map(Value::from),
            _ => None,
        };
        value.filter(is_literal).unwrap_or_else(|| Value::from(key))
    }

    fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let schema = self.schemas.first().copied();
        fields(schema.and_then(|schema| schema.get("properties"))).map(|(name, _)| name.as_str())
    }

    fn requires(&self, name: &str) -> bool {
        self.schemas.iter().all(|schema| elements(schema.get("required")).any(|required| required == name))
    }

    /// Returns the values that a property lists; none if it allows others.
    fn values(&self, name: &str, components: &Components<'_>) -> Vec<Value> {
        let mut values = Vec::new();
        for schema in &self.schemas {
            let property = schema.get("properties").and_then(|properties| properties.get(name));
            let listed = property.and_then(|property| components.target(property).get("enum"));
            let listed: Vec<_> = elements(listed).filter(|value| !value.is_null()).collect();
            if listed.is_empty() || !listed.iter().all(|value| is_literal(value)) {
                return Vec::new();
            }
            for value in listed {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
        values
    }

    /// Returns the pattern of a property. `is_decisive` says whether another value means another variant.
    fn pattern(&self, name: &str, values: Vec<Value>, is_decisive: bool) -> PropertyPattern {
        let may_be_other = !is_decisive || values.is_empty();
        let may_be_absent = !self.requires(name);
        PropertyPattern { name: name.to_owned(), values, may_be_absent, may_be_other, is_discriminator: false }
    }
}

/// Returns the objects that a schema allows; none if it allows something else, too.
fn objects_of<'a>(schema: &'a Value, components: &Components<'a>, depth: usize) -> Vec<&'a Value> {
    let target = components.target(schema);
    if is_struct(target) {
        return vec![target];
    }
    let variants = elements(target.get("oneOf")).filter(|_| depth > 0);
    let objects: Vec<_> = variants.map(|variant| objects_of(variant, components, depth - 1)).collect();
    if objects.iter().any(Vec::is_empty) { Vec::new() } else { objects.concat() }
}

/// Returns whether a value can stand in a pattern.
fn is_literal(value: &Value) -> bool {
    value.is_string() || value.is_boolean() || value.as_i64().is_some_and(|number| number >= 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns the properties that tell schemas apart, an object on each line.
    fn told_apart(schemas: &Value, discriminator: Option<&Value>) -> String {
        let components = Components(schemas);
        let references: Vec<_> =
            fields(Some(schemas)).map(|(name, _)| json!({"$ref": format!("#/components/schemas/{name}")})).collect();
        let objects: Vec<_> = references.iter().filter_map(|schema| Object::read(schema, &components)).collect();
        let lines = discriminators(&objects, discriminator, &components).into_iter().map(|patterns| {
            patterns
                .iter()
                .map(|pattern| format!("{} {:?}", pattern.name, pattern.values))
                .collect::<Vec<_>>()
                .join(", ")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn discriminator_values_come_from_the_mapping_or_the_component_name() {
        let schemas = json!({
            "Cat": {"properties": {"kind": {"type": "string"}}},
            "Dog": {"properties": {"kind": {"type": "string"}}},
        });
        let discriminator =
            json!({"propertyName": "kind", "mapping": {"tom": "#/components/schemas/Cat", "kitty": "Cat"}});
        insta::assert_snapshot!(told_apart(&schemas, Some(&discriminator)), @r#"
        kind [String("tom"), String("kitty")]
        kind [String("Dog")]
        "#);
    }

    #[test]
    fn a_key_of_the_mapping_is_a_value_of_the_property() {
        let schemas = json!({
            "Cat": {"properties": {"kind": {"type": "integer"}}},
            "Dog": {"properties": {"kind": {"type": "boolean"}}},
        });
        let discriminator = json!({"propertyName": "kind", "mapping": {"1": "Cat", "true": "Dog", "x": "Dog"}});
        insta::assert_snapshot!(told_apart(&schemas, Some(&discriminator)), @r#"
        kind [Number(1)]
        kind [Bool(true), String("x")]
        "#);
    }

    #[test]
    fn a_union_in_the_union_knows_its_values() {
        let schemas = json!({
            "Cat": {"properties": {"kind": {"enum": ["lion", "puma"]}}},
            "Cats": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"properties": {"kind": {"enum": ["lynx"]}}}]},
            "Dogs": {"oneOf": [{"properties": {"kind": {}}}], "discriminator": {"propertyName": "kind"}},
            "Pet": {"properties": {"kind": {}}},
        });
        let discriminator = json!({"propertyName": "kind", "defaultMapping": "#/components/schemas/Pet"});
        insta::assert_snapshot!(told_apart(&schemas, Some(&discriminator)), @r#"
        kind [String("Cat")]
        kind [String("lion"), String("puma"), String("lynx")]
        "#);
    }

    #[test]
    fn without_a_discriminator_one_property_with_a_value_for_each_is_enough() {
        let schemas = json!({
            "Cat": {"required": ["name"], "properties": {"kind": {"enum": ["cat"]}, "name": {}}},
            "Dog": {"properties": {"kind": {"enum": ["dog"]}, "name": {}}},
        });
        insta::assert_snapshot!(told_apart(&schemas, None), @r#"
        kind [String("cat")]
        kind [String("dog")]
        "#);
    }

    #[test]
    fn without_listed_values_required_properties_tell_objects_apart() {
        let schemas = json!({
            "Cat": {"required": ["id", "lives"], "properties": {"id": {}, "lives": {}}},
            "Dog": {"required": ["id"], "properties": {"id": {}, "lives": {}}},
        });
        assert_eq!(told_apart(&schemas, None), "lives []\n");
    }
}
