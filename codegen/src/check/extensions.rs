mod waiters;

use serde_json::Value;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{described, listed, quoted},
    },
    openapi::{
        extensions::{
            CHECK, ENVELOPE, ENVIRONMENT, Envelope, Environment, RATE_LIMIT, RETRY, RateLimit, Reading, Retry,
            TYPE_NAMES, VARIANT_NAMES, WAITERS, read_check, read_type_names, read_variant_names,
        },
        grammar::Kind,
        security::Authentication,
    },
    source::Pointer,
};

/// An extension, and where it may stand.
struct Extension {
    name: &'static str,
    /// Where it may stand, in words.
    place: &'static str,
    belongs: fn(&Outline<'_>, &Node<'_>) -> bool,
    check: fn(&Outline<'_>, &Node<'_>, &Value, &Pointer) -> Vec<NodeDiagnostic>,
}

const KNOWN: [Extension; 8] = [
    Extension {
        name: CHECK,
        place: "on an operation that is not a GET, which can be repeated without harm",
        belongs: |_, node| node.kind == Kind::Operation && !node.is_in("get"),
        check: |_, _, value, at| errors(read_check(value, at)),
    },
    Extension {
        name: ENVELOPE,
        place: "at the root of the document, or on an operation whose answer is not wrapped",
        belongs: |_, node| matches!(node.kind, Kind::Document | Kind::Operation),
        check: |_, node, value, at| envelope(node, value, at),
    },
    Extension {
        name: ENVIRONMENT,
        place: "on the first server, or on a security scheme that a client knows: all but those of the type `http` that are \
                neither `basic` nor `bearer`",
        belongs: |outline, node| is_first_server(outline, node) || authentication(node).is_some(),
        check: |_, node, value, at| environment(node, value, at),
    },
    Extension {
        name: RATE_LIMIT,
        place: "at the root of the document",
        belongs: |_, node| node.kind == Kind::Document,
        check: |_, _, value, at| errors(RateLimit::read(value, at)),
    },
    Extension {
        name: RETRY,
        place: "on an operation",
        belongs: |_, node| node.kind == Kind::Operation,
        check: |_, node, value, at| errors(Retry::read(value, at, node.is_in("post"))),
    },
    Extension {
        name: TYPE_NAMES,
        place: "at the root of the document",
        belongs: |_, node| node.kind == Kind::Document,
        check: |_, _, value, at| errors(read_type_names(value, at)),
    },
    Extension {
        name: VARIANT_NAMES,
        place: "on a schema of the type `string` with an `enum`",
        belongs: |_, node| {
            node.kind == Kind::Schema && node.text("type") == Some("string") && node.get("enum").is_some()
        },
        check: |_, node, value, at| errors(read_variant_names(node.list("enum"), value, at)),
    },
    Extension {
        name: WAITERS,
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

fn environment(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    Environment::check(authentication(node).as_ref(), value, at)
}

fn authentication(node: &Node<'_>) -> Option<Authentication> {
    (node.kind == Kind::SecurityScheme).then(|| Authentication::of(node.object())).flatten()
}

fn envelope(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    if node.kind == Kind::Document {
        return errors(Envelope::read(value, at));
    }
    if value == false {
        return Vec::new();
    }
    let message = format!("`x-envelope` of an operation must be `false`, and is {}", described(value));
    vec![NodeDiagnostic::value(at.clone(), message, "write `false` where the answer is not wrapped, else leave it out")]
}

fn errors<T>(reading: Reading<T>) -> Vec<NodeDiagnostic> {
    reading.err().unwrap_or_default()
}
