use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::grammar::Kind,
};

/// Keywords that make a type what it is, and the types that they say something of.
const KEYWORDS: [(&str, &[&str]); 4] = [
    ("properties", &["object"]),
    ("additionalProperties", &["object"]),
    ("items", &["array"]),
    ("format", &["string", "integer", "number"]),
];

/// What a schema says applies to its type, and it has one where that is what is said more of.
pub(super) fn applicable(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let schemas = || outline.all(Kind::Schema);
    schemas()
        .flat_map(|schema| of_other_types(outline, schema))
        .chain(schemas().filter_map(|schema| of_none(outline, schema)))
        .collect()
}

fn of_other_types(outline: &Outline<'_>, schema: &Node<'_>) -> Vec<NodeDiagnostic> {
    let Some(own) = schema.text("type") else { return Vec::new() };
    let others = KEYWORDS.iter().filter(|(keyword, types)| schema.get(keyword).is_some() && !types.contains(&own));
    let diagnostics = others.map(|(keyword, types)| {
        let at = outline.pointer(schema).key(keyword);
        let message = format!("`{keyword}` says nothing of the type {}", quoted(own));
        let help = format!("leave it out, or write `type: {}`", types[0]);
        NodeDiagnostic::key(at.clone(), message, help).fixed_by_removing(at)
    });
    diagnostics.collect()
}

fn of_none(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    let format = schema.text("format")?;
    let parts = outline.parts(outline.whole(schema));
    let has_type = |part: &&Node<'_>| ["type", "enum", "oneOf", "anyOf"].iter().any(|word| part.get(word).is_some());
    if schema.get("allOf").is_some() || parts.iter().any(has_type) {
        return None;
    }
    let kind = match format {
        "int32" | "int64" => "integer",
        "float" | "double" => "number",
        _ => "string",
    };
    let at = outline.pointer(schema);
    let diagnostic = NodeDiagnostic::key(
        at.key("format"),
        "a `format` says nothing without a `type`",
        format!("add `type: {kind}`"),
    );
    Some(diagnostic.fixed_by_inserting(at.key("type"), kind))
}
