//! The document's constraints on each request type, so that requests can be validated before they are sent.

use heck::ToSnakeCase;
use serde_json::{Number, Value};

use crate::{
    api::{Constraints, Field, Schema, TypeDef, TypeKind},
    progenitor::Type,
};

/// The longest line with several fields, or with all constraints of one, without its indentation.
const MAX_COLUMNS: usize = 100;

/// Declares the constraints of the request types among some types, or nothing if there are none.
pub(super) fn declare_constraints<'a>(types: impl Iterator<Item = &'a TypeDef>) -> Option<String> {
    let tables: String = types
        .filter_map(|ty| match &ty.kind {
            TypeKind::Struct(fields) if ty.direction.is_sent() => Some(declare(ty, fields)),
            _ => None,
        })
        .collect();
    (!tables.is_empty()).then(|| format!("constraints! {{\n{tables}}}\n"))
}

/// Declares the constraints of a type as text, because prettyplease does not break the lines of a macro.
fn declare(ty: &TypeDef, fields: &[Field]) -> String {
    let on_count = property_counts(&ty.constraints);
    let on_type = if on_count.is_empty() { String::new() } else { format!(" [{}]", on_count.join(", ")) };
    let name = &ty.name;
    // All properties are listed where they are counted.
    let listed = fields.iter().filter(|field| !on_count.is_empty() || can_be_invalid(&field.schema));
    let lines = field_lines(listed.map(|field| (&*field.rust_name, calls(&field.schema.constraints))));
    match lines.as_slice() {
        [] => format!("    {name}{on_type} {{}}\n"),
        [line] if line.len() + name.len() < MAX_COLUMNS => format!("    {name}{on_type} {{ {line} }}\n"),
        lines => format!("    {name}{on_type} {{\n        {},\n    }}\n", lines.join(",\n        ")),
    }
}

/// Returns whether a value can be invalid although its Rust type is right: NaN is a number, too.
fn can_be_invalid(schema: &Schema) -> bool {
    matches!(schema.ty.leaf(), Type::Named(_) | Type::Float(_)) || !schema.constraints.is_empty()
}

/// Returns the lines of fields and their constraints. Fields without constraints share a line.
fn field_lines<'a>(fields: impl Iterator<Item = (&'a str, Vec<String>)>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_open = false;
    for (name, calls) in fields {
        let entry = format!("{name}: [{}]", calls.join(", "));
        match lines.last_mut().filter(|last| is_open && calls.is_empty() && last.len() + entry.len() < MAX_COLUMNS) {
            Some(last) => last.extend([", ", &entry]),
            None if entry.len() > MAX_COLUMNS => {
                let broken = calls.join(",\n            ");
                lines.push(format!("{name}: [\n            {broken},\n        ]"));
            }
            None => lines.push(entry),
        }
        is_open = calls.is_empty();
    }
    lines
}

/// Returns constraints as calls of functions of the runtime: `max_length(50)`.
fn calls(constraints: &Constraints) -> Vec<String> {
    let bounds = constraints.bounds.iter().filter(|(keyword, _)| !keyword.starts_with("exclusive"));
    let of_value = bounds.map(|(keyword, bound)| {
        let exclusive = if constraints.is_exclusive(keyword) { "exclusive_" } else { "" };
        if let Value::Array(values) = bound {
            return format!("one_of(&[{}])", values.iter().map(Value::to_string).collect::<Vec<_>>().join(", "));
        }
        let argument = match (*keyword, bound) {
            ("minimum" | "maximum" | "multipleOf", Value::Number(number)) => number_literal(number),
            (_, Value::Number(count)) => group_digits(&count.to_string()),
            (_, Value::String(pattern)) => pattern_literal(pattern),
            _ => String::new(),
        };
        format!("{exclusive}{}({argument})", keyword.to_snake_case())
    });
    let of_parts = [&constraints.items, &constraints.values].into_iter().flatten();
    of_value.chain(of_parts.map(|constraints| format!("items(&[{}])", calls(constraints).join(", ")))).collect()
}

/// Returns the calls that bound the number of properties.
fn property_counts(constraints: &Constraints) -> Vec<String> {
    let is_count = |call: &String| call.starts_with("min_properties") || call.starts_with("max_properties");
    calls(constraints).into_iter().filter(is_count).collect()
}

/// Returns a number with the suffix of its type where it needs one.
fn number_literal(number: &Number) -> String {
    match (number.as_i64(), number.as_u64()) {
        (Some(number), _) if i32::try_from(number).is_ok() => group_digits(&number.to_string()),
        (Some(number), _) => group_digits(&number.to_string()) + "_i64",
        (_, Some(number)) => group_digits(&number.to_string()) + "_u64",
        _ => format!("{:?}", number.as_f64().unwrap_or_default()),
    }
}

/// Separates the thousands of an integer if it is long.
fn group_digits(digits: &str) -> String {
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let ends_group = (digits.len() - index).is_multiple_of(3);
        if digits.len() > 5 && ends_group && grouped.ends_with(|last: char| last.is_ascii_digit()) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

/// Returns a string literal that shows a pattern without escapes.
fn pattern_literal(pattern: &str) -> String {
    if !pattern.contains(['\\', '"']) {
        return format!("\"{pattern}\"");
    }
    let quotes = pattern.match_indices('"');
    let hashes_after = |at: usize| pattern[at + 1..].chars().take_while(|character| *character == '#').count();
    let hashes = "#".repeat(quotes.map(|(at, _)| hashes_after(at) + 1).max().unwrap_or(0));
    format!("r{hashes}\"{pattern}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Number, json};

    use super::{number_literal, pattern_literal};
    use crate::emit::tests::emitted_for_schemas;

    #[test]
    fn constraints_of_values_and_of_their_parts_are_calls() {
        let schemas = "
    Thing:
      type: object
      properties:
        name: {type: string, maxLength: 1000000, pattern: '^[a-z]+$'}
        numbers: {type: array, minItems: 1, items: {type: integer, minimum: 0, exclusiveMinimum: true}}
        note: {type: string}
        other: {$ref: '#/components/schemas/Thing'}";
        insta::assert_snapshot!(emitted_for_schemas("src/types/operations.rs", schemas), @r#"
            use clickhouse_cloud_runtime::{constraints, shared};

            shared! {
                #[derive(Default)]
                pub struct Thing {
                    optional {
                        name: String [into],
                        numbers: Vec<i64> [of i64],
                        note: String [into],
                        other: Box<Thing> [box Thing],
                    }
                }
            }

            constraints! {
                Thing {
                    name: [max_length(1_000_000), pattern("^[a-z]+$")],
                    numbers: [min_items(1), items(&[exclusive_minimum(0)])],
                    other: [],
                }
            }
        "#);
    }

    #[test]
    fn numbers_have_the_suffix_of_their_type_and_separate_thousands() {
        let literal = |value: serde_json::Value| number_literal(&serde_json::from_value::<Number>(value).unwrap());
        assert_eq!(literal(json!(-12345)), "-12_345");
        assert_eq!(literal(json!(3_000_000_000_i64)), "3_000_000_000_i64");
        assert_eq!(literal(json!(u64::MAX)), "18_446_744_073_709_551_615_u64");
        assert_eq!(literal(json!(1e30)), "1e30");
    }

    #[test]
    fn a_pattern_is_shown_as_it_is() {
        assert_eq!(pattern_literal("^[a-z]+$"), r#""^[a-z]+$""#);
        assert_eq!(pattern_literal(r"\d"), r#"r"\d""#);
        assert_eq!(pattern_literal(r##"a"#b"##), r###"r##"a"#b"##"###);
    }
}
