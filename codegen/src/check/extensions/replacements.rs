use serde_json::Value;

use crate::{
    check::outline::{Node, Outline},
    openapi::{
        extensions::{Reading, Replacement},
        grammar::Kind,
    },
    source::Pointer,
};

/// Returns whether a node is something deprecated that can be replaced by something else.
pub(super) fn may_be_replaced(node: &Node<'_>) -> bool {
    let is_replaceable = match node.kind {
        Kind::Operation | Kind::Parameter => true,
        Kind::Schema => node.is_in("properties"),
        _ => false,
    };
    is_replaceable && node.flag("deprecated")
}

/// Reads what replaces a deprecated node. A name is that of another operation, or of one beside it: a parameter of the
/// same operation, a property of the same object.
pub(super) fn read(outline: &Outline<'_>, node: &Node<'_>, value: &Value, at: &Pointer) -> Reading<Replacement> {
    match node.kind {
        Kind::Operation => {
            let own = node.text("operationId");
            let others = outline.operation_ids().filter(|id| Some(*id) != own);
            Replacement::read_one_of(value, at, "operation", others)
        }
        Kind::Parameter => {
            let own = node.text("name");
            let others = parameters_beside(outline, node).into_iter().filter(|name| Some(*name) != own);
            Replacement::read_one_of(value, at, "parameter", others)
        }
        _ => {
            let object = outline.parent(node).map(|object| outline.merged_into(object));
            let names = object.into_iter().flat_map(|object| outline.properties(object)).filter_map(|other| other.name);
            let others = names.filter(|name| Some(*name) != node.name);
            Replacement::read_one_of(value, at, "property", others)
        }
    }
}

/// Returns the names of the parameters beside one: those of its operation, and of the path. Beside a component are the
/// other components.
fn parameters_beside<'a>(outline: &Outline<'a>, parameter: &Node<'a>) -> Vec<&'a str> {
    let Some(holder) = outline.parent(parameter) else { return Vec::new() };
    let item = outline.parent(holder).filter(|item| item.kind == Kind::PathItem);
    let operations = match holder.kind {
        Kind::PathItem => outline.entries(holder).filter(|node| node.kind == Kind::Operation).collect(),
        _ => Vec::new(),
    };
    let holders = [holder].into_iter().chain(item).chain(operations);
    let parameters = holders.flat_map(|holder| outline.children(holder, "parameters"));
    parameters.filter_map(|parameter| outline.target(parameter)?.text("name")).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::{
        extensions::check,
        tests::{run, run_on_schemas},
    };

    #[test]
    fn a_name_is_that_of_another_operation() {
        let document = "
            paths:
              /a: {get: {operationId: getA, deprecated: true, x-replaced-by: getB}}
              /b: {get: {operationId: getB, deprecated: true, x-replaced-by: getC}}
              /c: {get: {operationId: getZ, deprecated: true, x-replaced-by: a call of the future}}
        ";
        insta::assert_snapshot!(run(check, document), @"5:66 there is no other operation `getC`");
    }

    #[test]
    fn a_name_is_that_of_a_property_beside_it() {
        let schemas = "
            Thing:
              allOf:
                - {$ref: '#/components/schemas/Base'}
                - properties: {old: {deprecated: true, x-replaced-by: name}, older: {deprecated: true, x-replaced-by: older}}
            Base: {properties: {name: {type: string}}}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @"8:111 there is no other property `older`");
    }

    #[test]
    fn a_name_is_that_of_a_parameter_beside_it() {
        let document = "
            paths:
              /a:
                parameters: [{name: limit, in: query}]
                get:
                  parameters:
                    - {name: max, in: query, deprecated: true, x-replaced-by: limit}
                    - {name: top, in: query, deprecated: true, x-replaced-by: limits}
        ";
        insta::assert_snapshot!(run(check, document), @"9:67 there is no other parameter `limits`");
    }

    #[test]
    fn only_something_deprecated_is_replaced() {
        let schemas = "
            Thing: {deprecated: true, x-replaced-by: Other, properties: {a: {x-replaced-by: b}, b: {}}}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:31 `x-replaced-by` has no meaning on a schema
        5:70 `x-replaced-by` has no meaning on a schema
        ");
    }

    #[test]
    fn stability_permissions_and_deprecated_values_are_checked() {
        let document = "
            paths: {/a: {get: {x-stability: alpha, x-permissions: [a, a]}}}
            components: {schemas: {Size: {type: string, enum: [s, m], x-deprecated-values: {l: m, s: xl}}}}
        ";
        insta::assert_snapshot!(run(check, document), @"
        3:33 `x-stability` must be `beta` or `evolving`, but is the text `alpha`
        3:59 `a` is listed twice
        4:81 `l` is not in the `enum`
        4:90 there is no other value `xl`
        ");
    }
}
