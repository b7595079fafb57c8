use serde_json::Value;

use crate::{
    check::outline::{Node, Outline},
    diagnostic::NodeDiagnostic,
    openapi::{
        extensions::{REPLACED_BY, Replacement, check_replacement_cycle},
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

/// Checks what replaces a deprecated node. A name is that of another operation, or of one beside it: a parameter of the
/// same operation, a property of the same object.
pub(super) fn check(outline: &Outline<'_>, node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let (kind, beside) = match node.kind {
        Kind::Operation => ("operation", outline.operations().map(|operation| operation.node).collect()),
        Kind::Parameter => ("parameter", parameters_beside(outline, node)),
        _ => {
            let object = outline.parent(node).map(|object| outline.merged_into(object));
            ("property", object.into_iter().flat_map(|object| outline.properties(object)).collect())
        }
    };
    let own = name(node);
    let others = beside.iter().filter_map(|other| name(other)).filter(|other| Some(*other) != own);
    if let Err(errors) = Replacement::read_one_of(value, at, kind, others) {
        return errors;
    }
    let replacement = |name_of_other: &str| {
        let other = beside.iter().find(|other| name(other) == Some(name_of_other))?;
        other.text(REPLACED_BY)
    };
    let cycle = own.and_then(|own| check_replacement_cycle(own, replacement, at));
    cycle.into_iter().collect()
}

/// Returns the name that can replace another of its kind.
fn name<'a>(node: &Node<'a>) -> Option<&'a str> {
    match node.kind {
        Kind::Operation => node.text("operationId"),
        Kind::Parameter => node.text("name"),
        _ => node.name,
    }
}

/// Returns the parameters beside one: those of its operation, and of the path. Beside a component are the other
/// components.
fn parameters_beside<'o, 'a>(outline: &'o Outline<'a>, parameter: &Node<'a>) -> Vec<&'o Node<'a>> {
    let Some(holder) = outline.parent(parameter) else { return Vec::new() };
    let item = outline.parent(holder).filter(|item| item.kind == Kind::PathItem);
    let operations = match holder.kind {
        Kind::PathItem => outline.entries(holder).filter(|node| node.kind == Kind::Operation).collect(),
        _ => Vec::new(),
    };
    let holders = [holder].into_iter().chain(item).chain(operations);
    let parameters = holders.flat_map(|holder| outline.children(holder, "parameters"));
    parameters.filter_map(|parameter| outline.target(parameter)).collect()
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
    fn replacements_come_to_an_end() {
        let document = "
            paths:
              /a: {get: {operationId: getA, deprecated: true, x-replaced-by: getB}}
              /b: {get: {operationId: getB, deprecated: true, x-replaced-by: getC}}
              /c: {get: {operationId: getC, deprecated: true, x-replaced-by: getB}}
              /d:
                get:
                  parameters:
                    - {name: e, in: query, deprecated: true, x-replaced-by: f}
                    - {name: f, in: query, deprecated: true, x-replaced-by: e}
            components:
              schemas:
                Thing:
                  properties: {g: {deprecated: true, x-replaced-by: h}, h: {deprecated: true, x-replaced-by: g}}
                Size: {type: string, enum: [s, m, l], x-deprecated-values: {s: m, m: l, l: s}}
        ";
        insta::assert_snapshot!(run(check, document), @"
            5:66 these replace each other: `getB` -> `getC` -> `getB`
            10:65 these replace each other: `e` -> `f` -> `e`
            15:57 these replace each other: `g` -> `h` -> `g`
            16:80 these replace each other: `l` -> `s` -> `m` -> `l`
        ");
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
        3:59 `a` is in this list twice
        4:81 `l` is not in the `enum`
        4:90 there is no other value `xl`
        ");
    }
}
