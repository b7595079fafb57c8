use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Agreed, places};
use crate::{config::Entries, document::Pointer};

/// What operations are called, whether twice is the same as once, and what to do when nobody knows.
pub(super) fn agree(agreed: &mut Agreed<'_>, entries: &Entries) {
    let operations = places::operations(&agreed.root);
    let operations: HashMap<_, _> = operations.map(|operation| (operation.name, operation.at)).collect();
    for (list, ids) in [("never", &entries.retry.never), ("always", &entries.retry.always)] {
        for (index, id) in ids.iter().enumerate() {
            let entry = ["retry", list, &index.to_string()];
            write(agreed, &operations, id, "x-retry", json!(list), &entry);
        }
    }
    for (id, advice) in &entries.check {
        write(agreed, &operations, id, "x-check", json!(advice), &["check", id]);
    }
    for (id, name) in &entries.rename.operations {
        write(agreed, &operations, id, "operationId", json!(name), &["rename", "operations", id]);
    }
    let rules = agreed.root.get_mut("x-waiters").and_then(Value::as_object_mut);
    for operation in rules.into_iter().flatten().filter_map(|(_, rule)| rule.get_mut("operation")) {
        if let Some(name) = operation.as_str().and_then(|id| entries.rename.operations.get(id)) {
            *operation = json!(name);
        }
    }
}

fn write(
    agreed: &mut Agreed<'_>,
    operations: &HashMap<String, Pointer>,
    id: &str,
    key: &str,
    value: Value,
    entry: &[&str],
) {
    match operations.get(id) {
        Some(at) => agreed.write(at, key, value, entry),
        None => {
            let help = "write an `operationId`, or method and path where there is none: `GET /things`";
            agreed.complain_unused(entry, format!("there is no operation `{id}`"), help);
        }
    }
}
