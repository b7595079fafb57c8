use std::{collections::HashSet, iter};

use indexmap::IndexSet;
use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{quoted, shown},
    },
    openapi::grammar::Kind,
    source::Pointer,
};

const RANGES: [(&str, &str); 4] =
    [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

/// Checks that some value can fit each schema, and that the crate can check its constraints.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for schema in outline.all(Kind::Schema) {
        let at = |key: &str| outline.pointer(schema).key(key);
        diagnostics.extend(check_multiple_of(schema, &at));
        diagnostics.extend(check_pattern(schema, &at));
        for (min, max) in RANGES {
            diagnostics.extend(check_range(schema, min, max, &at));
        }
        diagnostics.append(&mut check_enum(outline, schema, &at));
        diagnostics.append(&mut check_required(outline, schema, &at));
    }
    diagnostics
}

fn check_multiple_of(schema: &Node<'_>, at: &dyn Fn(&str) -> Pointer) -> Option<NodeDiagnostic> {
    let divisor = schema.get("multipleOf")?.as_f64()?;
    (divisor <= 0.0).then(|| {
        let message = format!("no value is a multiple of {divisor}");
        NodeDiagnostic::value(at("multipleOf"), message, "write a number greater than 0, or leave `multipleOf` out")
            .fixed_by_removing(at("multipleOf"))
    })
}

fn check_pattern(schema: &Node<'_>, at: &dyn Fn(&str) -> Pointer) -> Option<NodeDiagnostic> {
    let pattern = schema.text("pattern")?;
    let unsupported = || Some(regex_lite::Regex::new(pattern).err()?.to_string());
    let reason = pattern_error(pattern).or_else(unsupported)?;
    Some(
        NodeDiagnostic::value(
            at("pattern"),
            format!("the crate cannot check this regular expression: {reason}"),
            "fix it; look-around, back-references and classes like `\\p{L}` are not supported: see \
         https://docs.rs/regex-lite/latest/regex_lite/#syntax",
        )
        .fixed_by_removing(at("pattern")),
    )
}

/// Returns the syntax error of a pattern. It is not compiled: that takes long for one like `\w{50}`.
pub(super) fn pattern_error(pattern: &str) -> Option<String> {
    let error = regex_syntax::Parser::new().parse(pattern).err()?.to_string();
    // The first lines draw the pattern; the last one has the message.
    Some(error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
}

fn check_range(schema: &Node<'_>, min: &str, max: &str, at: &dyn Fn(&str) -> Pointer) -> Option<NodeDiagnostic> {
    let (low, high) = (schema.get(min)?.as_f64()?, schema.get(max)?.as_f64()?);
    let excludes_bound = min == "minimum" && (schema.flag("exclusiveMinimum") || schema.flag("exclusiveMaximum"));
    (low > high || excludes_bound && low >= high).then(|| {
        let message = format!("no value is between `{min}: {low}` and `{max}: {high}`");
        NodeDiagnostic::value(at(min), message, format!("lower `{min}`, or raise `{max}`")).fixed_by_removing(at(min))
    })
}

fn check_enum(outline: &Outline<'_>, schema: &Node<'_>, at: &dyn Fn(&str) -> Pointer) -> Vec<NodeDiagnostic> {
    let Some(Value::Array(values)) = schema.get("enum") else { return Vec::new() };
    if values.is_empty() {
        let message = "this `enum` has no values";
        return vec![
            NodeDiagnostic::value(at("enum"), message, "list the values, or leave `enum` out")
                .fixed_by_removing(at("enum")),
        ];
    }
    let mut seen = HashSet::new();
    let is_text = schema.text("type") == Some("string");
    values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| {
            let at = || at("enum").index(index);
            if !seen.insert(value) {
                let message = format!("{} is in this `enum` twice", shown(value));
                return Some(NodeDiagnostic::value(at(), message, "remove one of the two").fixed_by_removing(at()));
            }
            let fits = value.is_string() || value.is_null() && schema.flag("nullable");
            (is_text && !fits).then(|| {
                let message = format!("{} is not text, but the `type` of this `enum` is `string`", shown(value));
                let help = if value.is_null() {
                    format!("{}, or put it in quotes", outline.dialect().nullable())
                } else {
                    format!("put it in quotes: `'{}'`", shown(value).trim_matches('`'))
                };
                NodeDiagnostic::value(at(), message, help).fixed_by_removing(at())
            })
        })
        .collect()
}

/// Checks that `required` names properties of the schema, each once.
fn check_required(outline: &Outline<'_>, schema: &Node<'_>, at: &dyn Fn(&str) -> Pointer) -> Vec<NodeDiagnostic> {
    let names = schema.list("required").iter().enumerate().filter_map(|(index, name)| Some((index, name.as_str()?)));
    let mut seen = HashSet::new();
    let mut known = None;
    let mut diagnostics = Vec::new();
    for (index, name) in names {
        let at = || at("required").index(index);
        if !seen.insert(name) {
            let message = format!("{} is in this list twice", quoted(name));
            diagnostics.push(NodeDiagnostic::value(at(), message, "remove one of the two").fixed_by_removing(at()));
            continue;
        }
        let known = known.get_or_insert_with(|| property_names(outline, schema));
        if !known.contains(name) && is_property_around(outline, schema, name) {
            let message = format!("the crate does not check that this variant requires {}", quoted(name));
            let help = "no change is needed: a program sets what it needs";
            diagnostics.push(NodeDiagnostic::value(at(), message, help).fixed_by_removing(at()));
        } else if !known.contains(name) {
            let message = format!("{} is required, but is not one of the properties", quoted(name));
            let help = "describe it under `properties`, or leave it out here";
            let help = did_you_mean(name, known.iter().copied(), help);
            diagnostics.push(NodeDiagnostic::value(at(), message, help).fixed_by_removing(at()));
        }
    }
    diagnostics
}

/// Returns whether a schema is a variant of one that has this property.
fn is_property_around(outline: &Outline<'_>, schema: &Node<'_>, name: &str) -> bool {
    let around = |schema| {
        let merged = outline.merged_into(schema);
        outline.parent(merged).filter(|_| merged.is_in("oneOf") || merged.is_in("anyOf"))
    };
    let has_property =
        |part: &Node<'_>| part.get("properties").is_some_and(|properties| properties.get(name).is_some());
    iter::successors(around(schema), |union| around(union))
        .any(|union| outline.parts(outline.merged_into(union)).into_iter().any(has_property))
}

/// Returns the properties of a schema, with those of the schemas that `allOf` merges with it.
fn property_names<'a>(outline: &Outline<'a>, schema: &Node<'a>) -> IndexSet<&'a str> {
    let parts = outline.parts(outline.merged_into(schema));
    let properties = parts.iter().filter_map(|part| part.get("properties")?.as_object());
    properties.flat_map(|properties| properties.keys().map(String::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn some_value_fits_a_range() {
        let schemas = "
            A: {type: integer, minimum: 5, maximum: 1}
            B: {type: integer, minimum: 1, maximum: 1}
            C: {type: integer, minimum: 1, maximum: 1, exclusiveMaximum: true}
            D: {type: integer, multipleOf: 0}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:33 no value is between `minimum: 5` and `maximum: 1`: it is left out
        7:33 no value is between `minimum: 1` and `maximum: 1`: it is left out
        8:36 no value is a multiple of 0: it is left out
        ");
    }

    #[test]
    fn patterns_are_those_of_the_runtime() {
        let schemas = "
            A: {type: string, pattern: '(a'}
            B: {type: string, pattern: '(?=a)'}
            C: {type: string, pattern: '^[a-z]+$'}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:32 the crate cannot check this regular expression: unclosed group: it is left out
        6:32 the crate cannot check this regular expression: look-around, including look-ahead and look-behind, is not supported: it is left out
        ");
    }

    #[test]
    fn an_enum_lists_strings_once() {
        let schemas = "
            A: {type: string, enum: []}
            B: {type: string, enum: [a, true, a]}
            C: {type: string, enum: [a, null], nullable: true}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:29 this `enum` has no values: it is left out
        6:33 `true` is not text, but the `type` of this `enum` is `string`: it is left out
        6:39 `a` is in this `enum` twice: it is left out
        ");
    }

    #[test]
    fn required_names_properties_of_all_parts() {
        let schemas = "A: {allOf: [{properties: {id: {}}}, {required: [id, id, nmae], properties: {name: {}}}]}";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:57 `id` is in this list twice: it is left out
        5:61 `nmae` is required, but is not one of the properties: it is left out
        ");
    }
}
