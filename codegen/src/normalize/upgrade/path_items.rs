use serde_json::Value;

use super::{site::Site, walk::walk};
use crate::{openapi::grammar::Kind, source::Pointer};

/// So many path items may stand for one another: more is a circle.
const DEPTH: usize = 64;

/// So much may be written out, in values: a few lines of references can stand for gigabytes.
const MAX_WRITTEN_OUT: usize = 1_000_000;

/// Puts shared path items in the place of their references: 3.0 has no `components: pathItems:`.
pub(super) fn inline(root: &mut Value, site: &mut Site) {
    let shared = super::object(root.get_mut("components")).and_then(|components| components.shift_remove("pathItems"));
    let Some(shared) = shared else { return };
    let mut left = MAX_WRITTEN_OUT;
    walk(root, site, &mut |kind, value, site| {
        if kind == Kind::PathItem {
            (0..DEPTH).find(|_| !inline_one(value, &shared, &mut left, site));
        }
    });
}

/// Whether there was a reference. One that stands for too much stays, and is complained of.
fn inline_one(item: &mut Value, shared: &Value, left: &mut usize, site: &mut Site) -> bool {
    let Some(item) = item.as_object_mut() else { return false };
    let target = item.get("$ref").and_then(Value::as_str).and_then(Pointer::of_reference);
    let Some(target) = target else { return false };
    let found =
        target.as_str().strip_prefix("/components/pathItems").and_then(|name| shared.pointer(name)?.as_object());
    let Some(found) = found else { return false };
    let Some(rest) = left.checked_sub(found.values().map(count).sum()) else { return false };
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

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(elements) => elements.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}
