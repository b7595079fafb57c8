use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    normalize::merge::composition::{Loss, Lost, MAX_VARIANTS, losses},
    openapi::grammar::Kind,
};

/// Checks that the parts of each `allOf`, and the unions in them, can be merged into one type.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    if !outline.all(Kind::Schema).any(is_composed) {
        return Vec::new();
    }
    let inline = outline.all(Kind::Schema).filter(|schema| is_outermost_inline(outline, schema));
    losses(outline.tree(), inline.map(|schema| outline.pointer(schema))).into_iter().map(diagnostic).collect()
}

fn is_composed(schema: &Node<'_>) -> bool {
    let unions = ["oneOf", "anyOf"].into_iter().filter(|keyword| schema.get(keyword).is_some()).count();
    schema.get("allOf").is_some() || unions == 2 || unions == 1 && schema.get("properties").is_some()
}

/// Returns whether a schema is neither in another one nor a component.
fn is_outermost_inline(outline: &Outline<'_>, schema: &Node<'_>) -> bool {
    outline.parent(schema).is_some_and(|parent| !matches!(parent.kind, Kind::Schema | Kind::Components))
}

fn diagnostic(loss: Loss) -> NodeDiagnostic {
    let Loss { at, property, lost } = loss;
    let of = if property.is_empty() { String::new() } else { format!(" of {}", quoted(&property)) };
    match lost {
        Lost::Type => {
            let message = format!("the parts{of} cannot be merged into one type");
            let help = "describe it in one part, or so that one value can fit all parts";
            NodeDiagnostic::key(at, message, help).accepted("the crate takes any value")
        }
        Lost::Cycle => {
            let message = format!("the merged schema{of} contains itself, so the crate takes any value");
            NodeDiagnostic::key(at, message, "give it a name under `components`, and refer to it in its parts")
                .warning()
        }
        Lost::Size => {
            let message = format!("the merged schema{of} is too large, so the crate takes any value");
            NodeDiagnostic::key(at, message, "move parts of it to `components`, and refer to them").warning()
        }
        Lost::Combinations => {
            let message =
                format!("the unions{of} have more than {MAX_VARIANTS} combinations, so the crate takes any value");
            NodeDiagnostic::key(at, message, "list the possible variants in one `oneOf`").warning()
        }
        Lost::Keyword(keyword) => {
            let message = format!("the crate does not check every `{keyword}`{of}: the merged parts have several");
            NodeDiagnostic::key(at, message, "no change is needed: the service checks it").warning()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn parts_of_different_types_are_not_merged() {
        let schemas = "A: {allOf: [{properties: {a: {type: string}}}, {properties: {a: {type: integer}}}]}";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"5:9 the parts of `a` cannot be merged into one type: the crate takes any value"
        );
    }

    #[test]
    fn parts_that_add_properties_are_merged() {
        let schemas = "A: {allOf: [{properties: {a: {type: string}}}, {properties: {b: {type: integer}}}]}";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @"");
    }
}
