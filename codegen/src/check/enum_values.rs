use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::listed},
    openapi::grammar::Kind,
};

/// Warns of values of an `enum` that the crate neither has variants for nor checks: those of several types, and numbers
/// that are not whole. A single value is a constant, which distinguishes variants of unions.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    outline.all(Kind::Schema).filter_map(|schema| check_values(outline, schema)).collect()
}

fn check_values(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    let values = schema.list("enum");
    let has_texts = values.iter().any(Value::is_string);
    let is_lost = |value: &&Value| match value {
        Value::Null | Value::String(_) => false,
        value => has_texts || !(value.is_i64() || value.is_u64()),
    };
    let lost: Vec<_> = values.iter().filter(is_lost).map(ToString::to_string).collect();
    // A rule about constraints removes those that do not fit the type.
    if lost.is_empty() || values.len() == 1 || schema.text("type") == Some("string") {
        return None;
    }
    let (message, help) = if has_texts {
        let lost = listed(lost.iter().map(String::as_str));
        (
            format!("the crate has no variants for {lost}: the others are texts"),
            "describe a `oneOf` with an `enum` of each type",
        )
    } else {
        ("the crate does not check this `enum`".to_owned(), "no change is needed: the service checks it")
    };
    Some(NodeDiagnostic::key(outline.pointer(schema).key("enum"), message, help).warning())
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn values_of_several_types_and_numbers_that_are_not_whole_are_lost() {
        let schemas = "
            A: {enum: [a, 1, true, null]}
            B: {type: number, enum: [0.5, 1]}
            C: {type: integer, enum: [1, 2, null], nullable: true}
            D: {type: string, enum: [a, null], nullable: true}
            E: {type: boolean, enum: [true]}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:9 the crate has no variants for `1`, `true`: the others are texts
        6:23 the crate does not check this `enum`
        ");
    }
}
