//! Puts together what `allOf` takes apart.
//!
//! One reference in it is how OpenAPI 3.0 describes a reference; several schemas become one that says what all of them
//! do. What no type can hold together is open, and [told](losses).

mod choice;
#[cfg(test)]
mod tests;
mod unite;

pub(crate) use choice::MAX_ALTERNATIVES;

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
        schema::{is_struct, is_type},
        walk::for_each_child_mut,
    },
    source::{MAX_DEPTH, Pointer},
};

/// So many components may be put together for the sake of one another, if none is a part of the other.
const DEPTH: usize = 4;

/// So many schemas may be in one that becomes a part of others: each of them gets a copy.
const MAX_SIZE: usize = 5_000;

/// So many schemas are copied for a document.
const MAX_COPIED: usize = 500_000;

/// How deep two references in the same place are followed: what they refer to can refer to the same again.
const FOLLOWED: usize = 2;

/// What describes a schema, and says nothing of which values fit it.
const DESCRIBES: [&str; 9] =
    ["default", "deprecated", "description", "example", "externalDocs", "readOnly", "title", "writeOnly", "xml"];

/// What the crate does without, because no type or no check says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// The keyword that puts the schemas together.
    pub(crate) at: Pointer,
    /// The property, with those that it is in: `size.unit`. Empty for the whole.
    pub(crate) property: String,
    pub(crate) what: Lost,
}

/// What is lost, and as an error the reason why schemas cannot be put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The type: it is open.
    Type,
    /// The type, which would hold itself: it is open.
    Circle,
    /// The type, which would be too large: it is open.
    Size,
    /// The choices: there are too many ways to make them.
    Choices,
    /// What all schemas but one say with a keyword.
    Keyword(&'static str),
}

/// Leaves no `allOf`, and no `anyOf` beside `oneOf`.
pub(super) fn merge(root: &mut Value) {
    schemas::beside_components(root, |root, components| {
        let mut composition = Composition::of(components);
        let names = || fields(Some(components)).map(|(name, _)| name);
        names().for_each(|name| composition.enter(name));
        for operation in operations_mut(root) {
            schemas::for_each_of_operation(operation.value, |schema| composition.merge(schema, &operation.at));
        }
        let mut merged = composition.merged;
        let merged = names().filter_map(|name| Some((name.clone(), merged.remove(name)??)));
        *components = Value::Object(merged.collect());
    });
}

/// Leaves no `allOf` in a document whose references are still there.
pub(crate) fn merge_in_place(root: &mut Value) {
    let components = root.pointer("/components/schemas").cloned().unwrap_or_default();
    let mut composition = Composition::of(&components);
    walk(root, &mut Site::default(), &mut |kind, value, site| {
        if kind == Kind::Schema {
            composition.merge(value, &site.at());
        }
    });
}

/// What the crate does without in a document's components, and in other schemas that stand at these places.
pub(crate) fn losses(root: &Value, others: impl Iterator<Item = Pointer>) -> Vec<Loss> {
    let components = root.pointer(SCHEMAS).unwrap_or(&Value::Null);
    let mut composition = Composition::of(components);
    fields(Some(components)).for_each(|(name, _)| composition.enter(name));
    for at in others {
        if let Some(schema) = root.pointer(at.as_str()) {
            composition.merge(&mut schema.clone(), &at);
        }
    }
    composition.losses
}

/// The components of a document, put together when they are needed.
pub(super) struct Composition<'a> {
    components: &'a Value,
    /// Those that are put together; none while one is being.
    merged: HashMap<String, Option<Value>>,
    losses: Vec<Loss>,
    depth: usize,
    /// How many schemas have been copied.
    copied: usize,
    /// What has been tried for the schema that is being put together.
    attempt: Attempt,
}

#[derive(Default)]
struct Attempt {
    lost: Vec<(String, Lost)>,
    /// How many schemas are being merged inside of each other.
    nesting: usize,
    /// How many pairs of alternatives were put together.
    pairs: usize,
    /// Whether what is put together is such a pair: if nothing fits both, the pair is none.
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

    /// A component without an `allOf` in it; none while it is being put together itself.
    fn component(&mut self, name: &str) -> Option<Value> {
        self.enter(name);
        self.merged.get(name).cloned().flatten()
    }

    /// Puts a component together, if it is not yet.
    fn enter(&mut self, name: &str) {
        if !self.merged.contains_key(name) && self.depth < DEPTH {
            self.depth += 1;
            self.merge_component(name);
            self.depth -= 1;
        }
    }

    /// Puts a component together, after those that it is made of.
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

    /// Puts a schema together and those in it, inner ones first.
    fn merge(&mut self, schema: &mut Value, at: &Pointer) {
        for_each_child_mut(Kind::Schema, schema, Kind::form, &mut |kind, step, child| {
            if kind == Kind::Schema {
                self.merge(child, &step.from(at));
            }
        });
        let Some(whole) = schema.as_object_mut() else { return };
        let has_two_choices = whole.contains_key("oneOf") && whole.contains_key("anyOf");
        if whole.contains_key("allOf") || has_two_choices {
            let at = at.key(if has_two_choices { "anyOf" } else { "allOf" });
            let described = description(whole);
            let whole = std::mem::take(whole);
            *schema = self.attempt(&at, |composition| {
                composition.put_together(whole).unwrap_or_else(|clash| {
                    composition.lose("", clash);
                    Value::Object(described)
                })
            });
        }
        self.share(schema, at);
    }

    /// Notes what is lost when alternatives are put together with what stands beside them.
    fn share(&mut self, schema: &Value, at: &Pointer) {
        let choice =
            ["oneOf", "anyOf"].into_iter().find_map(|keyword| Some((keyword, schema.get(keyword)?.as_array()?)));
        let (Some((keyword, alternatives)), true) = (choice, is_struct(schema)) else { return };
        let shared = schema.as_object().map(shared).unwrap_or_default();
        for (index, alternative) in alternatives.iter().enumerate() {
            self.attempt(&at.key(keyword).index(index), |composition| {
                if let Ok(mut whole) = composition.expanded(alternative) {
                    composition.add(&mut whole, shared.clone());
                }
            });
        }
    }

    /// Tries something anew, and keeps what is lost by it.
    fn attempt<T>(&mut self, at: &Pointer, attempt: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.attempt);
        let result = attempt(self);
        let lost = std::mem::replace(&mut self.attempt, outer).lost.into_iter();
        self.losses.extend(lost.map(|(property, what)| Loss { at: at.clone(), property, what }));
        result
    }

    fn put_together(&mut self, mut whole: Map<String, Value>) -> Result<Value, Lost> {
        let parts = match whole.shift_remove("allOf") {
            Some(Value::Array(parts)) => parts,
            _ => Vec::new(),
        };
        if whole.contains_key("oneOf")
            && let Some(more) = whole.shift_remove("anyOf")
        {
            let discriminator = whole.get("discriminator").cloned();
            self.choose(&mut whole, "anyOf", more, discriminator.as_ref(), "", FOLLOWED)?;
        }
        if let [part] = parts.as_slice() {
            return self.conjunction(Value::Object(whole), part.clone(), "", FOLLOWED);
        }
        for part in parts {
            let part = self.expanded(&part)?;
            self.unite(&mut whole, part, "", FOLLOWED)?;
        }
        Ok(Value::Object(whole))
    }

    /// One schema that says what both do. It is described as the first is, if that is, and it is one of the two where
    /// that says as much as both.
    fn conjunction(&mut self, one: Value, other: Value, property: &str, follow: usize) -> Result<Value, Lost> {
        if self.says_nothing(&other, &one) || essence(&one) == essence(&other) {
            return Ok(described_by(one, &other));
        }
        if self.says_nothing(&one, &other) {
            return Ok(describing(&one, other));
        }
        let names = [&one, &other].map(|schema| reference(schema).map(ToOwned::to_owned));
        let left = if names.iter().all(Option::is_some) { follow.checked_sub(1).ok_or(Lost::Circle)? } else { follow };
        let targets = [self.expanded(&one)?, self.expanded(&other)?];
        let mut united = targets[0].clone();
        if self.attempt.nesting == MAX_DEPTH {
            return Err(Lost::Circle);
        }
        self.attempt.nesting += 1;
        let result = self.unite(&mut united, targets[1].clone(), property, left);
        self.attempt.nesting -= 1;
        result?;
        let same = names.into_iter().zip(&targets).find(|(name, target)| {
            let is_type = || target.contains_key("anyOf") || is_type(&Value::Object((*target).clone()));
            name.is_some() && is_type() && essence_of_type(target) == essence_of_type(&united)
        });
        let Some((Some(name), target)) = same else { return Ok(Value::Object(united)) };
        united.retain(|keyword, value| target.get(keyword) != Some(value) && !is_of_type(keyword, value));
        united.shift_insert(0, "$ref".to_owned(), reference_to(&name));
        Ok(Value::Object(united))
    }

    /// A schema with its keywords at hand.
    fn expanded(&mut self, schema: &Value) -> Result<Map<String, Value>, Lost> {
        let mut schema = schema.clone();
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Some(name) = reference(&schema) else { break };
            let mut target = self.component(name).ok_or(Lost::Circle)?;
            self.copy(&target)?;
            if let (Some(target), Value::Object(mut beside)) = (target.as_object_mut(), schema) {
                beside.shift_remove("$ref");
                target.extend(beside);
            }
            schema = target;
        }
        Ok(schema.as_object_mut().map(std::mem::take).unwrap_or_default())
    }

    fn copy(&mut self, schema: &Value) -> Result<(), Lost> {
        let size = self.count(schema);
        if size > MAX_SIZE || self.is_spent() { Err(Lost::Size) } else { Ok(()) }
    }

    /// Counts the schemas in one that is copied.
    pub(super) fn count(&mut self, schema: &Value) -> usize {
        let size = values(schema).filter(|value| value.is_object()).count();
        self.copied += size;
        size
    }

    /// Whether too much has been copied.
    pub(super) fn is_spent(&self) -> bool {
        self.copied > MAX_COPIED
    }

    /// Whether a schema only describes what another one says.
    fn says_nothing(&self, schema: &Value, other: &Value) -> bool {
        let target = reference(other).and_then(|name| self.components.get(name));
        let kind = target.and_then(|target| target.get("type"));
        schema.as_object().is_some_and(|schema| {
            schema.iter().all(|(keyword, value)| match keyword.as_str() {
                "type" => target.is_some() && kind.is_none_or(|kind| kind == value),
                "additionalProperties" => value.is_boolean() && target.is_some_and(is_struct),
                "nullable" | "discriminator" => true,
                keyword => describes(keyword),
            })
        })
    }

    /// Adds what a schema says to another one.
    pub(super) fn add(&mut self, whole: &mut Map<String, Value>, part: Map<String, Value>) {
        // Of objects, only properties can clash, and those are open then.
        let _ = self.unite(whole, part, "", FOLLOWED);
    }

    fn lose(&mut self, property: &str, what: Lost) {
        let lost = (property.to_owned(), what);
        if !self.attempt.lost.contains(&lost) {
            self.attempt.lost.push(lost);
        }
    }
}

/// The components that a schema, or one in it, is made of.
fn parts(schema: &Value) -> impl Iterator<Item = &str> {
    let lists = values(schema).flat_map(|schema| ["allOf", "oneOf", "anyOf"].map(|keyword| schema.get(keyword)));
    lists.flat_map(elements).filter_map(reference)
}

/// Whether a keyword describes a schema, and says nothing of which values fit it.
pub(super) fn describes(keyword: &str) -> bool {
    DESCRIBES.contains(&keyword) || keyword.starts_with("x-")
}

/// Whether a keyword is no part of a type that has a name.
fn is_of_type(keyword: &str, value: &Value) -> bool {
    !is_aside(keyword) && !describes(keyword) && keyword != "nullable"
        || keyword == "additionalProperties" && value.is_boolean()
}

/// What only describes a schema.
fn description(schema: &Map<String, Value>) -> Map<String, Value> {
    let described = schema.iter().filter(|(keyword, _)| describes(keyword));
    described.map(|(keyword, value)| (keyword.clone(), value.clone())).collect()
}

/// A schema, described as another one is where it is not itself.
fn described_by(schema: Value, other: &Value) -> Value {
    let (Value::Object(mut schema), Some(other)) = (schema, other.as_object()) else { return Value::Null };
    for (keyword, value) in other {
        if (describes(keyword) || keyword == "nullable") && !schema.contains_key(keyword) {
            schema.insert(keyword.clone(), value.clone());
        }
    }
    Value::Object(schema)
}

/// A schema, described as another one is where that is.
fn describing(other: &Value, mut schema: Value) -> Value {
    if let (Some(schema), Some(other)) = (schema.as_object_mut(), other.as_object()) {
        let described = other.iter().filter(|(keyword, _)| describes(keyword) || *keyword == "nullable");
        schema.extend(described.map(|(keyword, value)| (keyword.clone(), value.clone())));
    }
    schema
}

/// A schema without what only describes it and what is in it.
fn essence(schema: &Value) -> Value {
    schemas::without(schema, describes)
}

/// The same of a schema that has a name, beside which bounds can stand.
fn essence_of_type(schema: &Map<String, Value>) -> Value {
    let mut schema = schema.clone();
    schema.retain(|keyword, value| is_of_type(keyword, value) && keyword != "additionalProperties");
    essence(&Value::Object(schema))
}
