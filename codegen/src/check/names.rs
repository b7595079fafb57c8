use std::collections::HashMap;

use serde_json::Value;

use super::{
    grammar::Kind,
    outline::{Node, Outline},
    wording::quoted,
};
use crate::{
    document::Finding,
    names::{type_name, value_name},
};

/// The variant that every enum has for the values that its schema does not list.
const CATCH_ALL: &str = "Unknown";

/// What has different names here has different names in Rust.
pub(super) fn names(outline: &Outline<'_>) -> Vec<Finding> {
    let mut findings = types(outline);
    for schema in outline.all(Kind::Schema) {
        findings.append(&mut fields(outline, schema));
        if schema.text("type") == Some("string") {
            findings.append(&mut variants(outline, schema));
        }
    }
    findings
}

fn types(outline: &Outline<'_>) -> Vec<Finding> {
    let components = outline.document().and_then(|document| outline.child(document, "components"));
    let schemas = components.into_iter().flat_map(|components| outline.children(components, "schemas"));
    clashes(outline, schemas, type_name, "type")
}

fn fields(outline: &Outline<'_>, schema: &Node<'_>) -> Vec<Finding> {
    clashes(outline, outline.children(schema, "properties"), value_name, "field")
}

fn clashes<'o, 'a: 'o>(
    outline: &'o Outline<'a>,
    nodes: impl Iterator<Item = &'o Node<'a>>,
    rust_name: fn(&str) -> String,
    what: &str,
) -> Vec<Finding> {
    let mut seen = HashMap::new();
    let mut findings = Vec::new();
    for node in nodes {
        let Some(name) = node.name else { continue };
        let rust_name = rust_name(name);
        if let Some(other) = seen.insert(rust_name.clone(), name) {
            let message = format!("{} and {} would both become the {what} `{rust_name}`", quoted(other), quoted(name));
            let help = "give them names that differ in more than case and punctuation";
            findings.push(Finding::key(outline.pointer(node), message, help));
        }
    }
    findings
}

fn variants(outline: &Outline<'_>, schema: &Node<'_>) -> Vec<Finding> {
    let given = schema.get("x-variant-names");
    let mut seen = HashMap::new();
    let mut findings = Vec::new();
    let values = schema.list("enum").iter().enumerate().filter_map(|(index, value)| Some((index, value.as_str()?)));
    for (index, value) in values {
        let given = given.and_then(|given| given.get(value)).and_then(Value::as_str);
        let variant = given.map_or_else(|| type_name(value), ToOwned::to_owned);
        let problem = if given.is_none() && !value.contains(char::is_alphanumeric) {
            format!("{} holds nothing that a variant could be called", quoted(value))
        } else if variant == CATCH_ALL {
            format!("{} would become the variant `{CATCH_ALL}`, which is for values that are not listed", quoted(value))
        } else {
            match seen.insert(variant.clone(), value) {
                Some(other) if other != value => {
                    format!("{} and {} would both become the variant `{variant}`", quoted(other), quoted(value))
                }
                _ => continue,
            }
        };
        findings.push(Finding::value(
            outline.pointer(schema).key("enum").index(index),
            problem,
            format!("give it a name of its own: `x-variant-names: {{{}: OtherName}}`", quoted(value).trim_matches('`')),
        ));
    }
    findings
}
