use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Inference, config_names};
use crate::{
    openapi::extensions::{CHECK, RETRY, WAITERS},
    source::{Pointer, config::Entries},
};

/// Writes the overrides of names of operations, of retries, and of the advice for an unknown outcome.
pub(super) fn override_operations(inference: &mut Inference<'_>, entries: &Entries) {
    let operations = config_names::operations(inference.root());
    let operations: HashMap<_, _> = operations.map(|(name, operation)| (name, operation.at)).collect();
    for (list, ids) in [("never", &entries.retry.never), ("always", &entries.retry.always)] {
        for (index, id) in ids.iter().enumerate() {
            let entry = ["retry", list, &index.to_string()];
            write(inference, &operations, id, RETRY, json!(list), &entry);
        }
    }
    for (id, advice) in &entries.check {
        write(inference, &operations, id, CHECK, json!(advice), &["check", id]);
    }
    for (id, name) in &entries.rename.operations {
        write(inference, &operations, id, "operationId", json!(name), &["rename", "operations", id]);
    }
    if entries.rename.operations.is_empty() {
        return;
    }
    let rules = inference.object(&Pointer::default().key(WAITERS));
    for operation in rules.into_iter().flatten().filter_map(|(_, rule)| rule.get_mut("operation")) {
        if let Some(name) = operation.as_str().and_then(|id| entries.rename.operations.get(id)) {
            *operation = json!(name);
        }
    }
}

fn write(
    inference: &mut Inference<'_>,
    operations: &HashMap<String, Pointer>,
    id: &str,
    key: &str,
    value: Value,
    entry: &[&str],
) {
    match operations.get(id) {
        Some(at) => inference.write(at, key, value, entry),
        None => {
            let help = "write an `operationId`, or method and path where there is none: `GET /things`";
            inference.report_unused(entry, format!("there is no operation `{id}`"), help);
        }
    }
}
