use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    names::{self, CATCH_ALL, type_name, value_name, variant},
    openapi::{extensions::VARIANT_NAMES, grammar::Kind},
};

/// Checks that types, fields and variants with different names in the document have different names in Rust, and need
/// no number after them.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let types: Vec<_> = outline.components(Kind::Schema).collect();
    let mut diagnostics = check_names(outline, &types, names::types, |name| type_name(&type_name(name)), "type");
    for schema in outline.all(Kind::Schema) {
        let mut seen = HashSet::new();
        // A property that several parts have is one field.
        let fields: Vec<_> = outline.properties(schema).filter(|property| seen.insert(property.name)).collect();
        diagnostics.append(&mut check_names(outline, &fields, names::fields, value_name, "field"));
        if schema.text("type") == Some("string") {
            diagnostics.append(&mut check_variants(outline, schema));
        }
    }
    diagnostics
}

/// Checks names that share a scope: `in_rust` names them all, and `alone` one without regard to the others.
fn check_names(
    outline: &Outline<'_>,
    nodes: &[&Node<'_>],
    in_rust: fn(&[&str]) -> Vec<String>,
    alone: fn(&str) -> String,
    noun: &str,
) -> Vec<NodeDiagnostic> {
    let names: Vec<_> = nodes.iter().filter_map(|node| node.name).collect();
    let rust_names = in_rust(&names);
    let indices: HashMap<_, _> = rust_names.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
    let mut diagnostics = Vec::new();
    for (index, (name, rust_name)) in names.iter().zip(&rust_names).enumerate() {
        let wanted = alone(name);
        if wanted == *rust_name {
            continue;
        }
        let effect = format!("{} is called `{rust_name}`", quoted(name));
        // A name that got a number may equal the wanted name of another.
        let other = indices.get(wanted.as_str()).filter(|other| alone(names[**other]) == wanted);
        let (message, help) = match other {
            Some(other) => {
                let pair = [index.min(*other), index.max(*other)].map(|index| quoted(names[index]));
                (
                    format!("{} and {} would both become the {noun} `{wanted}`", pair[0], pair[1]),
                    "give them names that differ in more than case and punctuation",
                )
            }
            None => (
                format!("{} would become the {noun} `{wanted}`, which has another meaning in Rust", quoted(name)),
                "choose a more specific name",
            ),
        };
        let at = outline.pointer(nodes[other.map_or(index, |other| index.max(*other))]);
        diagnostics.push(NodeDiagnostic::key(at, message, help).accepted(effect));
    }
    diagnostics
}

fn check_variants(outline: &Outline<'_>, schema: &Node<'_>) -> Vec<NodeDiagnostic> {
    let given = schema.get(VARIANT_NAMES);
    let values = schema.list("enum").iter().enumerate().filter_map(|(index, value)| Some((index, value.as_str()?)));
    let (indices, values): (Vec<_>, Vec<_>) = values.unzip();
    let rust_names = names::variants(&values, given);
    let mut seen = HashMap::new();
    let mut diagnostics = Vec::new();
    for ((index, value), rust_name) in indices.into_iter().zip(values).zip(rust_names) {
        let given = given.and_then(|given| given.get(value)).and_then(Value::as_str);
        let wanted = given.map_or_else(|| variant(value), ToOwned::to_owned);
        let other = seen.insert(wanted.clone(), (value, rust_name.clone())).filter(|(other, _)| *other != value);
        let message = if given.is_none() && !value.contains(char::is_alphanumeric) {
            format!("{} contains nothing to name a variant after", quoted(value))
        } else if wanted == CATCH_ALL {
            format!("{} would become the variant `{CATCH_ALL}`, which is for values that are not listed", quoted(value))
        } else if let Some((other, _)) = &other {
            format!("{} and {} would both become the variant `{wanted}`", quoted(other), quoted(value))
        } else {
            continue;
        };
        let help = format!(
            "give it a name of its own: `x-variant-names: {{{}: OtherName}}`, or `variants` in the config",
            quoted(value).trim_matches('`')
        );
        let diagnostic = NodeDiagnostic::value(outline.pointer(schema).key("enum").index(index), message, help);
        let (renamed, rust_name) = other.filter(|_| rust_name == wanted).unwrap_or((value, rust_name));
        let effect = format!("{} is called `{rust_name}`", quoted(renamed));
        diagnostics.push(if given.is_some() { diagnostic } else { diagnostic.accepted(effect) });
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn types_differ_in_more_than_case() {
        let schemas = "
            FooBar: {}
            foo_bar: {}
            Vec: {}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        6:5 `FooBar` and `foo_bar` would both become the type `FooBar`: `foo_bar` is called `FooBar2`
        7:5 `Vec` would become the type `Vec`, which has another meaning in Rust: `Vec` is called `Vec2`
        ");
    }

    #[test]
    fn fields_of_all_parts_differ() {
        let schemas = "A: {allOf: [{properties: {fooBar: {}}}, {properties: {foo_bar: {}}}]}";
        insta::assert_snapshot!(
            run_on_schemas(check, schemas),
            @"5:59 `fooBar` and `foo_bar` would both become the field `foo_bar`: `fooBar` is called `foo_bar2`"
        );
    }

    #[test]
    fn variants_differ_and_have_names() {
        let schemas = "
            A: {type: string, enum: [us-east-1, us-east1, unknown, '+']}
            B: {type: string, enum: [a, A], x-variant-names: {A: Other}}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @r"
        5:41 `us-east-1` and `us-east1` would both become the variant `UsEast1`: `us-east1` is called `UsEast1x2`
        5:51 `unknown` would become the variant `Unknown`, which is for values that are not listed: `unknown` is called `Unknown2`
        5:60 `+` contains nothing to name a variant after: `+` is called `Plus`
        ");
    }
}
