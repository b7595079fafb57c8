use std::collections::HashMap;

use super::outline::{Node, Outline, show_cycle};
use crate::{diagnostic::NodeDiagnostic, openapi::grammar::Kind};

/// How many lists and maps may be nested in each other, directly or through references.
const MAX_NESTED_CONTAINERS: usize = 128;

/// Checks that no list or map holds nothing but lists and maps of itself: Rust has no type for that.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut depths = HashMap::new();
    let mut diagnostics = Vec::new();
    for schema in outline.all(Kind::Schema) {
        let mut path = Vec::new();
        let mut next = Some(schema);
        while let Some(schema) = next.filter(|schema| !depths.contains_key(&schema.number)) {
            depths.insert(schema.number, 0);
            path.push(schema);
            next = held_schema(outline, schema);
        }
        // Only a cycle that ends on this path is new: the others are reported already.
        let cycle = next.and_then(|next| path.iter().position(|schema| schema.number == next.number));
        diagnostics.extend(cycle.map(|start| endless(outline, &path[start..])));
        let mut depth = next.and_then(|next| depths.get(&next.number)).copied().unwrap_or_default();
        for schema in path.iter().rev() {
            depth += 1;
            depths.insert(schema.number, depth);
            diagnostics.extend((depth == MAX_NESTED_CONTAINERS + 1).then(|| too_deep(outline, schema)));
        }
    }
    diagnostics
}

/// Returns the schema of the elements of a list, or of the values of a map.
fn held_schema<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Option<&'o Node<'a>> {
    let is_type = schema.has_any(&["enum", "properties", "allOf", "oneOf", "anyOf"]);
    let held = ["items", "additionalProperties"].into_iter().find_map(|field| outline.child(schema, field));
    outline.target(held.filter(|_| !is_type)?)
}

fn endless(outline: &Outline<'_>, cycle: &[&Node<'_>]) -> NodeDiagnostic {
    let message = format!("this list or map contains only itself: {}", show_cycle(cycle.iter().copied()));
    let help = "let it contain something else, such as an object with properties";
    NodeDiagnostic::value(outline.pointer(cycle[0]), message, help).accepted("its contents can be anything")
}

fn too_deep(outline: &Outline<'_>, schema: &Node<'_>) -> NodeDiagnostic {
    let message = format!("more than {MAX_NESTED_CONTAINERS} lists and maps are nested here");
    NodeDiagnostic::value(outline.pointer(schema), message, "let one of them contain an object with properties")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn a_list_of_maps_of_itself_has_no_type() {
        let schemas = "
            A: {type: array, items: {$ref: '#/components/schemas/B'}}
            B: {type: object, additionalProperties: {$ref: '#/components/schemas/A'}}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"5:8 this list or map contains only itself: `A` -> `B` -> `A`: its contents can be anything"
        );
    }

    #[test]
    fn a_list_in_an_object_ends() {
        let schemas = "A: {type: array, items: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}}";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @"");
    }

    #[test]
    fn nesting_is_bounded() {
        let lists = |depth, inner| format!("{}{inner}{}", "{type: array, items: ".repeat(depth), "}".repeat(depth));
        let schemas =
            |depth| format!("A: {}\nB: {}", lists(100, "{$ref: '#/components/schemas/B'}"), lists(depth, "{}"));
        assert_eq!(run_on_schemas(check, &schemas(20)), "");
        insta::assert_snapshot!(
            run_on_schemas(check, &schemas(50)),
            @"5:470 more than 128 lists and maps are nested here"
        );
    }
}
