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

#[cfg(test)]
mod tests {
    use crate::normalize::infer::tests::run;

    const PATHS: &str = "paths: {/a: {get: {operationId: a}, post: {}}}";

    #[test]
    fn operations_are_named_by_id_or_by_method_and_path() {
        let config = "
            retry.always = ['a']
            check = {'POST /a' = 'look for it'}
            rename.operations = {'POST /a' = 'create'}
        ";
        insta::assert_snapshot!(run(PATHS, config), @"
            #/paths/~1a/get/x-retry: always
            #/paths/~1a/post/x-check: look for it
            #/paths/~1a/post/operationId: create
        ");
    }

    #[test]
    fn an_unknown_operation_is_an_error() {
        insta::assert_snapshot!(run(PATHS, "retry.never = ['b']"), @"error 1:16: there is no operation `b`");
    }

    #[test]
    fn a_waiter_refers_to_the_new_name() {
        let config = "
            rename.operations = {a = 'b'}
            waiters.done = {operation = 'a', field = 'state'}
        ";
        insta::assert_snapshot!(run(PATHS, config), @"
            #/x-waiters: {done:{operation:b,field:state}}
            #/x-waiters/done: {operation:b,field:state}
            #/paths/~1a/get/operationId: b
        ");
    }
}
