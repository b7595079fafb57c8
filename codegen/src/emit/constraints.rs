use serde_json::{Number, Value};

use super::Code;
use crate::{
    api::{Field, Model, Schema},
    diagnostic::GenerateError,
};

/// Fields without constraints share a line of this width.
const WIDTH: usize = 100;

/// Gives each type that is sent the document's constraints, so that it can be checked before it is.
#[expect(clippy::unnecessary_wraps, reason = "has the signature of every pass")]
pub(super) fn add(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    let sent = model.structs().filter(|(schema, _)| schema.role.is_sent());
    let sources: Vec<_> = sent.map(|(schema, fields)| source(schema, fields)).collect();
    if !sources.is_empty() {
        code.constraints = Some(format!("constraints! {{\n{}}}\n", sources.concat()));
    }
    Ok(())
}

/// The constraints as text, because prettyplease does not know how to break the lines of a macro.
fn source(schema: &Schema, fields: &[Field]) -> String {
    let of_properties = of_properties(&schema.source);
    let own = if of_properties.is_empty() { String::new() } else { format!(" [{}]", of_properties.join(", ")) };
    let name = &schema.name;
    // How many properties there are shows only when all of them are looked at.
    let listed = fields.iter().filter(|field| !own.is_empty() || is_checked(&field.schema));
    let lines = filled(listed.map(|field| (field.rust_name.clone(), constraints(&field.schema))));
    match lines.as_slice() {
        [] => format!("    {name}{own} {{}}\n"),
        [line] if line.len() + name.len() < WIDTH => format!("    {name}{own} {{ {line} }}\n"),
        lines => format!("    {name}{own} {{\n        {},\n    }}\n", lines.join(",\n        ")),
    }
}

fn filled(fields: impl Iterator<Item = (String, Vec<String>)>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_open = false;
    for (name, constraints) in fields {
        let entry = format!("{name}: [{}]", constraints.join(", "));
        match lines.last_mut().filter(|last| is_open && constraints.is_empty() && last.len() + entry.len() < WIDTH) {
            Some(last) => last.extend([", ", &entry]),
            None if entry.len() > WIDTH => {
                let broken = constraints.join(",\n            ");
                lines.push(format!("{name}: [\n            {broken},\n        ]"));
            }
            None => lines.push(entry),
        }
        is_open = constraints.is_empty();
    }
    lines
}

/// Whether some value of a schema can be wrong although its Rust type is right: NaN is a number, too.
fn is_checked(schema: &Value) -> bool {
    let within = |keyword| schema.get(keyword).is_some_and(is_checked);
    let is_number = schema.get("type").is_some_and(|kind| kind == "number");
    schema.get("$ref").is_some()
        || is_number
        || !constraints(schema).is_empty()
        || within("items")
        || within("additionalProperties")
}

fn constraints(schema: &Value) -> Vec<String> {
    let count = |keyword: &str, name: &str| Some(format!("{name}({})", schema.get(keyword)?.as_u64()?));
    let number = |keyword: &str, name: &str| Some(format!("{name}({})", literal(schema.get(keyword)?.as_number()?)));
    let flag = |keyword: &str| schema.get(keyword) == Some(&Value::Bool(true));
    let bound = |keyword: &str, exclusive: &str, name: &str, exclusive_name: &str| {
        number(keyword, if flag(exclusive) { exclusive_name } else { name })
    };
    let words = [
        count("minLength", "min_length"),
        count("maxLength", "max_length"),
        schema.get("pattern").and_then(Value::as_str).map(|pattern| format!("pattern({})", raw(pattern))),
        bound("minimum", "exclusiveMinimum", "minimum", "exclusive_minimum"),
        bound("maximum", "exclusiveMaximum", "maximum", "exclusive_maximum"),
        number("multipleOf", "multiple_of"),
        count("minItems", "min_items"),
        count("maxItems", "max_items"),
        flag("uniqueItems").then(|| "unique_items()".to_owned()),
    ];
    let items = ["items", "additionalProperties"].into_iter().filter_map(|keyword| {
        let constraints = constraints(schema.get(keyword)?);
        (!constraints.is_empty()).then(|| format!("items(&[{}])", constraints.join(", ")))
    });
    words.into_iter().flatten().chain(of_properties(schema)).chain(items).collect()
}

fn of_properties(schema: &Value) -> Vec<String> {
    let words = [("minProperties", "min_properties"), ("maxProperties", "max_properties")];
    let count = |(keyword, name)| Some(format!("{name}({})", schema.get(keyword)?.as_u64()?));
    words.into_iter().filter_map(count).collect()
}

/// A number with the type that it needs.
fn literal(number: &Number) -> String {
    match (number.as_i64(), number.as_u64()) {
        (Some(number), _) if i32::try_from(number).is_ok() => grouped(&number.to_string()),
        (Some(number), _) => grouped(&number.to_string()) + "_i64",
        (_, Some(number)) => grouped(&number.to_string()) + "_u64",
        _ => format!("{:?}", number.as_f64().unwrap_or_default()),
    }
}

/// A whole number with its thousands apart, if it is long.
fn grouped(digits: &str) -> String {
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

/// A string literal that shows the pattern as it is.
fn raw(pattern: &str) -> String {
    let longest = pattern.match_indices('"').map(|(at, _)| {
        let hashes = pattern[at + 1..].chars().take_while(|character| *character == '#');
        hashes.count() + 1
    });
    let hashes = "#".repeat(longest.max().unwrap_or(0));
    let is_plain = !pattern.contains(['\\', '"']);
    if is_plain { format!("\"{pattern}\"") } else { format!("r{hashes}\"{pattern}\"{hashes}") }
}
