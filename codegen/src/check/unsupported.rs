use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{diagnostic::NodeDiagnostic, openapi::grammar::Kind};

/// Checks that a document has nothing that the generator has no code for.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let callbacks = outline.all(Kind::Callback).filter_map(|callback| check_callback(outline, callback));
    let schemas = outline.all(Kind::Schema);
    let of_schemas =
        schemas.flat_map(|schema| check_not(outline, schema).into_iter().chain(check_other_keys(outline, schema)));
    let of_paths = outline.all(Kind::PathItem).flat_map(|item| check_methods(outline, item));
    callbacks.chain(of_schemas).chain(of_paths).collect()
}

/// Warns of the operations that only OpenAPI 3.2 has.
fn check_methods(outline: &Outline<'_>, item: &Node<'_>) -> Vec<NodeDiagnostic> {
    let unread = ["query", "additionalOperations"].into_iter().filter(|field| item.get(field).is_some());
    let diagnostics = unread.map(|field| {
        let message = format!("operations under `{field}` are not supported");
        NodeDiagnostic::key(outline.pointer(item).key(field), message, "describe other methods").warning()
    });
    diagnostics.collect()
}

fn check_callback(outline: &Outline<'_>, callback: &Node<'_>) -> Option<NodeDiagnostic> {
    callback.reference().is_none().then(|| {
        let help = "no change is needed: a client does not receive callbacks";
        let message = "the crate leaves out callbacks: the service calls them";
        NodeDiagnostic::key(outline.pointer(callback), message, help).warning()
    })
}

fn check_not(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    schema.get("not").map(|_| {
        let at = outline.pointer(schema).key("not");
        let help = "describe the values that are possible instead";
        NodeDiagnostic::key(at.clone(), "`not` is not supported", help).fixed_by_removing(at)
    })
}

/// Warns of other keys beside properties: the struct has fields for the properties only.
fn check_other_keys(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    let has_properties = schema.get("properties")?.as_object().is_some_and(|properties| !properties.is_empty());
    let takes_others = *schema.get("additionalProperties")? != Value::Bool(false);
    (has_properties && takes_others).then(|| {
        let at = outline.pointer(schema).key("additionalProperties");
        let help = "list the keys that are needed, or leave `properties` out: then it becomes a map";
        NodeDiagnostic::key(at, "keys other than those in `properties` are neither sent nor read", help).warning()
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::{run, run_on_schemas};

    #[test]
    fn callbacks_are_left_out() {
        let document = "
            paths: {/a: {post: {callbacks: {done: {'{$request.body#/url}': {post: {}}}}}}}
        ";
        insta::assert_snapshot!(run(check, document), @"3:33 the crate leaves out callbacks: the service calls them");
    }

    #[test]
    fn other_methods_are_left_out() {
        let document = "paths: {/a: {query: {}, additionalOperations: {COPY: {}}, get: {}}}";
        insta::assert_snapshot!(run(check, document), @"
            3:14 operations under `query` are not supported
            3:25 operations under `additionalOperations` are not supported
        ");
    }

    #[test]
    fn schemas_have_no_not() {
        insta::assert_snapshot!(
            run_on_schemas(check, "A: {not: {type: string}}"),
            @"5:9 `not` is not supported: it is left out"
        );
    }

    #[test]
    fn other_keys_are_lost_only_beside_properties() {
        let schemas = "
            A: {properties: {a: {}}, additionalProperties: {type: string}}
            B: {properties: {a: {}}, additionalProperties: false}
            C: {properties: {}, additionalProperties: true}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"5:30 keys other than those in `properties` are neither sent nor read"
        );
    }
}
