mod rate_limit;
mod waiters;

use indexmap::IndexSet;
use serde_json::Value;

use super::{
    outline::{Node, Outline},
    suggestion::did_you_mean,
    wording::{described, listed, quoted},
};
use crate::{
    diagnostic::NodeDiagnostic,
    openapi::{duration, grammar::Kind},
    source::Pointer,
};

/// An extension that says what OpenAPI has no word for.
struct Extension {
    name: &'static str,
    /// Where it may stand, in words.
    place: &'static str,
    belongs: fn(&Outline<'_>, &Node<'_>) -> bool,
    check: fn(&Outline<'_>, &Node<'_>, &Value, &Pointer) -> Vec<NodeDiagnostic>,
}

const KNOWN: [Extension; 8] = [
    Extension {
        name: "x-check",
        place: "on an operation that is not a GET, which can be repeated without harm",
        belongs: |_, node| node.kind == Kind::Operation && !node.is_in("get"),
        check: |_, _, value, at| advice(value, at),
    },
    Extension {
        name: "x-envelope",
        place: "at the root of the document, or on an operation whose answer is not wrapped",
        belongs: |_, node| matches!(node.kind, Kind::Document | Kind::Operation),
        check: |_, node, value, at| envelope(node, value, at),
    },
    Extension {
        name: "x-environment",
        place: "on the first server, or on a security scheme that a client knows: all but those of the type `http` that are \
                neither `basic` nor `bearer`",
        belongs: |outline, node| is_first_server(outline, node) || scheme(node).is_some(),
        check: |_, node, value, at| environment(node, value, at),
    },
    Extension {
        name: "x-rate-limit",
        place: "at the root of the document",
        belongs: |_, node| node.kind == Kind::Document,
        check: |_, _, value, at| rate_limit::rate_limit(value, at),
    },
    Extension {
        name: "x-retry",
        place: "on an operation",
        belongs: |_, node| node.kind == Kind::Operation,
        check: |_, node, value, at| retry(node, value, at),
    },
    Extension {
        name: "x-type-names",
        place: "at the root of the document",
        belongs: |_, node| node.kind == Kind::Document,
        check: |_, _, value, at| type_names(value, at),
    },
    Extension {
        name: "x-variant-names",
        place: "on a schema of the type `string` with an `enum`",
        belongs: |_, node| {
            node.kind == Kind::Schema && node.text("type") == Some("string") && node.get("enum").is_some()
        },
        check: |_, node, value, at| variant_names(node, value, at),
    },
    Extension {
        name: "x-waiters",
        place: "at the root of the document",
        belongs: |_, node| node.kind == Kind::Document,
        check: |outline, _, value, at| waiters::waiters(outline, value, at),
    },
];

/// Extensions are ones that the generator knows, and stand where they have a meaning.
///
/// In a document that has none of them, those of others are passed over: it was not written for this generator.
pub(super) fn extensions(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let is_for_us = are_used(outline);
    let mut diagnostics = Vec::new();
    for (node, key, value) in written(outline).filter(|(_, key, _)| is_known(key) || is_for_us && key.starts_with("x-"))
    {
        let at = outline.pointer(node).key(key);
        match KNOWN.iter().find(|known| known.name == key) {
            Some(known) if (known.belongs)(outline, node) => {
                diagnostics.append(&mut (known.check)(outline, node, value, &at));
            }
            Some(known) => {
                let message = format!("`{key}` has no meaning on {}", node.kind.name());
                diagnostics.push(NodeDiagnostic::key(at, message, format!("it belongs {}", known.place)));
            }
            None => {
                let names = || KNOWN.iter().map(|known| known.name);
                let message = format!("there is no extension {}", quoted(key));
                let otherwise = format!("leave it out; there are {}", listed(names()));
                diagnostics.push(NodeDiagnostic::key(at, message, did_you_mean(key, names(), otherwise)));
            }
        }
    }
    diagnostics
}

/// Whether a document was written for this generator.
pub(super) fn are_used(outline: &Outline<'_>) -> bool {
    let mut known = written(outline).filter(|(_, key, _)| is_known(key));
    known.any(|(node, key, _)| outline.is_written_by_hand(&outline.pointer(node).key(key)))
}

fn is_known(key: &str) -> bool {
    KNOWN.iter().any(|known| known.name == key)
}

fn written<'o, 'a>(outline: &'o Outline<'a>) -> impl Iterator<Item = (&'o Node<'a>, &'a String, &'a Value)> {
    let nodes = outline.nodes().filter(|node| node.reference().is_none());
    nodes.flat_map(|node| node.keys().map(move |(key, value)| (node, key, value)))
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
    if node.kind != Kind::SecurityScheme {
        return None;
    }
    match (node.text("type")?, node.text("scheme")) {
        ("http", Some("basic")) => Some(Scheme::Basic),
        ("http", Some("bearer")) | ("apiKey" | "oauth2" | "openIdConnect", _) => Some(Scheme::Bearer),
        _ => None,
    }
}

fn environment(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    match scheme(node) {
        Some(Scheme::Basic) => variables(value, at, &["username", "password"]),
        Some(Scheme::Bearer) if value.is_object() => variables(value, at, &["token"]),
        _ => variable(value, at).into_iter().collect(),
    }
}

fn variables(value: &Value, at: &Pointer, names: &[&str]) -> Vec<NodeDiagnostic> {
    let mut diagnostics = texts(value, at, names, &[]);
    if diagnostics.is_empty() {
        diagnostics.extend(names.iter().filter_map(|name| variable(value.get(name)?, &at.key(name))));
    }
    diagnostics
}

fn variable(value: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    let is_variable = |name: &str| {
        !name.starts_with(|first: char| first.is_ascii_digit())
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    (!value.as_str().is_some_and(is_variable)).then(|| {
        let message = format!("the name of an environment variable is wanted here, and this is {}", described(value));
        NodeDiagnostic::value(at.clone(), message, "write a name like `MY_API_URL`")
    })
}

fn envelope(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    if node.kind == Kind::Document {
        return texts(value, at, &["result"], &["error", "requestId"]);
    }
    if value == false {
        return Vec::new();
    }
    let message = format!("`x-envelope` of an operation must be `false`, and is {}", described(value));
    vec![NodeDiagnostic::value(at.clone(), message, "write `false` where the answer is not wrapped, else leave it out")]
}

fn advice(value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    if value.as_str().is_some_and(|text| !text.trim().is_empty()) {
        return Vec::new();
    }
    let message = format!("`x-check` must be text, and is {}", described(value));
    let help = "say what to do when nobody knows whether the call was carried out";
    vec![NodeDiagnostic::value(at.clone(), message, help)]
}

fn retry(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    if value == "never" || value == "always" && node.is_in("post") {
        return Vec::new();
    }
    let help = "write `never` where a repeated call does harm, else leave it out";
    if value == "always" {
        let message = "`always` says nothing of an operation that is not a POST: it is repeated anyway";
        return vec![NodeDiagnostic::value(at.clone(), message, help)];
    }
    let message = format!("`x-retry` must be `never` or `always`, and is {}", described(value));
    vec![NodeDiagnostic::value(at.clone(), message, help)]
}

fn type_names(value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let Some(names) = value.as_object() else {
        let message = format!("`x-type-names` must be an object, and is {}", described(value));
        return vec![NodeDiagnostic::value(at.clone(), message, "write a line for each name: `OldName: NewName`")];
    };
    let wrong = names.iter().filter(|(_, name)| !name.as_str().is_some_and(is_variant_name));
    wrong
        .map(|(old, name)| {
            let message = format!("the name of a type is wanted here, and this is {}", described(name));
            NodeDiagnostic::value(at.key(old), message, "write a name in upper camel case, like `UserRole`")
        })
        .collect()
}

fn variant_names(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let Some(names) = value.as_object() else {
        let message = format!("`x-variant-names` must be an object, and is {}", described(value));
        return vec![NodeDiagnostic::value(at.clone(), message, "write a line for each name: `value: VariantName`")];
    };
    let values: IndexSet<_> = node.list("enum").iter().filter_map(Value::as_str).collect();
    let mut diagnostics = Vec::new();
    for (value, name) in names {
        let at = at.key(value);
        if !values.contains(value.as_str()) {
            let message = format!("{} is not in the `enum`", quoted(value));
            let help = did_you_mean(value, values.iter().copied(), "leave it out, or add it to the `enum`");
            diagnostics.push(NodeDiagnostic::key(at.clone(), message, help));
        }
        if !name.as_str().is_some_and(is_variant_name) {
            let message = format!("the name of a variant is wanted here, and this is {}", described(name));
            diagnostics.push(NodeDiagnostic::value(at, message, "write a name in upper camel case, like `UsEast1`"));
        }
    }
    diagnostics
}

fn is_variant_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && name != "Self"
}

/// An object of just these texts.
fn texts(value: &Value, at: &Pointer, required: &[&str], optional: &[&str]) -> Vec<NodeDiagnostic> {
    let mut diagnostics = keys(value, at, required, optional);
    let known = required.iter().chain(optional).filter_map(|name| Some((name, value.get(name)?)));
    diagnostics.extend(known.filter_map(|(name, value)| {
        let fits = value.as_str().is_some_and(|text| !text.is_empty());
        (!fits).then(|| {
            let message = format!("`{name}` must be text, and is {}", described(value));
            NodeDiagnostic::value(at.key(name), message, "write a name")
        })
    }));
    diagnostics
}

/// An object that has all of the required keys, and none but those and the optional ones.
fn keys(value: &Value, at: &Pointer, required: &[&str], optional: &[&str]) -> Vec<NodeDiagnostic> {
    let Some(object) = value.as_object() else {
        let required = listed(required.iter().copied());
        let message = format!("an object with {required} is wanted here, and this is {}", described(value));
        return vec![NodeDiagnostic::value(at.clone(), message, "write each on a line of its own, indented")];
    };
    let missing = required
        .iter()
        .filter(|name| !object.contains_key(**name))
        .map(|name| NodeDiagnostic::key(at.clone(), format!("`{name}` is missing here"), format!("add `{name}`")));
    let names = || required.iter().chain(optional).copied();
    let unknown = object.keys().filter(|key| !names().any(|name| name == *key)).map(|key| {
        let message = format!("{} has no meaning here", quoted(key));
        NodeDiagnostic::key(at.key(key), message, did_you_mean(key, names(), "leave it out"))
    });
    missing.chain(unknown).collect()
}

fn length_of_time(value: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    value.as_str().and_then(duration::parse).is_none().then(|| {
        let message = format!("a length of time is wanted here, and this is {}", described(value));
        NodeDiagnostic::value(at.clone(), message, "write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`")
    })
}
