use serde_json::Value;

use super::schemas::{self, is_enum, is_struct, is_union, reference};

/// So many names may stand for one another: more is a circle.
const DEPTH: usize = 64;

/// Puts schemas that are neither objects with properties, nor enums, nor unions in the place of their names: a name for a plain
/// string would become a type that has to be converted everywhere and checks nothing.
pub(super) fn inline(root: &mut Value) {
    let components = root.pointer("/components/schemas").cloned().unwrap_or_default();
    for _ in 0..DEPTH {
        let mut replaced = false;
        schemas::for_each(root, &mut |schema| {
            let Some(target) = reference(schema).and_then(|name| components.get(name)) else { return };
            if is_type(target) {
                return;
            }
            replaced = true;
            let mut whole = target.clone();
            let beside = schema.as_object_mut().map(std::mem::take).into_iter().flatten();
            if let Some(whole) = whole.as_object_mut() {
                whole.extend(beside.filter(|(keyword, _)| keyword != "$ref"));
            }
            // What is referred to can be a reference, too.
            *schema = whole;
        });
        if !replaced {
            break;
        }
    }
    if let Some(components) = super::object(root, &["components", "schemas"]) {
        components.retain(|_, schema| is_type(schema));
    }
}

/// Whether a schema becomes a type of its own.
fn is_type(schema: &Value) -> bool {
    is_struct(schema) || is_enum(schema) || is_union(schema)
}
