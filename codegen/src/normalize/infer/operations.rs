use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Agreement, places};
use crate::{
    openapi::extensions::{CHECK, RETRY, WAITERS},
    source::{Pointer, config::Entries},
};

/// What operations are called, whether twice is the same as once, and what to do when nobody knows.
pub(super) fn agree(agreement: &mut Agreement<'_>, entries: &Entries) {
    let operations = places::operations(agreement.root());
    let operations: HashMap<_, _> = operations.map(|(name, operation)| (name, operation.at)).collect();
    for (list, ids) in [("never", &entries.retry.never), ("always", &entries.retry.always)] {
        for (index, id) in ids.iter().enumerate() {
            let entry = ["retry", list, &index.to_string()];
            write(agreement, &operations, id, RETRY, json!(list), &entry);
        }
    }
    for (id, advice) in &entries.check {
        write(agreement, &operations, id, CHECK, json!(advice), &["check", id]);
    }
    for (id, name) in &entries.rename.operations {
        write(agreement, &operations, id, "operationId", json!(name), &["rename", "operations", id]);
    }
    if entries.rename.operations.is_empty() {
        return;
    }
    let rules = agreement.object(&Pointer::default().key(WAITERS));
    for operation in rules.into_iter().flatten().filter_map(|(_, rule)| rule.get_mut("operation")) {
        if let Some(name) = operation.as_str().and_then(|id| entries.rename.operations.get(id)) {
            *operation = json!(name);
        }
    }
}

fn write(
    agreement: &mut Agreement<'_>,
    operations: &HashMap<String, Pointer>,
    id: &str,
    key: &str,
    value: Value,
    entry: &[&str],
) {
    match operations.get(id) {
        Some(at) => agreement.write(at, key, value, entry),
        None => {
            let help = "write an `operationId`, or method and path where there is none: `GET /things`";
            agreement.report_unused(entry, format!("there is no operation `{id}`"), help);
        }
    }
}
