use std::collections::HashSet;

use serde_json::{Map, Value};

use super::site::Site;
use crate::{
    json::{fields, object_mut, text, values},
    openapi::{
        grammar::{Form, Kind},
        reference::{self, MAX_COPIED_VALUES, MAX_NESTED_COPIES, MAX_REFERENCE_CHAIN},
        walk::{Step, for_each_child_mut},
    },
    source::Pointer,
};

/// Returns whether a reference stands for something that cannot have a name under `components`.
pub(super) fn are_needed(kind: Kind, value: &Value) -> bool {
    fields(Some(value)).any(|(key, value)| match Kind::form_of_3_1(kind, key) {
        Some(Form::One(kind)) => is_replaced(kind, value) || !has_reference(value) && are_needed(kind, value),
        Some(Form::SchemaOrFlag) => are_needed(Kind::Schema, value),
        Some(Form::Map(kind) | Form::List(kind)) => {
            has_reference(value) || parts(value).any(|part| is_replaced(kind, part) || are_needed(kind, part))
        }
        Some(Form::Texts | Form::Values | Form::Requirements) => has_reference(value),
        _ => false,
    })
}

/// Replaces references to what has no place under `components` by copies of their targets: to paths, and to anything
/// else to which only other tools allow references, such as the map of a body's media types.
pub(super) fn inline(root: &mut Value, site: &mut Site) {
    if are_needed(Kind::Document, root) {
        let original = root.clone();
        Copies { original: &original, left: MAX_COPIED_VALUES }.visit(Kind::Document, root, 0, site);
    }
}

/// Removes the path items without a path, once nothing refers into them.
pub(super) fn remove_path_items(root: &mut Value, _: &mut Site) {
    object_mut(root, &["components"]).and_then(|components| components.shift_remove("pathItems"));
}

struct Copies<'a> {
    original: &'a Value,
    /// How many values may still be copied.
    left: usize,
}

impl Copies<'_> {
    fn visit(&mut self, kind: Kind, value: &mut Value, depth: usize, site: &mut Site) {
        if depth > MAX_NESTED_COPIES {
            return;
        }
        let mut copied = HashSet::new();
        for (key, value) in value.as_object_mut().into_iter().flatten() {
            let at = site.at().key(key);
            let is_copied = match Kind::form_of_3_1(kind, key) {
                Some(Form::One(kind)) => is_replaced(kind, value) && self.replace(value, &at, site),
                Some(Form::Map(_) | Form::List(_) | Form::Texts | Form::Values | Form::Requirements) => {
                    has_reference(value) && self.replace(value, &at, site)
                }
                _ => false,
            };
            if is_copied {
                copied.insert(key.clone());
            }
        }
        for_each_child_mut(kind, value, Kind::form_of_3_1, &mut |kind, step, child| {
            let is_part = !matches!(step, Step::Field(_));
            let at = step.from(&site.at());
            let is_copied =
                is_part && is_replaced(kind, child) && self.replace(child, &at, site) || copied.contains(step.field());
            if !child.is_object() || has_reference(child) {
                return;
            }
            site.enter(step, |site| self.visit(kind, child, depth + usize::from(is_copied), site));
        });
    }

    /// Replaces a reference by its target, beside whose fields those beside the reference have precedence. One that
    /// leads to nothing, or to too much, stays, and the check reports it.
    fn replace(&mut self, value: &mut Value, at: &Pointer, site: &mut Site) -> bool {
        (0..MAX_REFERENCE_CHAIN).take_while(|_| has_reference(value) && self.replace_once(value, at, site)).count() > 0
    }

    fn replace_once(&mut self, value: &mut Value, at: &Pointer, site: &mut Site) -> bool {
        let Some(target) = reference::pointer(value) else { return false };
        let Some(found) = self.original.pointer(target.as_str()) else { return false };
        let count = values(found).take(self.left + 1).count();
        let Some(left) = self.left.checked_sub(count) else {
            self.left = 0;
            return false;
        };
        match (value.as_object_mut(), found) {
            (Some(own), Value::Object(found)) => {
                own.shift_remove("$ref");
                for (key, value) in found {
                    if !own.contains_key(key) {
                        own.insert(key.clone(), value.clone());
                        site.origins.moved(&at.key(key), &target.key(key));
                    }
                }
            }
            (_, found @ Value::Array(_)) => {
                *value = found.clone();
                site.origins.moved(at, &target);
            }
            _ => return false,
        }
        self.left = left;
        true
    }
}

/// Returns whether an object is a reference that has to be replaced, because nothing of its kind has a name.
fn is_replaced(kind: Kind, value: &Value) -> bool {
    kind.section().is_none() && has_reference(value)
}

fn has_reference(value: &Value) -> bool {
    text(value, "$ref").is_some_and(|reference| reference.starts_with('#'))
}

fn parts(value: &Value) -> impl Iterator<Item = &Value> {
    let of_map = value.as_object().into_iter().flat_map(Map::values);
    value.as_array().into_iter().flatten().chain(of_map)
}
