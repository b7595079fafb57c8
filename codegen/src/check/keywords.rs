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
    // An object of any JSON can be a secret.
    let is_secret_object =
        own == "object" && schema.text("format") == Some("password") && schema.get("properties").is_none();
    let applies = |keyword: &str, types: &[&str]| types.contains(&own) || keyword == "format" && is_secret_object;
    let others = KEYWORDS.iter().filter(|(keyword, types)| schema.get(keyword).is_some() && !applies(keyword, types));
    let diagnostics = others.map(|(keyword, types)| {
        let at = outline.pointer(schema).key(keyword);
        let message = format!("`{keyword}` does not apply to the type {}", quoted(own));
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
    let message = "`format` has no effect without a `type`";
    let diagnostic = NodeDiagnostic::key(at.key("format"), message, format!("add `type: {kind}`"));
    Some(diagnostic.fixed_by_inserting(at.key("type"), kind))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn keywords_apply_to_the_type() {
        let schemas = "
            A: {type: object, format: uuid, items: {}}
            B: {type: array, properties: {}, additionalProperties: false}
            C: {type: integer, format: int32}
            D: {type: object, format: password, additionalProperties: true}
            E: {type: object, format: password, properties: {a: {type: string}}}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:23 `format` does not apply to the type `object`: it is left out
        5:37 `items` does not apply to the type `object`: it is left out
        6:22 `properties` does not apply to the type `array`: it is left out
        6:38 `additionalProperties` does not apply to the type `array`: it is left out
        9:23 `format` does not apply to the type `object`: it is left out
        ");
    }

    #[test]
    fn a_format_needs_a_type() {
        let schemas = "
            A: {format: date-time}
            B: {enum: [a], format: date-time}
            C: {allOf: [{format: date-time}, {type: string}]}
        ";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"5:9 `format` has no effect without a `type`: it is taken as `string`"
        );
    }
}
