use std::collections::HashSet;

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

/// Every schema is one that something can fit.
pub(super) fn constraints(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for schema in outline.all(Kind::Schema) {
        let at = |key: &str| outline.pointer(schema).key(key);
        diagnostics.extend(multiple_of(schema, &at));
        diagnostics.extend(pattern(schema, &at));
        for (least, most) in RANGES {
            diagnostics.extend(empty_range(schema, least, most, &at));
        }
        diagnostics.append(&mut enumeration(outline, schema, &at));
        diagnostics.append(&mut required(outline, schema, &at));
    }
    diagnostics
}

const RANGES: [(&str, &str); 4] =
    [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

fn multiple_of(schema: &Node<'_>, at: &dyn Fn(&str) -> Pointer) -> Option<NodeDiagnostic> {
    let divisor = schema.get("multipleOf")?.as_f64()?;
    (divisor <= 0.0).then(|| {
        let message = format!("nothing is a multiple of {divisor}");
        NodeDiagnostic::value(at("multipleOf"), message, "write a number greater than 0, or leave `multipleOf` out")
            .fixed_by_removing(at("multipleOf"))
    })
}

fn pattern(schema: &Node<'_>, at: &dyn Fn(&str) -> Pointer) -> Option<NodeDiagnostic> {
    let pattern = schema.text("pattern")?;
    let unusable = || Some(regex_lite::Regex::new(pattern).err()?.to_string());
    let reason = pattern_error(pattern).or_else(unusable)?;
    Some(
        NodeDiagnostic::value(
            at("pattern"),
            format!("this is not a regular expression that can be checked: {reason}"),
            "mend it; look-around, back-references and classes like `\\p{L}` cannot be used: see \
         https://docs.rs/regex-lite/latest/regex_lite/#syntax",
        )
        .fixed_by_removing(at("pattern")),
    )
}

/// What is wrong with a pattern. Only its syntax counts: to compile one like `\w{50}` takes long, and few are used.
pub(super) fn pattern_error(pattern: &str) -> Option<String> {
    let error = regex_syntax::Parser::new().parse(pattern).err()?.to_string();
    // The first lines draw the pattern; the last one says what is wrong.
    Some(error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
}

fn empty_range(schema: &Node<'_>, least: &str, most: &str, at: &dyn Fn(&str) -> Pointer) -> Option<NodeDiagnostic> {
    let (low, high) = (schema.get(least)?.as_f64()?, schema.get(most)?.as_f64()?);
    let excludes_bound = least == "minimum" && (schema.flag("exclusiveMinimum") || schema.flag("exclusiveMaximum"));
    (low > high || excludes_bound && low >= high).then(|| {
        let message = format!("nothing is between `{least}: {low}` and `{most}: {high}`");
        NodeDiagnostic::value(at(least), message, format!("lower `{least}`, or raise `{most}`"))
            .fixed_by_removing(at(least))
    })
}

fn enumeration(outline: &Outline<'_>, schema: &Node<'_>, at: &dyn Fn(&str) -> Pointer) -> Vec<NodeDiagnostic> {
    let Some(Value::Array(values)) = schema.get("enum") else { return Vec::new() };
    if values.is_empty() {
        let message = "nothing is one of no values";
        return vec![
            NodeDiagnostic::value(at("enum"), message, "list the values, or leave `enum` out")
                .fixed_by_removing(at("enum")),
        ];
    }
    let mut seen = HashSet::new();
    let of_text = schema.text("type") == Some("string");
    values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| {
            let at = || at("enum").index(index);
            if !seen.insert(value) {
                let message = format!("{} is in this `enum` for the second time", shown(value));
                return Some(NodeDiagnostic::value(at(), message, "leave one of the two out").fixed_by_removing(at()));
            }
            let fits = value.is_string() || value.is_null() && schema.flag("nullable");
            (of_text && !fits).then(|| {
                let message = format!("this `enum` is of text, and {} is not", shown(value));
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

/// `required` names properties that are there, each once.
fn required(outline: &Outline<'_>, schema: &Node<'_>, at: &dyn Fn(&str) -> Pointer) -> Vec<NodeDiagnostic> {
    let names = schema.list("required").iter().enumerate().filter_map(|(index, name)| Some((index, name.as_str()?)));
    let mut seen = HashSet::new();
    let mut known = None;
    let mut diagnostics = Vec::new();
    for (index, name) in names {
        let at = || at("required").index(index);
        if !seen.insert(name) {
            let message = format!("{} is in this list for the second time", quoted(name));
            diagnostics.push(NodeDiagnostic::value(at(), message, "leave one of the two out").fixed_by_removing(at()));
            continue;
        }
        let known = known.get_or_insert_with(|| properties(outline, schema));
        if !known.contains(name) {
            let message = format!("{} is required, and is not one of the properties", quoted(name));
            let help = "describe it under `properties`, or leave it out here";
            let help = did_you_mean(name, known.iter().copied(), help);
            diagnostics.push(NodeDiagnostic::value(at(), message, help).fixed_by_removing(at()));
        }
    }
    diagnostics
}

/// The properties of a schema, and those of the schemas that `allOf` puts together with it.
fn properties<'a>(outline: &Outline<'a>, schema: &Node<'a>) -> IndexSet<&'a str> {
    let parts = outline.parts(outline.whole(schema));
    let properties = parts.iter().filter_map(|part| part.get("properties")?.as_object());
    properties.flat_map(|properties| properties.keys().map(String::as_str)).collect()
}
