//! Writes the facts of their schemas in our style: objects, enums and unions are components.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value, json};

use super::{names::component, ours::Ours};
use crate::{
    json::{elements, fields},
    names::{Names, plurals::singular, type_name, value_name, variant, variants},
    openapi::{
        PLACEHOLDER,
        extensions::VARIANT_NAMES,
        reference::{self, MAX_REFERENCE_CHAIN, SCHEMAS, pointer_to_schema},
        schema::{BOUNDS, is_scalar, is_struct, mapping},
    },
};

/// The order of the keywords of a schema. Between these two lists are the bounds.
const FIRST_KEYWORDS: [&str; 6] = ["type", "format", "nullable", "deprecated", "readOnly", "writeOnly"];
const LAST_KEYWORDS: [&str; 12] = [
    "default",
    "allOf",
    "description",
    "required",
    "properties",
    "additionalProperties",
    "items",
    "oneOf",
    "anyOf",
    "discriminator",
    VARIANT_NAMES,
    "enum",
];

/// The keywords that say how a schema is used in one place, and not what it is.
const OF_USE: [&str; 5] = ["nullable", "deprecated", "readOnly", "writeOnly", "default"];

/// The schemas of an operation that is added to a file of ours.
pub(super) struct Schemas<'a> {
    ours: &'a Ours<'a>,
    file: &'a str,
    /// The root of their document.
    theirs: &'a Value,
    /// The names of components, by theirs.
    our_names: HashMap<String, String>,
    names: Names,
    /// The new components that stand for their components.
    new_names: HashMap<&'a str, String>,
    pending: VecDeque<(String, &'a Value)>,
    /// The new components of schemas that they have written out, by their facts.
    by_facts: HashMap<String, String>,
    components: Map<String, Value>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(
        ours: &'a Ours<'a>,
        file: &'a str,
        theirs: &'a Value,
        our_names: HashMap<String, String>,
    ) -> Self {
        let mut names = Names::of_types();
        for name in ours.schema_names() {
            names.take(name);
        }
        Self {
            ours,
            file,
            theirs,
            our_names,
            names,
            new_names: HashMap::new(),
            pending: VecDeque::new(),
            by_facts: HashMap::new(),
            components: Map::new(),
        }
    }

    /// Returns the new components, with those that they refer to.
    pub(super) fn into_components(mut self) -> Map<String, Value> {
        while let Some((name, theirs)) = self.pending.pop_front() {
            self.add_component(&name, theirs);
        }
        self.components
    }

    /// Returns the schema of a request body: what they call its type depends on what they use it for.
    pub(super) fn body(&mut self, theirs: &'a Value, name: &str) -> Value {
        match reference::reference(theirs) {
            Some(their_name) if self.known(their_name).is_none() => self.add_named(their_name, name),
            _ => self.schema(theirs, name),
        }
    }

    /// Returns a schema. `name` is that of its component, if it needs one and has none.
    pub(super) fn schema(&mut self, theirs: &'a Value, name: &str) -> Value {
        described(self.undescribed(theirs, name))
    }

    /// Returns a schema without a description: an element, or a part of something that has one.
    pub(super) fn undescribed(&mut self, theirs: &'a Value, name: &str) -> Value {
        if reference::reference(theirs).is_some() {
            return self.reference(theirs, name);
        }
        let parts: Vec<_> = elements(theirs.get("allOf")).collect();
        if let ([part], false) = (&*parts, is_struct(theirs)) {
            let target = self.undescribed(part, name);
            return with_use(target, theirs);
        }
        if let Some(reference) = self.our_enum(theirs) {
            return with_use(reference, theirs);
        }
        if !self.needs_component(theirs) {
            return in_order(self.written_out(theirs, name));
        }
        let facts = facts(theirs).to_string();
        let name = match self.by_facts.get(&facts) {
            Some(name) => name.clone(),
            None => {
                let name = self.names.unused(name);
                self.by_facts.insert(facts, name.clone());
                self.add_component(&name, theirs);
                name
            }
        };
        with_use(reference_to(&name), theirs)
    }

    fn add_component(&mut self, name: &str, theirs: &'a Value) {
        // A component stands before those that it refers to.
        self.components.insert(name.to_owned(), Value::Null);
        let mut written = self.written_out(theirs, name);
        for keyword in OF_USE {
            written.as_object_mut().map(|schema| schema.shift_remove(keyword));
        }
        written["description"] = json!(PLACEHOLDER);
        self.components.insert(name.to_owned(), in_order(written));
    }

    /// Returns a reference to the component that stands for the target of theirs. A scalar is written out.
    fn reference(&mut self, theirs: &'a Value, name: &str) -> Value {
        let mut target = theirs;
        let mut their_name = "";
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Some(next) = reference::reference(target) else { break };
            their_name = next;
            if let Some(known) = self.known(next) {
                return known;
            }
            target =
                fields(self.theirs.pointer(SCHEMAS)).find(|(name, _)| *name == next).map_or(&Value::Null, |(_, it)| it);
        }
        if reference::reference(target).is_some() {
            // The references lead only back to themselves.
            return unwritten();
        }
        if is_scalar(target) && !self.needs_component(target) {
            return self.undescribed(target, name);
        }
        self.our_enum(target).unwrap_or_else(|| self.add_named(their_name, &component(their_name)))
    }

    /// Returns a reference to the component of ours, or to the new one, that stands for one of theirs.
    fn known(&self, their_name: &str) -> Option<Value> {
        let ours = self.our_names.get(their_name).map(|ours| self.ours.reference(&pointer_to_schema(ours), self.file));
        ours.or_else(|| self.new_names.get(their_name).map(|new| reference_to(new)))
    }

    /// Returns a reference to our enum with the same values.
    fn our_enum(&self, theirs: &Value) -> Option<Value> {
        let values: Vec<_> = elements(theirs.get("enum")).filter(|value| !value.is_null()).collect();
        let at = if values.len() > 1 { self.ours.enum_of(&values) } else { None };
        Some(self.ours.reference(&at?, self.file))
    }

    /// Returns a reference to our newtype for a parameter or a property of this name.
    pub(super) fn our_newtype(&self, name: &str, theirs: &Value) -> Option<Value> {
        let theirs = reference::resolve(theirs, self.theirs);
        let at = self.ours.newtype(name, theirs)?;
        Some(with_use(self.ours.reference(&at, self.file), theirs))
    }

    /// Adds a component that stands for one of theirs, and returns a reference to it.
    fn add_named(&mut self, their_name: &'a str, name: &str) -> Value {
        let Some(target) = self.theirs.pointer(pointer_to_schema(their_name).as_str()) else { return unwritten() };
        let name = self.names.unused(name);
        let reference = reference_to(&name);
        self.new_names.insert(their_name, name.clone());
        self.pending.push_back((name, target));
        reference
    }

    /// Returns whether a schema is a component in our style: an enum, an object with properties, or a union of more than
    /// scalars.
    fn needs_component(&self, theirs: &Value) -> bool {
        let values = elements(theirs.get("enum")).filter(|value| value.is_string());
        let mut variants = variants_of(theirs).map(|variant| reference::resolve(variant, self.theirs)).peekable();
        let is_union =
            variants.peek().is_some() && !variants.all(|variant| is_scalar(variant) && variant.get("enum").is_none());
        is_struct(theirs) || is_union || elements(theirs.get("allOf")).count() > 1 || values.count() > 1
    }

    /// Returns the facts of a schema, and writes the schemas in it in our style.
    fn written_out(&mut self, theirs: &'a Value, name: &str) -> Value {
        let mut written = Map::new();
        for keyword in FIRST_KEYWORDS.iter().chain(&BOUNDS).chain(&["default", "required"]) {
            let value = theirs.get(keyword).filter(|value| **value != Value::Bool(false));
            written.extend(value.map(|value| ((*keyword).to_owned(), value.clone())));
        }
        if is_struct(theirs) {
            written.insert("type".to_owned(), json!("object"));
        }
        let values = elements(theirs.get("enum"));
        let (null, values): (Vec<_>, Vec<_>) = values.cloned().partition(Value::is_null);
        if !null.is_empty() {
            written.insert("nullable".to_owned(), json!(true));
        }
        let names = variant_names(&values);
        if !names.is_empty() {
            written.insert(VARIANT_NAMES.to_owned(), Value::Object(names));
        }
        if !values.is_empty() {
            written.insert("enum".to_owned(), json!(values));
        }
        let properties: Map<_, _> = fields(theirs.get("properties"))
            .map(|(property, schema)| {
                let newtype = self.our_newtype(property, schema).map(described);
                let written = newtype.unwrap_or_else(|| self.schema(schema, &self.name_in(name, property, schema)));
                (property.clone(), written)
            })
            .collect();
        if !properties.is_empty() {
            written.insert("properties".to_owned(), Value::Object(properties));
        }
        match theirs.get("additionalProperties") {
            Some(schema @ Value::Object(_)) => {
                let schema = self.undescribed(schema, &singular(name));
                written.insert("additionalProperties".to_owned(), schema);
            }
            Some(flag @ Value::Bool(_)) => drop(written.insert("additionalProperties".to_owned(), flag.clone())),
            _ => {}
        }
        if let Some(items) = theirs.get("items") {
            written.insert("items".to_owned(), self.undescribed(items, &singular(name)));
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            let Some(parts) = theirs.get(keyword) else { continue };
            let parts = elements(Some(parts)).enumerate().map(|(index, part)| match keyword {
                "allOf" => self.part(part, name),
                _ => self.undescribed(part, &format!("{name}{}", variant_name(part, index))),
            });
            written.insert(keyword.to_owned(), parts.collect());
        }
        if let Some(discriminator) = theirs.get("discriminator") {
            written.insert("discriminator".to_owned(), self.discriminator(discriminator));
        }
        Value::Object(written)
    }

    /// Returns the name for the component of a property. That of an enum needs no other name in front, if the name of the
    /// property has several words.
    fn name_in(&self, parent: &str, property: &str, schema: &Value) -> String {
        let name = type_name(property);
        let has_several_words = value_name(property).trim_end_matches('_').contains('_');
        if has_several_words && schema.get("enum").is_some() && !self.names.contains(&name) {
            return name;
        }
        format!("{parent}{name}")
    }

    /// Returns a part of an `allOf`, which needs no component of its own.
    fn part(&mut self, theirs: &'a Value, name: &str) -> Value {
        let is_reference = reference::reference(theirs).is_some();
        if is_reference { self.undescribed(theirs, name) } else { in_order(self.written_out(theirs, name)) }
    }

    fn discriminator(&mut self, theirs: &'a Value) -> Value {
        let mut written = json!({"propertyName": theirs.get("propertyName")});
        for (value, their_name) in mapping(theirs) {
            let Some((their_name, _)) = fields(self.theirs.pointer(SCHEMAS)).find(|(name, _)| *name == their_name)
            else {
                continue;
            };
            let known = self.known(their_name);
            let reference = known.unwrap_or_else(|| self.add_named(their_name, &component(their_name)));
            written["mapping"][value] = reference.get("$ref").cloned().unwrap_or_default();
        }
        written
    }
}

/// Returns the names of the variants that would have the same name as another.
fn variant_names(values: &[Value]) -> Map<String, Value> {
    let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
    let names = variants(&values, None).into_iter().zip(&values);
    names
        .filter(|(name, value)| *name != variant(value))
        .map(|(name, value)| ((*value).to_owned(), json!(name)))
        .collect()
}

fn variants_of(schema: &Value) -> impl Iterator<Item = &Value> {
    elements(schema.get("oneOf")).chain(elements(schema.get("anyOf")))
}

/// Returns the end of the name of a variant that has no name: the value that only it has, or its number.
fn variant_name(variant: &Value, index: usize) -> String {
    let values = fields(variant.get("properties")).filter_map(|(_, property)| {
        let mut values = elements(property.get("enum")).filter_map(Value::as_str);
        values.next().filter(|_| values.next().is_none())
    });
    values.map(type_name).next().unwrap_or_else(|| format!("Variant{}", index + 1))
}

/// Returns what a schema is, without what is said about it.
fn facts(schema: &Value) -> Value {
    let mut schema = schema.clone();
    for keyword in OF_USE.into_iter().chain(["title", "description", "example", "examples", "externalDocs"]) {
        schema.as_object_mut().map(|schema| schema.shift_remove(keyword));
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    schema
}

/// Adds to a schema what the one that refers to it says about its use.
fn with_use(target: Value, theirs: &Value) -> Value {
    let mut schema = Map::new();
    for keyword in OF_USE {
        let value = theirs.get(keyword).filter(|value| **value != Value::Bool(false));
        schema.extend(value.map(|value| (keyword.to_owned(), value.clone())));
    }
    if elements(theirs.get("enum")).any(Value::is_null) {
        schema.insert("nullable".to_owned(), json!(true));
    }
    if schema.is_empty() {
        return target;
    }
    match target {
        Value::Object(target) if !target.contains_key("$ref") => schema.extend(target),
        reference => drop(schema.insert("allOf".to_owned(), json!([reference]))),
    }
    in_order(Value::Object(schema))
}

/// Adds the placeholder to a schema that can have a description.
fn described(mut schema: Value) -> Value {
    if schema.get("$ref").is_none() {
        schema["description"] = json!(PLACEHOLDER);
    }
    in_order(schema)
}

/// Returns a schema that a person has to write, which the check refuses until then.
fn unwritten() -> Value {
    json!({"description": PLACEHOLDER})
}

fn reference_to(name: &str) -> Value {
    json!({"$ref": reference::reference_to(name)})
}

/// Sorts the keywords of a schema.
pub(super) fn in_order(mut schema: Value) -> Value {
    let order: Vec<_> = FIRST_KEYWORDS.iter().chain(&BOUNDS).chain(&LAST_KEYWORDS).collect();
    if let Value::Object(schema) = &mut schema {
        let mut members: Vec<_> = std::mem::take(schema).into_iter().collect();
        members.sort_by_key(|(key, _)| order.iter().position(|keyword| *keyword == key));
        schema.extend(members);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_in_the_order_of_hand_written_schemas() {
        let schema =
            in_order(json!({"enum": [], "description": "", "minimum": 1, "nullable": true, "type": "integer"}));
        let keys: Vec<_> = schema.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["type", "nullable", "minimum", "description", "enum"]);
    }

    #[test]
    fn a_reference_with_facts_of_its_use_is_a_part() {
        let target = json!({"$ref": "#/a"});
        assert_eq!(with_use(target.clone(), &json!({"description": "B."})), target);
        assert_eq!(with_use(target.clone(), &json!({"nullable": true})), json!({"nullable": true, "allOf": [target]}));
        let schema = json!({"type": "string"});
        assert_eq!(with_use(schema, &json!({"deprecated": true})), json!({"type": "string", "deprecated": true}));
    }

    #[test]
    fn variants_that_would_have_the_name_of_another_get_one() {
        let values = ["Unknown", "a-b", "a_b", "c"].map(Value::from);
        assert_eq!(Value::Object(variant_names(&values)), json!({"Unknown": "Unknown2", "a_b": "AB2"}));
    }
}
