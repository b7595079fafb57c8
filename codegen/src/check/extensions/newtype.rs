use serde_json::Value;

use super::super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::{extensions::read_newtype, grammar::Kind},
    source::Pointer,
};

/// Returns whether a node is a schema with a name.
pub(super) fn is_component(outline: &Outline<'_>, node: &Node<'_>) -> bool {
    let parent = || outline.parent(node).is_some_and(|parent| parent.kind == Kind::Components);
    node.kind == Kind::Schema && parent()
}

/// Checks that a newtype is of a string or an integer.
pub(super) fn check(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    if let Err(errors) = read_newtype(value, at) {
        return errors;
    }
    let diagnostic = refused(node).map(|(kind, help)| {
        let name = quoted(node.name.unwrap_or_default());
        let message = format!("a newtype must be a string or an integer, but {name} is {kind}");
        NodeDiagnostic::key(at.clone(), message, help)
    });
    diagnostic.into_iter().collect()
}

/// Returns what a schema is, and what to do, if it cannot be a newtype.
fn refused(node: &Node<'_>) -> Option<(&'static str, &'static str)> {
    const IS_TYPE: &str = "leave out `x-newtype`: it has a type of its own already";
    const NO_KEY: &str = "leave out `x-newtype`: its values cannot be compared and hashed like those of an ID";
    let format = node.text("format");
    Some(match node.text("type") {
        _ if node.has_any(&["oneOf", "anyOf"]) => ("a union", IS_TYPE),
        _ if node.get("allOf").is_some() => ("an `allOf`", "write its `type` and `format` in place of the `allOf`"),
        None | Some("string") if node.get("enum").is_some() => ("an enum", IS_TYPE),
        Some("string") if format == Some("password") => ("a secret", IS_TYPE),
        Some("string") if format == Some("binary") => ("a file", IS_TYPE),
        Some("object") if node.get("properties").is_some() => ("an object", IS_TYPE),
        Some("object") => ("a map", NO_KEY),
        Some("array") => ("an array", NO_KEY),
        Some("number") => ("a number", NO_KEY),
        Some("boolean") => ("a boolean", "leave out `x-newtype`"),
        None => ("of any type", "add `type: string` or `type: integer`"),
        Some(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::check::{extensions::check, tests::run_on_schemas};

    #[test]
    fn a_newtype_is_a_string_or_an_integer_with_a_name() {
        let schemas = "
            A: {type: string, format: uuid, x-newtype: true}
            B: {type: integer, enum: [1, 2], x-newtype: true}
            C: {type: object, properties: {a: {type: string, x-newtype: true}}, x-newtype: true}
            D: {type: array, items: {type: string}, x-newtype: true}
            E: {oneOf: [{type: string}, {type: integer}], x-newtype: true}
            F: {type: string, enum: [a], x-newtype: true}
            G: {type: number, x-newtype: true}
            H: {type: string, format: password, x-newtype: true}
            I: {allOf: [{$ref: '#/components/schemas/A'}], x-newtype: true}
            J: {x-newtype: true}
            K: {type: string, x-newtype: false}
            L: {type: string, x-newtype: yes please}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        7:54 `x-newtype` has no meaning on a schema
        7:73 a newtype must be a string or an integer, but `C` is an object
        8:45 a newtype must be a string or an integer, but `D` is an array
        9:51 a newtype must be a string or an integer, but `E` is a union
        10:34 a newtype must be a string or an integer, but `F` is an enum
        11:23 a newtype must be a string or an integer, but `G` is a number
        12:41 a newtype must be a string or an integer, but `H` is a secret
        13:52 a newtype must be a string or an integer, but `I` is an `allOf`
        14:9 a newtype must be a string or an integer, but `J` is of any type
        15:34 `x-newtype` must be `true`, but is `false`
        16:34 `x-newtype` must be `true`, but is the text `yes please`
        ");
    }
}
