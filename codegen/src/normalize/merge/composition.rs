//! Merges the parts of each `allOf` into one schema.
//!
//! An `allOf` of one reference is how OpenAPI 3.0 describes a reference, which stays. Parts that no type fits become
//! any value, which is [reported](losses).

mod keywords;
#[cfg(test)]
mod tests;
mod unions;

pub(crate) use unions::MAX_VARIANTS;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{
    schemas,
    unions::{is_aside, shared},
};
use crate::{
    json::{elements, fields, values},
    normalize::upgrade::{Site, walk},
    openapi::{
        grammar::Kind,
        operation::operations_mut,
        reference::{MAX_REFERENCE_CHAIN, SCHEMAS, pointer_to_schema, reference, reference_to},
        schema::{is_description, is_struct, is_type},
        walk::for_each_child_mut,
    },
    source::{MAX_DEPTH, Pointer},
};

/// How many components may wait for the merging of one another, if none is a part of the other.
const MAX_DEPTH_OF_COMPONENTS: usize = 4;

/// How many schemas may be in a part, which is copied.
const MAX_COPY_SIZE: usize = 5_000;

/// How many schemas may be copied for a document.
const MAX_COPIED_SCHEMAS: usize = 500_000;

/// How often two references are merged inside of each other: their targets can have the same two again.
const MAX_FOLLOWED: usize = 2;

/// A part of a schema that the crate does not have, because there is no type or no check for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// The keyword whose schemas are merged.
    pub(crate) at: Pointer,
    /// The property, with the properties around it: `size.unit`. Empty for the whole schema.
    pub(crate) property: String,
    pub(crate) lost: Lost,
}

/// The part that is lost; as an error, the reason why schemas cannot be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The type: no value fits all parts.
    Type,
    /// The type, which would contain itself.
    Cycle,
    /// The type, which would be too large.
    Size,
    /// The type, which would have too many variants.
    Combinations,
    /// The values of a keyword in all parts but one.
    Keyword(&'static str),
}

/// Merges the parts of every `allOf`, and every `anyOf` beside a `oneOf` into the latter.
pub(super) fn merge(root: &mut Value) {
    schemas::with_components(root, |root, components| {
        let mut composition = Composition::of(components);
        let names = || fields(Some(components)).map(|(name, _)| name);
        names().for_each(|name| composition.ensure_merged(name));
        for operation in operations_mut(root) {
            schemas::for_each_of_operation(operation.value, |schema| composition.merge(schema, &operation.at));
        }
        let mut merged = composition.merged;
        let merged = names().filter_map(|name| Some((name.clone(), merged.remove(name)??)));
        *components = Value::Object(merged.collect());
    });
}

/// Merges the parts of every `allOf` in a document whose references are not resolved.
pub(crate) fn merge_in_place(root: &mut Value) {
    let components = root.pointer("/components/schemas").cloned().unwrap_or_default();
    let mut composition = Composition::of(&components);
    walk(root, &mut Site::default(), &mut |kind, value, site| {
        if kind == Kind::Schema {
            composition.merge(value, &site.at());
        }
    });
}

/// Returns the losses in the components of a document, and in its schemas at these pointers.
pub(crate) fn losses(root: &Value, others: impl Iterator<Item = Pointer>) -> Vec<Loss> {
    let components = root.pointer(SCHEMAS).unwrap_or(&Value::Null);
    let mut composition = Composition::of(components);
    fields(Some(components)).for_each(|(name, _)| composition.ensure_merged(name));
    for at in others {
        if let Some(schema) = root.pointer(at.as_str()) {
            composition.merge(&mut schema.clone(), &at);
        }
    }
    composition.losses
}

/// The components of a document, which are merged when they are needed.
pub(super) struct Composition<'a> {
    components: &'a Value,
    /// The merged components; none while one is being merged.
    merged: HashMap<String, Option<Value>>,
    losses: Vec<Loss>,
    depth: usize,
    /// How many schemas have been copied.
    copied: usize,
    attempt: Attempt,
}

/// The state of the schema that is being merged.
#[derive(Default)]
struct Attempt {
    lost: Vec<(String, Lost)>,
    /// How many schemas are being merged inside of each other.
    nesting: usize,
    /// How many pairs of variants were merged.
    pairs: usize,
    /// Whether the schemas are such a pair, which is left out if no value fits both.
    is_pair: bool,
}

impl<'a> Composition<'a> {
    pub(super) fn of(components: &'a Value) -> Self {
        Self {
            components,
            merged: HashMap::new(),
            losses: Vec::new(),
            depth: 0,
            copied: 0,
            attempt: Attempt::default(),
        }
    }

    /// Returns a merged component; none while it is being merged.
    fn component(&mut self, name: &str) -> Option<Value> {
        self.ensure_merged(name);
        self.merged.get(name).cloned().flatten()
    }

    /// Merges a component, if it is not merged yet.
    fn ensure_merged(&mut self, name: &str) {
        if !self.merged.contains_key(name) && self.depth < MAX_DEPTH_OF_COMPONENTS {
            self.depth += 1;
            self.merge_component(name);
            self.depth -= 1;
        }
    }

    /// Merges a component, after its parts.
    fn merge_component(&mut self, name: &str) {
        let components = self.components;
        let mut open = vec![name];
        while let Some(name) = open.last().copied() {
            let schema = components.get(name).unwrap_or(&Value::Null);
            let known = self.merged.get(name).map(Option::is_some);
            if known.is_none() {
                self.merged.insert(name.to_owned(), None);
                let before = open.len();
                open.extend(parts(schema).filter(|part| !self.merged.contains_key(*part)));
                if open.len() > before {
                    continue;
                }
            }
            if known != Some(true) {
                let mut schema = schema.clone();
                self.merge(&mut schema, &pointer_to_schema(name));
                self.merged.insert(name.to_owned(), Some(schema));
            }
            open.pop();
        }
    }

    /// Merges a schema and the schemas in it, inner ones first.
    fn merge(&mut self, schema: &mut Value, at: &Pointer) {
        for_each_child_mut(Kind::Schema, schema, Kind::form, &mut |kind, step, child| {
            if kind == Kind::Schema {
                self.merge(child, &step.from(at));
            }
        });
        let Some(whole) = schema.as_object_mut() else { return };
        let has_two_unions = whole.contains_key("oneOf") && whole.contains_key("anyOf");
        if whole.contains_key("allOf") || has_two_unions {
            let at = at.key(if has_two_unions { "anyOf" } else { "allOf" });
            let described = descriptions(whole);
            let whole = std::mem::take(whole);
            *schema = self.attempt(&at, |composition| {
                composition.merge_parts(whole).unwrap_or_else(|lost| {
                    composition.lose("", lost);
                    Value::Object(described)
                })
            });
        }
        self.record_losses_of_variants(schema, at);
    }

    /// Records the losses of merging variants with the properties beside them.
    fn record_losses_of_variants(&mut self, schema: &Value, at: &Pointer) {
        let union =
            ["oneOf", "anyOf"].into_iter().find_map(|keyword| Some((keyword, schema.get(keyword)?.as_array()?)));
        let (Some((keyword, variants)), true) = (union, is_struct(schema)) else { return };
        let shared = schema.as_object().map(shared).unwrap_or_default();
        for (index, variant) in variants.iter().enumerate() {
            self.attempt(&at.key(keyword).index(index), |composition| {
                if let Ok(mut whole) = composition.resolve(variant) {
                    composition.add(&mut whole, shared.clone());
                }
            });
        }
    }

    /// Merges a schema with a state of its own, and records its losses.
    fn attempt<T>(&mut self, at: &Pointer, attempt: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.attempt);
        let result = attempt(self);
        let lost = std::mem::replace(&mut self.attempt, outer).lost.into_iter();
        self.losses.extend(lost.map(|(property, lost)| Loss { at: at.clone(), property, lost }));
        result
    }

    fn merge_parts(&mut self, mut whole: Map<String, Value>) -> Result<Value, Lost> {
        let parts = match whole.shift_remove("allOf") {
            Some(Value::Array(parts)) => parts,
            _ => Vec::new(),
        };
        if whole.contains_key("oneOf")
            && let Some(more) = whole.shift_remove("anyOf")
        {
            let discriminator = whole.get("discriminator").cloned();
            self.add_union(&mut whole, "anyOf", more, discriminator.as_ref(), "", MAX_FOLLOWED)?;
        }
        if let [part] = parts.as_slice() {
            return self.merge_two(Value::Object(whole), part.clone(), "", MAX_FOLLOWED);
        }
        for part in parts {
            let part = self.resolve(&part)?;
            self.merge_keywords(&mut whole, part, "", MAX_FOLLOWED)?;
        }
        Ok(Value::Object(whole))
    }

    /// Merges two schemas. The descriptions of the first win. The result is one of the two, if the other adds nothing.
    fn merge_two(&mut self, one: Value, other: Value, property: &str, follow: usize) -> Result<Value, Lost> {
        if self.adds_nothing(&other, &one) || essence(&one) == essence(&other) {
            return Ok(with_missing_descriptions(one, &other));
        }
        if self.adds_nothing(&one, &other) {
            return Ok(with_descriptions_of(&one, other));
        }
        let names = [&one, &other].map(|schema| reference(schema).map(ToOwned::to_owned));
        let left = if names.iter().all(Option::is_some) { follow.checked_sub(1).ok_or(Lost::Cycle)? } else { follow };
        let targets = [self.resolve(&one)?, self.resolve(&other)?];
        let mut merged = targets[0].clone();
        if self.attempt.nesting == MAX_DEPTH {
            return Err(Lost::Cycle);
        }
        self.attempt.nesting += 1;
        let result = self.merge_keywords(&mut merged, targets[1].clone(), property, left);
        self.attempt.nesting -= 1;
        result?;
        let same = names.into_iter().zip(&targets).find(|(name, target)| {
            let is_type = || target.contains_key("anyOf") || is_type(&Value::Object((*target).clone()));
            name.is_some() && is_type() && essence_of_type(target) == essence_of_type(&merged)
        });
        let Some((Some(name), target)) = same else { return Ok(Value::Object(merged)) };
        merged.retain(|keyword, value| target.get(keyword) != Some(value) && !is_of_type(keyword, value));
        merged.shift_insert(0, "$ref".to_owned(), reference_to(&name));
        Ok(Value::Object(merged))
    }

    /// Returns the keywords of a schema, and of its target if it is a reference.
    fn resolve(&mut self, schema: &Value) -> Result<Map<String, Value>, Lost> {
        let mut schema = schema.clone();
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Some(name) = reference(&schema) else { break };
            let mut target = self.component(name).ok_or(Lost::Cycle)?;
            self.count_copy(&target)?;
            if let (Some(target), Value::Object(mut beside)) = (target.as_object_mut(), schema) {
                beside.shift_remove("$ref");
                target.extend(beside);
            }
            schema = target;
        }
        Ok(schema.as_object_mut().map(std::mem::take).unwrap_or_default())
    }

    fn count_copy(&mut self, schema: &Value) -> Result<(), Lost> {
        let size = self.count(schema);
        if size > MAX_COPY_SIZE || self.is_spent() { Err(Lost::Size) } else { Ok(()) }
    }

    /// Counts the schemas in a copy.
    pub(super) fn count(&mut self, schema: &Value) -> usize {
        let size = values(schema).filter(|value| value.is_object()).count();
        self.copied += size;
        size
    }

    /// Returns whether too many schemas have been copied.
    pub(super) fn is_spent(&self) -> bool {
        self.copied > MAX_COPIED_SCHEMAS
    }

    /// Returns whether every value that fits another schema fits this one.
    fn adds_nothing(&self, schema: &Value, other: &Value) -> bool {
        let target = reference(other).and_then(|name| self.components.get(name));
        let kind = target.and_then(|target| target.get("type"));
        schema.as_object().is_some_and(|schema| {
            schema.iter().all(|(keyword, value)| match keyword.as_str() {
                "type" => target.is_some() && kind.is_none_or(|kind| kind == value),
                "additionalProperties" => value.is_boolean() && target.is_some_and(is_struct),
                "nullable" | "discriminator" => true,
                keyword => is_description(keyword),
            })
        })
    }

    /// Merges a schema of an object into another one.
    pub(super) fn add(&mut self, whole: &mut Map<String, Value>, part: Map<String, Value>) {
        // The types of two objects never differ, and properties that do become any value.
        let _ = self.merge_keywords(whole, part, "", MAX_FOLLOWED);
    }

    fn lose(&mut self, property: &str, lost: Lost) {
        let lost = (property.to_owned(), lost);
        if !self.attempt.lost.contains(&lost) {
            self.attempt.lost.push(lost);
        }
    }
}

/// Returns the components that are parts or variants of a schema, or of one in it.
fn parts(schema: &Value) -> impl Iterator<Item = &str> {
    let lists = values(schema).flat_map(|schema| ["allOf", "oneOf", "anyOf"].map(|keyword| schema.get(keyword)));
    lists.flat_map(elements).filter_map(reference)
}

/// Returns whether a keyword belongs to a type, and not to the property that refers to it.
fn is_of_type(keyword: &str, value: &Value) -> bool {
    !is_aside(keyword) && !is_description(keyword) && keyword != "nullable"
        || keyword == "additionalProperties" && value.is_boolean()
}

/// Returns the keywords that describe a schema.
fn descriptions(schema: &Map<String, Value>) -> Map<String, Value> {
    let described = schema.iter().filter(|(keyword, _)| is_description(keyword));
    described.map(|(keyword, value)| (keyword.clone(), value.clone())).collect()
}

/// Adds the descriptions of another schema to one, if it has none of its own.
fn with_missing_descriptions(schema: Value, other: &Value) -> Value {
    let (Value::Object(mut schema), Some(other)) = (schema, other.as_object()) else { return Value::Null };
    for (keyword, value) in other {
        if (is_description(keyword) || keyword == "nullable") && !schema.contains_key(keyword) {
            schema.insert(keyword.clone(), value.clone());
        }
    }
    Value::Object(schema)
}

/// Replaces the descriptions of a schema by those of another one.
fn with_descriptions_of(other: &Value, mut schema: Value) -> Value {
    if let (Some(schema), Some(other)) = (schema.as_object_mut(), other.as_object()) {
        let described = other.iter().filter(|(keyword, _)| is_description(keyword) || *keyword == "nullable");
        schema.extend(described.map(|(keyword, value)| (keyword.clone(), value.clone())));
    }
    schema
}

/// Returns a schema without descriptions, its own and those in it.
fn essence(schema: &Value) -> Value {
    schemas::without_keywords(schema, is_description)
}

/// Returns the keywords of a schema that belong to its type, without descriptions.
fn essence_of_type(schema: &Map<String, Value>) -> Value {
    let mut schema = schema.clone();
    schema.retain(|keyword, value| is_of_type(keyword, value) && keyword != "additionalProperties");
    essence(&Value::Object(schema))
}
