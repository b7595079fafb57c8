mod cost;
mod json_schema;
mod misfit;

use jsonschema::{Draft, PatternOptions, ValidationError, error::ValidationErrorKind};
use serde_json::{Map, Value};

use super::{
    bodies::body_schema,
    outline::{Node, Outline},
};
use crate::{
    diagnostic::NodeDiagnostic,
    openapi::{extensions::WAKE, grammar::Kind},
    source::Pointer,
};
use cost::Costs;

/// An example or a default, with the schema that it has to fit.
struct Example<'o, 'a> {
    /// The subject of its messages.
    subject: &'static str,
    at: Pointer,
    value: &'a Value,
    schema: &'o Node<'a>,
}

/// Checks that every example and every default fits its schema.
///
/// All are validated at once, as the properties of one object: so each schema is compiled once, however many examples
/// and other schemas refer to it.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut costs = Costs::new(outline);
    let (examples, costly): (Vec<_>, Vec<_>) =
        collect(outline).into_iter().partition(|example| costs.are_bounded(example.schema, example.value));
    let mut diagnostics: Vec<_> = costly.into_iter().map(too_deep).collect();
    let names = (0..examples.len()).map(|index| index.to_string());
    let properties =
        names.clone().zip(&examples).map(|(name, example)| (name, json_schema::reference(outline, example.schema)));
    let schema = Value::Object(Map::from_iter([
        ("properties".to_owned(), Value::Object(properties.collect())),
        ("definitions".to_owned(), json_schema::definitions(outline, examples.iter().map(|example| example.schema))),
    ]));
    let values = Value::Object(names.zip(examples.iter().map(|example| example.value.clone())).collect());
    let options = jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .with_format("uuid", is_uuid)
        .with_pattern_options(PatternOptions::regex());
    match options.build(&schema) {
        Ok(validator) => {
            diagnostics.extend(validator.iter_errors(&values).flat_map(|error| misfits(outline, &examples, &error)));
        }
        Err(error) => {
            let at = json_schema::pointer(outline, error.instance_path().as_str()).unwrap_or_default();
            diagnostics.push(
                NodeDiagnostic::value(at, format!("no example can be checked: {error}"), "correct the schema")
                    .accepted("they are used as they are"),
            );
        }
    }
    diagnostics
}

fn too_deep(example: Example<'_, '_>) -> NodeDiagnostic {
    let message = format!("{} and its schema are too deep to be compared", example.subject);
    let at = example.at.clone();
    NodeDiagnostic::key(example.at, message, "make it less deep, or merge fewer schemas with `allOf`")
        .fixed_by_removing(at)
}

fn misfits(outline: &Outline<'_>, examples: &[Example<'_, '_>], error: &ValidationError<'_>) -> Vec<NodeDiagnostic> {
    if let ValidationErrorKind::AnyOf { context } = error.kind()
        && let Some(errors) = json_schema::errors_beside_null(context)
    {
        return errors.iter().flat_map(|error| misfits(outline, examples, error)).collect();
    }
    let path = error.instance_path().as_str().trim_start_matches('/');
    let (index, steps) = path.split_at(path.find('/').unwrap_or(path.len()));
    let Some(example) = index.parse::<usize>().ok().and_then(|index| examples.get(index)) else { return Vec::new() };
    let rule = json_schema::pointer(outline, error.schema_path().as_str());
    vec![
        misfit::diagnostic(example.subject, &example.at.join(steps), rule.as_ref(), error)
            .fixed_by_removing(example.at.clone()),
    ]
}

fn collect<'o, 'a>(outline: &'o Outline<'a>) -> Vec<Example<'o, 'a>> {
    let mut examples = Vec::new();
    for node in outline.nodes() {
        match node.kind {
            Kind::Schema => {
                for (field, subject) in [("example", "this example"), ("default", "this default")] {
                    if let Some(value) = node.get(field) {
                        examples.push(Example { subject, at: outline.pointer(node).key(field), value, schema: node });
                    }
                }
            }
            Kind::Document => examples.extend(wake_body(outline)),
            Kind::Header | Kind::Parameter => collect_beside_schema(outline, node, &mut examples),
            Kind::MediaType if has_plain_examples(node) => collect_beside_schema(outline, node, &mut examples),
            _ => {}
        }
    }
    examples
}

/// Returns the body of the command in `x-wake`, which has to fit as examples do.
fn wake_body<'o, 'a>(outline: &'o Outline<'a>) -> Option<Example<'o, 'a>> {
    let command = outline.tree().get(WAKE)?.get("wake")?;
    let (value, id) = (command.get("body")?, command.get("operation")?.as_str()?);
    let schema = body_schema(outline, outline.operation_with_id(id)?.node)?;
    Some(Example { subject: "this body", at: Pointer::default().key(WAKE).key("wake").key("body"), value, schema })
}

/// Returns whether examples of a media type are values of its schema, rather than encoded text.
fn has_plain_examples(media_type: &Node<'_>) -> bool {
    media_type.name.is_some_and(|name| name.contains("json") || name.starts_with("text/"))
}

/// Collects the examples that stand beside a schema.
fn collect_beside_schema<'o, 'a>(outline: &'o Outline<'a>, holder: &'o Node<'a>, examples: &mut Vec<Example<'o, 'a>>) {
    let Some(schema) = outline.child(holder, "schema") else { return };
    let subject = "this example";
    if let Some(value) = holder.get("example") {
        examples.push(Example { subject, at: outline.pointer(holder).key("example"), value, schema });
    }
    for example in outline.children(holder, "examples").filter_map(|example| outline.target(example)) {
        if let Some(value) = example.get("value") {
            examples.push(Example { subject, at: outline.pointer(example).key("value"), value, schema });
        }
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::{run, run_on_schemas};

    #[test]
    fn examples_and_defaults_fit_their_schema() {
        let schemas = "A: {type: array, items: {type: integer}, example: [1, two], default: 5}";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:59 this example does not fit its schema: expected a whole number, but this is the text `two`: it is left out
        5:74 this default does not fit its schema: expected a list, but this is the number 5: it is left out
        ");
    }

    #[test]
    fn examples_stand_beside_schemas_and_under_names() {
        let document = "
            paths:
              /a:
                parameters:
                  - {name: a, in: query, schema: {type: integer}, example: one}
                  - {name: b, in: query, schema: {type: integer}, examples: {b: {$ref: '#/components/examples/b'}}}
            components: {examples: {b: {value: two}}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        6:64 this example does not fit its schema: expected a whole number, but this is the text `one`: it is left out
        8:36 this example does not fit its schema: expected a whole number, but this is the text `two`: it is left out
        ");
    }

    #[test]
    fn encoded_text_is_not_compared_with_a_schema() {
        let document = "
            paths: {/a: {post: {requestBody: {content: {application/xml: {schema: {type: object}, example: <a/>}}}}}}
        ";
        insta::assert_snapshot!(run(check, document), @"");
    }

    #[test]
    fn the_error_is_not_that_a_value_is_not_null() {
        insta::assert_snapshot!(
            run_on_schemas(check, "A: {nullable: true, allOf: [{type: string}], example: 5}"),
            @"5:59 this example does not fit its schema: expected text, but this is the number 5: it is left out"
        );
    }
}
