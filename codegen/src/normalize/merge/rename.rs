use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::schemas;
use crate::{
    json::object_mut,
    openapi::{extensions::TYPE_NAMES, reference},
};

/// Renames those components that have a new name.
pub(super) fn components(root: &mut Value, new_name: impl Fn(&str) -> Option<String>) {
    let Some(components) = object_mut(root, &["components", "schemas"]) else { return };
    let renamed =
        std::mem::take(components).into_iter().map(|(name, schema)| (new_name(&name).unwrap_or(name), schema));
    components.extend(renamed);
}

/// The names that `x-type-names` has for some of these types. Those entries are taken away.
pub(super) fn given(root: &mut Value, types: &HashSet<String>) -> HashMap<String, String> {
    let Some(names) = object_mut(root, &[TYPE_NAMES]) else { return HashMap::new() };
    let mut taken = types.clone();
    let (mut given, mut rest) = (HashMap::new(), Map::new());
    for (old, new) in std::mem::take(names) {
        match new.as_str().filter(|new| types.contains(&old) && taken.insert((*new).to_owned())) {
            Some(name) => drop(given.insert(old, name.to_owned())),
            None => drop(rest.insert(old, new)),
        }
    }
    *names = rest;
    given
}

/// Gives the names of `x-type-names` to types that have none in the document.
pub(super) fn types(root: &mut Value) {
    let types = object_mut(root, &["components", "schemas"]).into_iter().flat_map(|schemas| schemas.keys().cloned());
    let types = types.collect();
    let given = given(root, &types);
    if given.is_empty() {
        return;
    }
    components(root, |name| given.get(name).cloned());
    schemas::for_each(root, &mut |schema| reference::rename(schema, |name| given.get(name).map(String::as_str)));
}
