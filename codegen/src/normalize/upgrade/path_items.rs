use serde_json::Value;

use super::{site::Site, walk::walk};
use crate::{
    json::{object_mut, values},
    openapi::{
        grammar::Kind,
        reference::{self, MAX_COPIED_VALUES, MAX_REFERENCE_CHAIN},
    },
};

/// Replaces references to shared path items by these: 3.0 has no `pathItems` in `components`.
pub(super) fn inline(root: &mut Value, site: &mut Site) {
    let shared = object_mut(root, &["components"]).and_then(|components| components.shift_remove("pathItems"));
    let Some(shared) = shared else { return };
    let mut left = MAX_COPIED_VALUES;
    walk(root, site, &mut |kind, value, site| {
        if kind == Kind::PathItem {
            (0..MAX_REFERENCE_CHAIN).find(|_| !inline_one(value, &shared, &mut left, site));
        }
    });
}

/// Returns whether there was a reference. One whose target is too large stays, and the check reports it.
fn inline_one(item: &mut Value, shared: &Value, left: &mut usize, site: &mut Site) -> bool {
    let (Some(target), Some(item)) = (reference::pointer(item), item.as_object_mut()) else { return false };
    let found =
        target.as_str().strip_prefix("/components/pathItems").and_then(|name| shared.pointer(name)?.as_object());
    let Some(found) = found else { return false };
    let Some(rest) = left.checked_sub(found.values().flat_map(values).count()) else { return false };
    *left = rest;
    item.shift_remove("$ref");
    for (key, value) in found {
        if !item.contains_key(key) {
            item.insert(key.clone(), value.clone());
            site.origins.moved(&site.at().key(key), &target.key(key));
        }
    }
    true
}
