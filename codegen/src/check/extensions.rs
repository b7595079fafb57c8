use indexmap::IndexSet;
use serde_json::Value;

use super::{
    grammar::Kind,
    outline::{Node, Outline},
    suggestion::did_you_mean,
    wording::{described, listed, quoted},
};
use crate::document::{Finding, Pointer};

/// An extension that says what OpenAPI has no word for.
struct Extension {
    name: &'static str,
    /// Where it may stand, in words.
    place: &'static str,
    belongs: fn(&Outline<'_>, &Node<'_>) -> bool,
    check: fn(&Node<'_>, &Value, &Pointer) -> Vec<Finding>,
}

const KNOWN: [Extension; 4] = [
    Extension {
        name: "x-envelope",
        place: "at the root of the document",
        belongs: |_, node| node.kind == Kind::Document,
        check: |_, value, at| texts(value, at, &["result", "error", "requestId"]),
    },
    Extension {
        name: "x-environment",
        place: "on the first server, or on a security scheme of the type `http` that is `basic` or `bearer`",
        belongs: |outline, node| is_first_server(outline, node) || scheme(node).is_some(),
        check: environment,
    },
    Extension {
        name: "x-retry",
        place: "on an operation",
        belongs: |_, node| node.kind == Kind::Operation,
        check: retry,
    },
    Extension {
        name: "x-variant-names",
        place: "on a schema of the type `string` with an `enum`",
        belongs: |_, node| {
            node.kind == Kind::Schema && node.text("type") == Some("string") && node.get("enum").is_some()
        },
        check: variant_names,
    },
];

/// Extensions are ones that the generator knows, and stand where they have a meaning.
///
/// In a document that has none of them, those of others are passed over: it was not written for this generator.
pub(super) fn extensions(outline: &Outline<'_>) -> Vec<Finding> {
    let written = || {
        let nodes = outline.nodes().filter(|node| node.reference().is_none());
        nodes.flat_map(|node| node.keys().map(move |(key, value)| (node, key, value)))
    };
    let is_known = |key: &str| KNOWN.iter().any(|known| known.name == key);
    if !written().any(|(_, key, _)| is_known(key)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (node, key, value) in written().filter(|(_, key, _)| key.starts_with("x-")) {
        let at = outline.pointer(node).key(key);
        match KNOWN.iter().find(|known| known.name == key) {
            Some(known) if (known.belongs)(outline, node) => findings.append(&mut (known.check)(node, value, &at)),
            Some(known) => {
                let message = format!("`{key}` has no meaning on {}", node.kind.name());
                findings.push(Finding::key(at, message, format!("it belongs {}", known.place)));
            }
            None => {
                let names = || KNOWN.iter().map(|known| known.name);
                let message = format!("there is no extension {}", quoted(key));
                let otherwise = format!("leave it out; there are {}", listed(names()));
                findings.push(Finding::key(at, message, did_you_mean(key, names(), otherwise)));
            }
        }
    }
    findings
}

fn is_first_server(outline: &Outline<'_>, node: &Node<'_>) -> bool {
    let document = outline.document();
    let first = document.and_then(|document| outline.children(document, "servers").next());
    first.is_some_and(|first| first.number == node.number)
}

/// The ways to say who calls that can come from the environment.
enum Scheme {
    Basic,
    Bearer,
}

fn scheme(node: &Node<'_>) -> Option<Scheme> {
    if node.kind != Kind::SecurityScheme || node.text("type") != Some("http") {
        return None;
    }
    match node.text("scheme")? {
        "basic" => Some(Scheme::Basic),
        "bearer" => Some(Scheme::Bearer),
        _ => None,
    }
}

fn environment(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<Finding> {
    match scheme(node) {
        Some(Scheme::Basic) => variables(value, at, &["username", "password"]),
        Some(Scheme::Bearer) if value.is_object() => variables(value, at, &["token"]),
        _ => variable(value, at).into_iter().collect(),
    }
}

fn variables(value: &Value, at: &Pointer, names: &[&str]) -> Vec<Finding> {
    let mut findings = texts(value, at, names);
    if findings.is_empty() {
        findings.extend(names.iter().filter_map(|name| variable(value.get(name)?, &at.key(name))));
    }
    findings
}

fn variable(value: &Value, at: &Pointer) -> Option<Finding> {
    let is_variable = |name: &str| {
        !name.starts_with(|first: char| first.is_ascii_digit())
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    (!value.as_str().is_some_and(is_variable)).then(|| {
        let message = format!("the name of an environment variable is wanted here, and this is {}", described(value));
        Finding::value(at.clone(), message, "write a name like `MY_API_URL`")
    })
}

fn retry(_: &Node<'_>, value: &Value, at: &Pointer) -> Vec<Finding> {
    if value == "never" {
        return Vec::new();
    }
    let message = format!("`x-retry` must be `never`, and is {}", described(value));
    let help = "write `never` where a repeated call does harm, else leave it out";
    vec![Finding::value(at.clone(), message, help)]
}

fn variant_names(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<Finding> {
    let Some(names) = value.as_object() else {
        let message = format!("`x-variant-names` must be an object, and is {}", described(value));
        return vec![Finding::value(at.clone(), message, "write a line for each name: `value: VariantName`")];
    };
    let values: IndexSet<_> = node.list("enum").iter().filter_map(Value::as_str).collect();
    let mut findings = Vec::new();
    for (value, name) in names {
        let at = at.key(value);
        if !values.contains(value.as_str()) {
            let message = format!("{} is not in the `enum`", quoted(value));
            let help = did_you_mean(value, values.iter().copied(), "leave it out, or add it to the `enum`");
            findings.push(Finding::key(at.clone(), message, help));
        }
        if !name.as_str().is_some_and(is_variant_name) {
            let message = format!("the name of a variant is wanted here, and this is {}", described(name));
            findings.push(Finding::value(at, message, "write a name in upper camel case, like `UsEast1`"));
        }
    }
    findings
}

fn is_variant_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && name != "Self"
}

/// An object of just these texts.
fn texts(value: &Value, at: &Pointer, names: &[&str]) -> Vec<Finding> {
    let Some(object) = value.as_object() else {
        let message = format!(
            "an object with {} is wanted here, and this is {}",
            listed(names.iter().copied()),
            described(value)
        );
        return vec![Finding::value(at.clone(), message, "write each on a line of its own, indented")];
    };
    let missing = names
        .iter()
        .filter(|name| !object.contains_key(**name))
        .map(|name| Finding::key(at.clone(), format!("`{name}` is missing here"), format!("add `{name}`")));
    let wrong = object.iter().filter_map(|(key, value)| {
        if !names.contains(&key.as_str()) {
            let message = format!("{} has no meaning here", quoted(key));
            let help = did_you_mean(key, names.iter().copied(), "leave it out");
            return Some(Finding::key(at.key(key), message, help));
        }
        let fits = value.as_str().is_some_and(|text| !text.is_empty());
        (!fits).then(|| {
            let message = format!("`{key}` must be text, and is {}", described(value));
            Finding::value(at.key(key), message, "write a name")
        })
    });
    missing.chain(wrong).collect()
}
