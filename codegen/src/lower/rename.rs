use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{TYPE_NAMES, object, schemas};
use crate::names::type_name;

/// Gives types the names that `x-type-names` has for them, and takes those entries away.
pub(super) fn types(root: &mut Value) {
    let Some(names) = object(root, &[TYPE_NAMES]).map(std::mem::take) else { return };
    let components = object(root, &["components", "schemas"]).map(std::mem::take).unwrap_or_default();
    let called: HashMap<_, _> = components.keys().map(|name| (type_name(name), name.clone())).collect();
    let mut taken: HashSet<_> = called.keys().cloned().collect();
    let (mut renamed, mut rest) = (HashMap::new(), Map::new());
    for (old, new) in names {
        match (called.get(&type_name(&old)), new.as_str()) {
            (Some(component), Some(name)) if taken.insert(type_name(name)) => {
                renamed.insert(component.clone(), name.to_owned());
            }
            _ => {
                rest.insert(old, new);
            }
        }
    }
    let components = components.into_iter().map(|(name, schema)| (renamed.get(&name).cloned().unwrap_or(name), schema));
    root["components"]["schemas"] = Value::Object(components.collect());
    root[TYPE_NAMES] = Value::Object(rest);
    schemas::for_each(root, &mut |schema| {
        let name = schemas::reference(schema).and_then(|name| renamed.get(name));
        if let Some(reference) = name.map(|name| schemas::reference_to(name)) {
            schema["$ref"] = reference;
        }
    });
}
