use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::listed},
    openapi::{grammar::Kind, schema::SCALARS},
};

/// The keywords that bound a value.
const BOUNDS: [&str; 9] =
    ["maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "multipleOf", "pattern", "uniqueItems"];

/// Warns of bounds on variants of unions that are not checked: a constraint is that of the whole union, so it is one of
/// the only variant of its type, and of an inline one.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for union in outline.all(Kind::Schema) {
        let variants = outline.variants(union);
        // With one variant, it is not a union in Rust.
        if variants.len() > 1 {
            let kinds: Vec<_> = variants.iter().map(|variant| kind(outline, variant)).collect();
            let unchecked = variants.iter().zip(&kinds).filter(|(variant, kind)| {
                let is_scalar = variant.text("type").is_some_and(|kind| SCALARS.contains(&kind));
                !is_scalar || kinds.iter().filter(|other| other == kind).count() > 1
            });
            diagnostics.extend(unchecked.filter_map(|(variant, _)| check_bounds(outline, variant)));
        }
    }
    diagnostics
}

/// Returns the type of a variant; all numbers are of one.
fn kind<'a>(outline: &Outline<'a>, variant: &Node<'a>) -> Option<&'a str> {
    let kind = outline.parts(variant).iter().find_map(|part| part.text("type"));
    kind.map(|kind| if kind == "integer" { "number" } else { kind })
}

fn check_bounds(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    let parts = outline.parts(schema);
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
    fn bounds_of_components_and_of_variants_of_one_type_are_not_checked() {
        let schemas = "
            A: {oneOf: [{$ref: '#/components/schemas/B'}, {type: integer, maximum: 1}], minLength: 2}
            B: {type: string, maxLength: 5, pattern: a}
            C: {oneOf: [{type: integer, minimum: 1}, {type: number, minimum: 1}, {type: string, minLength: 1}]}
            D: {oneOf: [{type: array, items: {}, minItems: 1}, {type: string, enum: [all], minLength: 1}]}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @"
        5:17 the crate does not check `maxLength`, `pattern` in this union
        7:17 the crate does not check `minimum` in this union
        7:46 the crate does not check `minimum` in this union
        8:17 the crate does not check `minItems` in this union
        ");
    }

    #[test]
    fn one_variant_is_not_a_union() {
        insta::assert_snapshot!(run_on_schemas(check, "A: {oneOf: [{type: string, maxLength: 5}]}"), @"");
    }
}
