use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::grammar::Kind,
};

/// Keywords that shape a type, each with the types that it applies to.
const KEYWORDS: [(&str, &[&str]); 4] = [
    ("properties", &["object"]),
    ("additionalProperties", &["object"]),
    ("items", &["array"]),
    ("format", &["string", "integer", "number"]),
];

/// Checks that the keywords of a schema apply to its type, and that a schema with a `format` has a type.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let schemas = || outline.all(Kind::Schema);
    let of_other_types = schemas().flat_map(|schema| check_keywords(outline, schema));
    of_other_types.chain(schemas().filter_map(|schema| check_format(outline, schema))).collect()
}

fn check_keywords(outline: &Outline<'_>, schema: &Node<'_>) -> Vec<NodeDiagnostic> {
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

fn check_format(outline: &Outline<'_>, schema: &Node<'_>) -> Option<NodeDiagnostic> {
    let format = schema.text("format")?;
    let parts = outline.parts(outline.merged_into(schema));
    if schema.get("allOf").is_some() || parts.iter().any(|part| part.has_any(&["type", "enum", "oneOf", "anyOf"])) {
        return None;
    }
    let kind = match format {
        "int32" | "int64" => "integer",
        "float" | "double" => "number",
        _ => "string",
    };
    let at = outline.pointer(schema);
    let message = "a `format` says nothing without a `type`";
    let diagnostic = NodeDiagnostic::key(at.key("format"), message, format!("add `type: {kind}`"));
    Some(diagnostic.fixed_by_inserting(at.key("type"), kind))
}
