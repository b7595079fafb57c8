use super::{grammar::Kind, outline::Outline, wording::quoted};
use crate::document::Finding;

/// Keywords that make a type what it is, and the types that they say something of.
const KEYWORDS: [(&str, &[&str]); 4] = [
    ("properties", &["object"]),
    ("additionalProperties", &["object"]),
    ("items", &["array"]),
    ("format", &["string", "integer", "number"]),
];

/// A schema says nothing of a type that is not its own.
pub(super) fn applicable(outline: &Outline<'_>) -> Vec<Finding> {
    let schemas = outline.all(Kind::Schema).filter_map(|schema| Some((schema, schema.text("type")?)));
    let findings = schemas.flat_map(|(schema, own)| {
        let others =
            KEYWORDS.iter().filter(move |(keyword, types)| schema.get(keyword).is_some() && !types.contains(&own));
        others.map(move |(keyword, types)| {
            let at = outline.pointer(schema).key(keyword);
            let message = format!("`{keyword}` says nothing of the type {}", quoted(own));
            let help = format!("leave it out, or write `type: {}`", types[0]);
            Finding::key(at.clone(), message, help).note_without(at)
        })
    });
    findings.collect()
}
