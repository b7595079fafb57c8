use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::listed},
    openapi::grammar::Kind,
};

/// Warns of values of an `enum` that the crate neither has variants for nor checks: those of several types, numbers that
/// are not whole, lists and objects. Another single value is a constant, which distinguishes variants of unions.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let of_schema = |schema| check_values(outline, schema).into_iter().chain(check_descriptions(outline, schema));
    outline.all(Kind::Schema).flat_map(of_schema).collect()
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
    let is_constant = matches!(values, [Value::Bool(_) | Value::Number(_)]);
    if lost.is_empty() || is_constant || schema.text("type") == Some("string") {
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

/// Warns of the descriptions of values, each of which is a variant of a union.
fn check_descriptions(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    let union = ["oneOf", "anyOf"].into_iter().find(|keyword| schema.get(keyword).is_some())?;
    let variants = outline.variants(schema);
    let is_value = |variant: &Node<'_>| matches!(variant.list("enum"), [Value::String(_)]);
    let is_text = |variant: &&Node<'_>| is_value(variant) || variant.text("type") == Some("string");
    let is_described =
        |variant: &&Node<'_>| is_value(variant) && variant.has_any(&["title", "description", "deprecated"]);
    (variants.iter().all(is_text) && variants.iter().any(is_described)).then(|| {
        let at = outline.pointer(schema).key(union);
        let help = "no change is needed; or describe them in the `description` of the union";
        NodeDiagnostic::key(at, "the crate has no descriptions of the values in this union", help).warning()
    })
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
            F: {enum: [{a: 1}]}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:9 the crate has no variants for `1`, `true`: the others are texts
        6:23 the crate does not check this `enum`
        10:9 the crate does not check this `enum`
        ");
    }

    #[test]
    fn values_of_a_union_have_no_descriptions() {
        let schemas = "A: {oneOf: [{enum: [a], title: First}, {enum: [b]}]}\nB: {oneOf: [{enum: [a]}, {enum: [b]}]}";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"5:9 the crate has no descriptions of the values in this union"
        );
    }
}
