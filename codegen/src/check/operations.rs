use std::collections::HashMap;

use heck::ToLowerCamelCase;

use super::outline::{Operation, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    names::{Names, value_name},
    source::Pointer,
};

/// The methods that every client has, also by traits that every program uses.
pub(super) const CLIENT_METHODS: [&str; 6] = ["builder", "clone", "from_env", "into", "new", "try_into"];

/// Checks that every operation has an `operationId`, and that it gives the operation a method of its own.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut taken: Names = CLIENT_METHODS.into_iter().collect();
    for id in outline.operation_ids() {
        taken.take(&value_name(id));
    }
    let mut first_by_id = HashMap::new();
    let mut first_by_method = HashMap::new();
    let mut diagnostics = Vec::new();
    for operation in outline.operations() {
        let node_at = outline.pointer(operation.node);
        let at = node_at.key("operationId");
        let Some(id) = operation.node.text("operationId") else {
            if operation.node.get("operationId").is_none() {
                let help = "add one, like `operationId: listThings`: it becomes the name of a method";
                let diagnostic = NodeDiagnostic::key(node_at, "this operation has no `operationId`", help);
                diagnostics.push(with_unused_id(diagnostic, at, &id_of_path(&operation), &mut taken));
            }
            continue;
        };
        let (method, name) = (value_name(id), operation_name(&operation));
        let (message, help, base) = if !id.chars().any(char::is_alphanumeric) {
            let message = format!("{} cannot be the name of a method", quoted(id));
            (message, "write a name, like `listThings`", id_of_path(&operation))
        } else if let Some(first) = first_by_id.insert(id, name.clone()) {
            let message = format!("{} is also the `operationId` of {first}", quoted(id));
            (message, "give each operation a name of its own", id.to_owned())
        } else if CLIENT_METHODS.contains(&method.as_str()) {
            let message = format!("{} would become the method `{method}`, which every client has", quoted(id));
            (message, "choose a more specific name", id.to_owned())
        } else if let Some((other, first)) = first_by_method.insert(method.clone(), (id, name)) {
            let message = format!("{} and {} of {first} both become the method `{method}`", quoted(id), quoted(other));
            (message, "give the two names that differ in more than case and punctuation", id.to_owned())
        } else {
            continue;
        };
        let diagnostic = NodeDiagnostic::value(at.clone(), message, help);
        diagnostics.push(with_unused_id(diagnostic, at, &base, &mut taken));
    }
    diagnostics
}

/// Adds the fix to take an id like this one whose method no other operation has.
fn with_unused_id(diagnostic: NodeDiagnostic, at: Pointer, id: &str, taken: &mut Names) -> NodeDiagnostic {
    let wanted = value_name(id);
    let method = taken.unused(&wanted);
    let numbered = method.strip_prefix(&wanted).map(|number| format!("{id}{number}"));
    let id = numbered.filter(|id| value_name(id) == method).unwrap_or(method);
    diagnostic.fixed_by_inserting(at, id)
}

/// Returns `getThingsByThingId` for `GET /things/{thingId}`.
fn id_of_path(operation: &Operation<'_, '_>) -> String {
    format!("{} {}", operation.method, operation.path.replace('{', "by ")).to_lower_camel_case()
}

fn operation_name(operation: &Operation<'_, '_>) -> String {
    format!("`{} {}`", operation.method.to_uppercase(), operation.path)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn every_operation_has_an_id() {
        let document = "
            paths:
              /a: {get: {}, put: {operationId: '-'}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        4:8 this operation has no `operationId`: it is taken as `getA`
        4:36 `-` cannot be the name of a method: it is taken as `putA`
        ");
    }

    #[test]
    fn no_two_operations_share_a_method() {
        let document = "
            paths:
              /a:
                get: {operationId: listThings}
                put: {operationId: listThings}
                post: {operationId: list_things}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        6:24 `listThings` is also the `operationId` of `GET /a`: it is taken as `listThings2`
        7:25 `list_things` and `listThings` of `GET /a` both become the method `list_things`: it is taken as `list_things3`
        ");
    }

    #[test]
    fn a_method_is_not_one_of_every_client() {
        let document = "
            paths:
              /a: {get: {operationId: builder}}
              /b: {get: {operationId: into}}
        ";
        insta::assert_snapshot!(run(check, document), @"
            4:27 `builder` would become the method `builder`, which every client has: it is taken as `builder2`
            5:27 `into` would become the method `into`, which every client has: it is taken as `into2`
        ");
    }

    #[test]
    fn an_unused_id_is_made_of_the_path_or_numbered() {
        let document = "
            paths:
              /things/{id}:
                get: {}
                put: {operationId: list}
                post: {operationId: list}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        5:5 this operation has no `operationId`: it is taken as `getThingsById`
        7:25 `list` is also the `operationId` of `PUT /things/{id}`: it is taken as `list2`
        ");
    }
}
