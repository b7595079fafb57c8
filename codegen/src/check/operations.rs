use std::collections::HashMap;

use heck::ToLowerCamelCase;

use super::outline::{Operation, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    names::{Names, value_name},
    source::Pointer,
};

/// The methods that every client has.
const OF_CLIENT: [&str; 4] = ["builder", "clone", "from_env", "new"];

/// Every operation has an `operationId` that gives it a method of its own.
pub(super) fn operations(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut first_of_id = HashMap::new();
    let mut first_of_method = HashMap::new();
    let ids = outline.operations().filter_map(|operation| operation.node.text("operationId"));
    let mut taken: Names = OF_CLIENT.into_iter().collect();
    for id in ids {
        taken.take(&value_name(id));
    }
    outline
        .operations()
        .filter_map(|operation| {
            let at = outline.pointer(operation.node);
            let Some(id) = operation.node.text("operationId") else {
                let absent = operation.node.get("operationId").is_none();
                return absent.then(|| {
                    let help = "add one, like `operationId: listThings`: it becomes the name of a method";
                    let diagnostic = NodeDiagnostic::key(at.clone(), "this operation has no `operationId`", help);
                    renamed(diagnostic, &at.key("operationId"), &by_path(&operation), &mut taken)
                });
            };
            let (at, place) = (at.key("operationId"), place(&operation));
            if !id.chars().any(char::is_alphanumeric) {
                let message = format!("no method can be called {}", quoted(id));
                let diagnostic = NodeDiagnostic::value(at.clone(), message, "write a name, like `listThings`");
                return Some(renamed(diagnostic, &at, &by_path(&operation), &mut taken));
            }
            if let Some(first) = first_of_id.insert(id, place.clone()) {
                let message = format!("{} is also the `operationId` of {first}", quoted(id));
                let diagnostic = NodeDiagnostic::value(at.clone(), message, "give each operation a name of its own");
                return Some(renamed(diagnostic, &at, id, &mut taken));
            }
            let method = value_name(id);
            if OF_CLIENT.contains(&method.as_str()) {
                let message = format!("{} would become the method `{method}`, which every client has", quoted(id));
                let diagnostic = NodeDiagnostic::value(at.clone(), message, "write a name that says more");
                return Some(renamed(diagnostic, &at, id, &mut taken));
            }
            let (other, first) = first_of_method.insert(method.clone(), (id, place))?;
            let message = format!("{} and {} of {first} both become the method `{method}`", quoted(id), quoted(other));
            let help = "give the two names that differ in more than case and punctuation";
            Some(renamed(NodeDiagnostic::value(at.clone(), message, help), &at, id, &mut taken))
        })
        .collect()
}

/// The diagnostic, and what the operation is called instead.
fn renamed(diagnostic: NodeDiagnostic, at: &Pointer, id: &str, taken: &mut Names) -> NodeDiagnostic {
    let wanted = value_name(id);
    let method = taken.unused(&wanted);
    let numbered = method.strip_prefix(&wanted).map(|number| format!("{id}{number}"));
    let id = numbered.filter(|id| value_name(id) == method).unwrap_or(method);
    diagnostic.fixed_by_inserting(at.clone(), id)
}

/// `getThingsByThingId` for `GET /things/{thingId}`.
fn by_path(operation: &Operation<'_, '_>) -> String {
    format!("{} {}", operation.method, operation.path.replace('{', "by ")).to_lower_camel_case()
}

fn place(operation: &Operation<'_, '_>) -> String {
    format!("`{} {}`", operation.method.to_uppercase(), operation.path)
}
