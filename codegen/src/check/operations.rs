use std::collections::HashMap;

use super::{
    outline::{Operation, Outline},
    wording::quoted,
};
use crate::{document::Finding, names::value_name};

/// Every operation has an `operationId` that gives it a method of its own.
pub(super) fn operations(outline: &Outline<'_>) -> Vec<Finding> {
    let mut first_of_id = HashMap::new();
    let mut first_of_method = HashMap::new();
    outline
        .operations()
        .filter_map(|operation| {
            let at = outline.pointer(operation.node);
            let Some(id) = operation.node.text("operationId") else {
                let absent = operation.node.get("operationId").is_none();
                return absent.then(|| {
                    let help = "add one, like `operationId: listThings`: it becomes the name of a method";
                    Finding::key(at, "this operation has no `operationId`", help)
                });
            };
            let (at, place) = (at.key("operationId"), place(&operation));
            if !id.chars().any(char::is_alphanumeric) {
                let message = format!("no method can be called {}", quoted(id));
                return Some(Finding::value(at, message, "write a name, like `listThings`"));
            }
            if let Some(first) = first_of_id.insert(id, place.clone()) {
                let message = format!("{} is also the `operationId` of {first}", quoted(id));
                return Some(Finding::value(at, message, "give each operation a name of its own"));
            }
            let method = value_name(id);
            let (other, first) = first_of_method.insert(method.clone(), (id, place))?;
            let message = format!("{} and {} of {first} both become the method `{method}`", quoted(id), quoted(other));
            Some(Finding::value(at, message, "give the two names that differ in more than case and punctuation"))
        })
        .collect()
}

fn place(operation: &Operation<'_, '_>) -> String {
    format!("`{} {}`", operation.method.to_uppercase(), operation.path)
}
