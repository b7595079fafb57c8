use std::collections::{BTreeMap, HashMap, HashSet};

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::{site::Site, walk::walk};
use crate::{
    json::{fields, fields_mut, text, values},
    names::Names,
    openapi::{
        grammar::Kind,
        reference::{SCHEMAS, reference_to},
    },
    source::Pointer,
};

/// Returns whether there is a reference to a node that is no component.
pub(super) fn are_in(value: &Value) -> bool {
    let mut references = values(value).filter_map(|value| text(value, "$ref")?.strip_prefix('#'));
    references.any(|at| !at.starts_with("/components/") || at.matches('/').count() != 3)
}

/// Makes a component of each nested schema that is referred to, in `$defs` or anywhere: a reference names a type.
pub(super) fn name(root: &mut Value, site: &mut Site) {
    // The schemas in a group of definitions are visited once it is a component.
    while name_once(root, site) {}
}

/// Returns whether there was such a schema.
fn name_once(root: &mut Value, site: &mut Site) -> bool {
    let references = nested_references(root);
    if references.is_empty() {
        return false;
    }
    let schemas = Schemas::of(root);
    let targets: HashMap<_, _> = references
        .into_iter()
        .filter_map(|(holder, reference)| {
            Some(((holder.clone(), reference.clone()), schemas.target(&holder, &reference)?))
        })
        .collect();
    let names = names(root, targets.values());
    walk(root, &mut Site::default(), &mut |kind, value, site| {
        for_each_reference(kind, value, |reference| {
            let written = (site.at(), reference.as_str().unwrap_or_default().to_owned());
            if let Some(name) = targets.get(&written).and_then(|target| names.get(target)) {
                *reference = reference_to(name);
            }
        });
    });
    hoist(root, &names, site);
    !names.is_empty()
}

/// Returns the references to schemas that are no components, each with the node that it is in.
fn nested_references(root: &mut Value) -> Vec<(Pointer, String)> {
    let mut references = Vec::new();
    walk(root, &mut Site::default(), &mut |kind, value, site| {
        for_each_reference(kind, value, |reference| {
            let is_nested = |reference: &&str| {
                let at = reference.strip_prefix('#');
                at.is_some_and(|at| at.strip_prefix(SCHEMAS).is_none_or(|name| name.matches('/').count() != 1))
            };
            let nested = reference.as_str().filter(is_nested);
            references.extend(nested.map(|reference| (site.at(), reference.to_owned())));
        });
    });
    references
}

fn for_each_reference(kind: Kind, value: &mut Value, mut change: impl FnMut(&mut Value)) {
    match kind {
        Kind::Schema => value.get_mut("$ref").into_iter().for_each(change),
        Kind::Discriminator => fields_mut(value, &["mapping"]).for_each(|(_, reference)| change(reference)),
        _ => {}
    }
}

/// The JSON pointers of all schemas of a document.
#[derive(Default)]
struct Schemas {
    all: HashSet<Pointer>,
    by_anchor: HashMap<String, Pointer>,
}

impl Schemas {
    fn of(root: &mut Value) -> Self {
        let mut schemas = Self::default();
        walk(root, &mut Site::default(), &mut |kind, value, site| {
            if kind == Kind::Schema {
                schemas.all.insert(site.at());
                for keyword in ["$defs", "definitions"] {
                    schemas.add_groups(&site.at().key(keyword), value.get(keyword));
                }
                if let Some(anchor) = text(value, "$anchor") {
                    schemas.by_anchor.entry(anchor.to_owned()).or_insert_with(|| site.at());
                }
            }
        });
        schemas
    }

    /// Adds definitions, and those in groups, whose names are no keywords of a schema.
    fn add_groups(&mut self, at: &Pointer, definitions: Option<&Value>) {
        for (name, definition) in fields(definitions) {
            let at = at.key(name);
            if fields(Some(definition))
                .all(|(keyword, value)| Kind::Schema.field(keyword).is_none() && value.is_object())
            {
                self.add_groups(&at, Some(definition));
            }
            self.all.insert(at);
        }
    }

    /// Returns the target of a reference. A schema that was written as a document of its own refers to its `$defs` as
    /// if it were the root.
    fn target(&self, holder: &Pointer, reference: &str) -> Option<Pointer> {
        let Some(at) = Pointer::of_reference(reference) else {
            return self.by_anchor.get(reference.strip_prefix('#')?).cloned();
        };
        let around = std::iter::successors(Some(holder.clone()), Pointer::parent);
        let own = around.map(|around| around.join(at.as_str()));
        std::iter::once(at.clone()).chain(own).find(|at| self.all.contains(at))
    }
}

/// Returns the name of each target: its own, or an unused one.
fn names<'t>(root: &Value, targets: impl Iterator<Item = &'t Pointer>) -> BTreeMap<Pointer, String> {
    let mut taken: Names = fields(root.pointer(SCHEMAS)).map(|(name, _)| name.as_str()).collect();
    let mut names: BTreeMap<_, _> = targets.map(|target| (target.clone(), String::new())).collect();
    for (target, name) in &mut names {
        let steps: Vec<_> = target.as_str().split('/').skip(1).collect();
        if let ["components", "schemas", _] = steps.as_slice() {
            *name = target.last();
        } else {
            *name = taken.unused(&wanted_name(target));
        }
    }
    names
}

/// Returns the name in `$defs`, or that of the component with the steps from there on, like that of an inline type.
fn wanted_name(target: &Pointer) -> String {
    let mut name = String::new();
    let mut steps = target.steps();
    while let Some(step) = steps.next() {
        match step.as_str() {
            "$defs" | "definitions" | "schemas" => name = steps.next().unwrap_or_default(),
            "properties" => name.push_str(&steps.next().unwrap_or_default().to_upper_camel_case()),
            "items" => name.push_str("Item"),
            "additionalProperties" => name.push_str("Value"),
            step => name.push_str(&step.to_upper_camel_case()),
        }
    }
    name
}

/// Moves nested schemas to the components, inner ones before outer ones.
fn hoist(root: &mut Value, names: &BTreeMap<Pointer, String>, site: &mut Site) {
    let components = Pointer::default().join(SCHEMAS);
    let is_nested = |at: &Pointer| at.parent().as_ref() != Some(&components);
    let mut nested: Vec<_> = names.iter().filter(|(at, _)| is_nested(at)).collect();
    nested.sort_by_key(|(at, _)| std::cmp::Reverse(at.as_str().matches('/').count()));
    for (at, name) in nested {
        let Some(schema) = root.pointer_mut(at.as_str()) else { continue };
        let schema = std::mem::replace(schema, json!({ "$ref": reference_to(name) }));
        site.origins.moved(&components.key(name), at);
        if let Some(schemas) = schemas(root) {
            schemas.insert(name.clone(), schema);
        }
    }
}

/// Returns the components that are schemas; none if they are no object, which the check reports.
fn schemas(root: &mut Value) -> Option<&mut Map<String, Value>> {
    let empty = || Value::Object(Map::new());
    let components = root.as_object_mut()?.entry("components").or_insert_with(empty);
    components.as_object_mut()?.entry("schemas").or_insert_with(empty).as_object_mut()
}
