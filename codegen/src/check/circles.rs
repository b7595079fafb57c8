use std::collections::HashMap;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::{grammar::Kind, schema::MAX_NESTED_LISTS},
};

/// A list or a map comes to an end: it is one of something else than lists and maps of itself, for which there is no
/// type.
pub(super) fn circles(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut depths = HashMap::new();
    let mut diagnostics = Vec::new();
    for schema in outline.all(Kind::Schema) {
        let mut way = Vec::new();
        let mut next = Some(schema);
        while let Some(schema) = next.filter(|schema| !depths.contains_key(&schema.number)) {
            depths.insert(schema.number, 0);
            way.push(schema);
            next = what_it_holds(outline, schema);
        }
        // A way that was gone before comes to the circle that was found then.
        let circle = next.and_then(|next| way.iter().position(|schema| schema.number == next.number));
        diagnostics.extend(circle.map(|start| endless(outline, &way[start..])));
        let mut depth = next.and_then(|next| depths.get(&next.number)).copied().unwrap_or_default();
        for schema in way.iter().rev() {
            depth += 1;
            depths.insert(schema.number, depth);
            diagnostics.extend((depth == MAX_NESTED_LISTS + 1).then(|| too_deep(outline, schema)));
        }
    }
    diagnostics
}

/// What a list or a map is one of.
fn what_it_holds<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Option<&'o Node<'a>> {
    let is_type = ["enum", "properties", "allOf", "oneOf", "anyOf"].iter().any(|keyword| schema.get(keyword).is_some());
    let held = ["items", "additionalProperties"].into_iter().find_map(|field| outline.child(schema, field));
    outline.target(held.filter(|_| !is_type)?)
}

fn endless(outline: &Outline<'_>, circle: &[&Node<'_>]) -> NodeDiagnostic {
    let names = circle.iter().chain(circle.first()).filter_map(|schema| schema.name);
    let way: Vec<_> = names.map(quoted).collect();
    let message = format!("a list or a map holds nothing but itself: {}", way.join(" -> "));
    let help = "give it something else to hold, such as an object with properties";
    NodeDiagnostic::value(outline.pointer(circle[0]), message, help).accepted("what is in it can be anything")
}

fn too_deep(outline: &Outline<'_>, schema: &Node<'_>) -> NodeDiagnostic {
    let message = format!("more than {MAX_NESTED_LISTS} lists and maps are in each other here");
    NodeDiagnostic::value(outline.pointer(schema), message, "let one of them hold an object with properties")
}
