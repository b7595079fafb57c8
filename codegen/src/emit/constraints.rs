use heck::ToSnakeCase;
use serde_json::{Number, Value};

use crate::{
    api::{Api, Constraints, Field, Schema, TypeDef},
    progenitor::Type,
};

/// Fields without constraints share a line of this width.
const WIDTH: usize = 100;

/// The document's constraints on each type that is sent, so that it can be checked before it is.
pub(super) fn constraints(api: &Api) -> Option<String> {
    let sent = api.structs().filter(|(ty, _)| ty.direction.is_sent());
    let sources: Vec<_> = sent.map(|(ty, fields)| source(ty, fields)).collect();
    (!sources.is_empty()).then(|| format!("constraints! {{\n{}}}\n", sources.concat()))
}

/// The constraints as text, because prettyplease does not know how to break the lines of a macro.
fn source(ty: &TypeDef, fields: &[Field]) -> String {
    let is_of_properties =
        |word: &String| ["min_properties", "max_properties"].iter().any(|name| word.starts_with(name));
    let counts = words(&ty.constraints).into_iter().filter(is_of_properties).collect::<Vec<_>>().join(", ");
    let own = if counts.is_empty() { counts } else { format!(" [{counts}]") };
    let name = &ty.name;
    // How many properties there are shows only when all of them are looked at.
    let listed = fields.iter().filter(|field| !own.is_empty() || is_checked(&field.schema));
    let lines = filled(listed.map(|field| (field.rust_name.clone(), words(&field.schema.constraints))));
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

/// Whether some value can be wrong although its Rust type is right: NaN is a number, too.
fn is_checked(schema: &Schema) -> bool {
    matches!(schema.ty.leaf(), Type::Named(_) | Type::Float(_)) || !schema.constraints.is_empty()
}

fn words(constraints: &Constraints) -> Vec<String> {
    let own = constraints.bounds.iter().filter(|(keyword, _)| !keyword.starts_with("exclusive"));
    let own = own.map(|(keyword, bound)| {
        let exclusive = if constraints.is_exclusive(keyword) { "exclusive_" } else { "" };
        let argument = match (*keyword, bound) {
            ("minimum" | "maximum" | "multipleOf", Value::Number(number)) => literal(number),
            (_, Value::Number(count)) => count.to_string(),
            (_, Value::String(pattern)) => raw(pattern),
            _ => String::new(),
        };
        format!("{exclusive}{}({argument})", keyword.to_snake_case())
    });
    let inner = [&constraints.items, &constraints.values].into_iter().flatten();
    own.chain(inner.map(|inner| format!("items(&[{}])", words(inner).join(", ")))).collect()
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
