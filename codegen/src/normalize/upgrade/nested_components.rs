use std::collections::{BTreeMap, HashMap};

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::site::Site;
use crate::{
    json::{fields, object_mut, text, values},
    names::Names,
    openapi::{
        grammar::Kind,
        reference::{self, MAX_REFERENCE_CHAIN},
        walk::{Step, for_each_child_by},
    },
    source::Pointer,
};

/// Returns whether there is a reference to a node that is no component.
pub(super) fn are_in(value: &Value) -> bool {
    let is_component = |at: &str| {
        let steps: Vec<_> = at.split('/').collect();
        matches!(steps[..], ["", "components", section, _] if Kind::Components.field(section).is_some())
    };
    let mut references = values(value).filter_map(|value| text(value, "$ref")?.strip_prefix('#'));
    references.any(|at| !is_component(at))
}

/// Makes a component of each nested object that is referred to, in `$defs` or anywhere: a reference names a component.
pub(super) fn name(root: &mut Value, site: &mut Site) {
    let (targets, references) = nested(root);
    let names = names(root, &targets);
    for Reference { at, target, kind } in references {
        if let (Some(reference), Some(name)) = (root.pointer_mut(at.as_str()), names.get(&target)) {
            *reference = Value::String(component(kind, name).to_string());
        }
    }
    hoist(root, &targets, &names, site);
}

/// A reference to a nested object.
struct Reference {
    /// Where its text is.
    at: Pointer,
    target: Pointer,
    kind: Kind,
}

/// Returns the nested objects that are referred to, with the references.
fn nested(root: &Value) -> (BTreeMap<Pointer, Kind>, Vec<Reference>) {
    let mut places = Places { root, kinds: HashMap::new(), by_anchor: HashMap::new(), references: Vec::new() };
    places.add(Kind::Document, root, Pointer::default());
    let (mut targets, mut references) = (BTreeMap::new(), Vec::new());
    while let Some((kind, holder, at)) = places.references.pop() {
        let Some(target) = places.target(kind, &holder, &at) else { continue };
        if let Some(value) = root.pointer(target.as_str()).filter(|_| !places.kinds.contains_key(&target)) {
            places.add(kind, value, target.clone());
        }
        targets.insert(target.clone(), kind);
        references.push(Reference { at, target, kind });
    }
    (targets, references)
}

/// The objects of a document.
struct Places<'a> {
    root: &'a Value,
    /// The kind of each; none of a node that only holds others.
    kinds: HashMap<Pointer, Option<Kind>>,
    by_anchor: HashMap<String, Pointer>,
    /// The references to objects without a name: the kind, the node with the reference, and where its text is.
    references: Vec<(Kind, Pointer, Pointer)>,
}

impl Places<'_> {
    fn add(&mut self, kind: Kind, value: &Value, at: Pointer) {
        for (key, value) in fields(Some(value)) {
            let at_key = at.key(key);
            match (kind, value) {
                (_, Value::String(reference)) if key == "$ref" => self.add_reference(kind, reference, &at, at_key),
                (Kind::Discriminator, Value::Object(mapping)) if key == "mapping" => {
                    for (name, reference) in mapping.iter().filter_map(|(name, value)| Some((name, value.as_str()?))) {
                        self.add_reference(Kind::Schema, reference, &at, at_key.key(name));
                    }
                }
                (Kind::Schema, Value::String(anchor)) if key == "$anchor" => {
                    self.by_anchor.entry(anchor.clone()).or_insert_with(|| at.clone());
                }
                (_, Value::Object(_) | Value::Array(_)) if Kind::form_of_3_1(kind, key).is_some() => {
                    self.kinds.entry(at_key).or_insert(None);
                }
                _ => {}
            }
        }
        for_each_child_by(kind, value, Kind::form_of_3_1, &mut |kind, step: Step<'_>, child| {
            let at = step.from(&at);
            if self.kinds.get(&at).is_none_or(Option::is_none) {
                self.add(kind, child, at);
            }
        });
        self.kinds.insert(at, Some(kind));
    }

    fn add_reference(&mut self, kind: Kind, reference: &str, holder: &Pointer, at: Pointer) {
        let Some(section) = kind.section() else { return };
        let is_nested = reference.strip_prefix('#').is_some_and(|steps| {
            let name = steps.strip_prefix("/components/").and_then(|steps| steps.strip_prefix(section));
            name.is_none_or(|name| name.matches('/').count() != 1)
        });
        if is_nested {
            self.references.push((kind, holder.clone(), at));
        }
    }

    fn target(&self, kind: Kind, holder: &Pointer, at: &Pointer) -> Option<Pointer> {
        let reference = self.root.pointer(at.as_str())?.as_str()?;
        let Some(at) = Pointer::of_reference(reference) else {
            return self.by_anchor.get(reference.strip_prefix('#')?).filter(|_| kind == Kind::Schema).cloned();
        };
        // A schema that was written as a document of its own refers to its `$defs` as if it were the root.
        let around = std::iter::successors(Some(holder.clone()), Pointer::parent).filter(|_| kind == Kind::Schema);
        let own = around.map(|around| around.join(at.as_str()));
        let candidates = std::iter::once(at.clone()).chain(own).chain(self.through_references(&at));
        candidates.into_iter().find(|at| self.is_of_kind(kind, at))
    }

    /// Returns whether a node can be an object of a kind. One that the grammar does not know can be anything.
    fn is_of_kind(&self, kind: Kind, at: &Pointer) -> bool {
        match self.kinds.get(at) {
            Some(known) => *known == Some(kind),
            None => self
                .root
                .pointer(at.as_str())
                .is_some_and(|value| value.is_object() || kind == Kind::Schema && value.is_boolean()),
        }
    }

    /// Follows the references on the way to a node.
    fn through_references(&self, at: &Pointer) -> Option<Pointer> {
        let mut left = MAX_REFERENCE_CHAIN;
        let mut found = Pointer::default();
        for step in at.steps() {
            while let Some(target) = reference::pointer(self.root.pointer(found.as_str())?) {
                left = left.checked_sub(1)?;
                found = target;
            }
            found = found.key(&step);
        }
        Some(found)
    }
}

/// Returns the name of each target: its own, or an unused one.
fn names(root: &Value, targets: &BTreeMap<Pointer, Kind>) -> HashMap<Pointer, String> {
    let mut taken = HashMap::new();
    let names = targets.iter().map(|(target, kind)| {
        let section = section(*kind);
        let taken = taken.entry(*kind).or_insert_with(|| {
            fields(root.pointer(section.as_str())).map(|(name, _)| name.as_str()).collect::<Names>()
        });
        let is_component = target.parent().as_ref() == Some(&section);
        (target.clone(), if is_component { target.last() } else { taken.unused(&wanted_name(root, target)) })
    });
    names.collect()
}

/// Returns the name in `$defs`, or that of the component or of the operation with the steps from there on, like that of
/// an inline type.
fn wanted_name(root: &Value, target: &Pointer) -> String {
    let mut name = String::new();
    let mut steps = target.steps();
    while let Some(step) = steps.next() {
        match step.as_str() {
            "$defs" | "definitions" => name = steps.next().unwrap_or_default(),
            "properties" => name.push_str(&steps.next().unwrap_or_default().to_upper_camel_case()),
            "items" => name.push_str("Item"),
            "additionalProperties" => name.push_str("Value"),
            "paths" => name = operation_name(root, &mut steps),
            "components" | "content" => drop(steps.next()),
            "requestBody" => name.push_str("Body"),
            "responses" => {
                name.push_str("Result");
                name.extend(steps.next().filter(|status| !status.starts_with('2')));
            }
            "schema" if !name.is_empty() => {}
            media_type if media_type.contains('/') => {}
            step => name.push_str(&step.to_upper_camel_case()),
        }
    }
    name
}

/// Returns the id of the operation that the next steps lead to, or else these steps.
fn operation_name(root: &Value, steps: &mut impl Iterator<Item = String>) -> String {
    let (path, method) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
    let at = Pointer::default().key("paths").key(&path).key(&method);
    let id = root.pointer(at.as_str()).and_then(|operation| text(operation, "operationId"));
    id.map_or_else(|| format!("{method} {path}"), ToOwned::to_owned).to_upper_camel_case()
}

/// Moves nested objects to the components, inner ones before outer ones.
fn hoist(root: &mut Value, targets: &BTreeMap<Pointer, Kind>, names: &HashMap<Pointer, String>, site: &mut Site) {
    let mut nested: Vec<_> =
        targets.iter().filter(|(at, kind)| at.parent().as_ref() != Some(&section(**kind))).collect();
    nested.sort_by_key(|(at, _)| std::cmp::Reverse(at.as_str().matches('/').count()));
    for (at, kind) in nested {
        let (Some(name), Some(object)) = (names.get(at), root.pointer_mut(at.as_str())) else { continue };
        let at_component = component(*kind, name);
        let object = std::mem::replace(object, json!({ "$ref": at_component.to_string() }));
        site.origins.moved(&at_component, at);
        if let Some(components) = components(root, *kind) {
            components.insert(name.clone(), object);
        }
    }
}

fn section(kind: Kind) -> Pointer {
    Pointer::default().key("components").key(kind.section().unwrap_or_default())
}

fn component(kind: Kind, name: &str) -> Pointer {
    section(kind).key(name)
}

/// Returns the components of a kind; none if they are no object, which the check reports.
fn components(root: &mut Value, kind: Kind) -> Option<&mut Map<String, Value>> {
    for keys in [["components"].as_slice(), &["components", kind.section()?]] {
        let (last, around) = keys.split_last()?;
        object_mut(root, around)?.entry(*last).or_insert_with(|| Value::Object(Map::new()));
    }
    object_mut(root, &["components", kind.section()?])
}
