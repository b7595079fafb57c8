use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    names::{self, CATCH_ALL, type_name, value_name, variant},
    openapi::{extensions::VARIANT_NAMES, grammar::Kind},
};

/// What has different names here has different names in Rust, without a number after them.
pub(super) fn names(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = types(outline);
    for schema in outline.all(Kind::Schema) {
        diagnostics.append(&mut fields(outline, schema));
        if schema.text("type") == Some("string") {
            diagnostics.append(&mut variants(outline, schema));
        }
    }
    diagnostics
}

fn types(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let components = outline.document().and_then(|document| outline.child(document, "components"));
    let schemas = components.into_iter().flat_map(|components| outline.children(components, "schemas"));
    clashes(outline, &schemas.collect::<Vec<_>>(), names::types, |name| type_name(&type_name(name)), "type")
}

fn fields(outline: &Outline<'_>, schema: &Node<'_>) -> Vec<NodeDiagnostic> {
    let mut seen = HashSet::new();
    let parts = outline.parts(schema).into_iter();
    let properties = parts.flat_map(|part| outline.children(part, "properties"));
    // One of several parts is one.
    let properties: Vec<_> = properties.filter(|property| seen.insert(property.name)).collect();
    clashes(outline, &properties, names::fields, value_name, "field")
}

fn clashes(
    outline: &Outline<'_>,
    nodes: &[&Node<'_>],
    in_rust: fn(&[&str]) -> Vec<String>,
    alone: fn(&str) -> String,
    what: &str,
) -> Vec<NodeDiagnostic> {
    let names: Vec<_> = nodes.iter().filter_map(|node| node.name).collect();
    let called = in_rust(&names);
    let firsts: HashMap<_, _> = called.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
    let mut diagnostics = Vec::new();
    for (index, (name, called)) in names.iter().zip(&called).enumerate() {
        let wanted = alone(name);
        if wanted == *called {
            continue;
        }
        let outcome = format!("{} is called `{called}`", quoted(name));
        // One with a number after its name can have that of another.
        let other = firsts.get(wanted.as_str()).filter(|other| alone(names[**other]) == wanted);
        let (message, help) = match other {
            Some(other) => {
                let pair = [index.min(*other), index.max(*other)].map(|index| quoted(names[index]));
                (
                    format!("{} and {} would both become the {what} `{wanted}`", pair[0], pair[1]),
                    "give them names that differ in more than case and punctuation",
                )
            }
            None => (
                format!("{} would become the {what} `{wanted}`, which is something else in Rust", quoted(name)),
                "give it a name that says more",
            ),
        };
        let at = outline.pointer(nodes[other.map_or(index, |other| index.max(*other))]);
        diagnostics.push(NodeDiagnostic::key(at, message, help).accepted(outcome));
    }
    diagnostics
}

fn variants(outline: &Outline<'_>, schema: &Node<'_>) -> Vec<NodeDiagnostic> {
    let given = schema.get(VARIANT_NAMES);
    let values = schema.list("enum").iter().enumerate().filter_map(|(index, value)| Some((index, value.as_str()?)));
    let (indices, values): (Vec<_>, Vec<_>) = values.unzip();
    let called = names::variants(&values, given);
    let mut seen = HashMap::new();
    let mut diagnostics = Vec::new();
    for ((index, value), called) in indices.into_iter().zip(values).zip(called) {
        let given = given.and_then(|given| given.get(value)).and_then(Value::as_str);
        let wanted = given.map_or_else(|| variant(value), ToOwned::to_owned);
        let other = seen.insert(wanted.clone(), (value, called.clone())).filter(|(other, _)| *other != value);
        let problem = if given.is_none() && !value.contains(char::is_alphanumeric) {
            format!("{} holds nothing that a variant could be called", quoted(value))
        } else if wanted == CATCH_ALL {
            format!("{} would become the variant `{CATCH_ALL}`, which is for values that are not listed", quoted(value))
        } else if let Some((other, _)) = &other {
            format!("{} and {} would both become the variant `{wanted}`", quoted(other), quoted(value))
        } else {
            continue;
        };
        let diagnostic = NodeDiagnostic::value(
            outline.pointer(schema).key("enum").index(index),
            problem,
            format!(
                "give it a name of its own: `x-variant-names: {{{}: OtherName}}`, or `variants` in the config",
                quoted(value).trim_matches('`')
            ),
        );
        let (renamed, called) = other.filter(|_| called == wanted).unwrap_or((value, called));
        let outcome = format!("{} is called `{called}`", quoted(renamed));
        diagnostics.push(if given.is_some() { diagnostic } else { diagnostic.accepted(outcome) });
    }
    diagnostics
}
