use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::listed},
    openapi::grammar::Kind,
};

/// The keywords that bound a value.
const BOUNDS: [&str; 9] =
    ["maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "multipleOf", "pattern", "uniqueItems"];

/// Warns of bounds on unions and their variants: the variants of a Rust enum hold plain values, which are not checked.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for union in outline.all(Kind::Schema) {
        let variants = outline.variants(union);
        // With one variant, it is not a union in Rust.
        if variants.len() > 1 {
            diagnostics.extend(check_bounds(outline, union, &[union]));
            diagnostics.extend(
                variants.into_iter().filter_map(|variant| check_bounds(outline, variant, &outline.parts(variant))),
            );
        }
    }
    diagnostics
}

fn check_bounds(outline: &Outline<'_>, schema: &Node<'_>, parts: &[&Node<'_>]) -> Option<NodeDiagnostic> {
    let bounds: Vec<_> =
        BOUNDS.into_iter().filter(|bound| parts.iter().any(|part| part.get(bound).is_some())).collect();
    (!bounds.is_empty()).then(|| {
        let message = format!("the crate does not check {} in this union", listed(bounds));
        NodeDiagnostic::key(outline.pointer(schema), message, "no change is needed: the service checks it").warning()
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn bounds_of_unions_and_their_variants_are_not_checked() {
        let schemas = "
            A: {oneOf: [{$ref: '#/components/schemas/B'}, {type: integer}], minLength: 2}
            B: {type: string, maxLength: 5, pattern: a}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:5 the crate does not check `minLength` in this union
        5:17 the crate does not check `maxLength`, `pattern` in this union
        ");
    }

    #[test]
    fn one_variant_is_not_a_union() {
        insta::assert_snapshot!(run_on_schemas(check, "A: {oneOf: [{type: string, maxLength: 5}]}"), @"");
    }
}
