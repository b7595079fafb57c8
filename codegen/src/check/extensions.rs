mod find;
mod newtype;
mod not_found;
mod pagination;
mod replacements;
mod result;
mod same_path;
mod waiters;
mod wake;

use std::collections::HashSet;

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
            ALL, CHECK, DEPRECATED_VALUES, ENVELOPE, ENVIRONMENT, Envelope, Environment, FIND, NEEDS, NEWTYPE,
            NOT_FOUND, PAGINATION, PERMISSIONS, PassingRefusal, RATE_LIMIT, REPLACED_BY, RETRY, RETRY_REFUSED,
            RateLimit, Reading, Retry, STABILITY, Stability, TYPE_NAMES, VARIANT_NAMES, WAITERS, WAKE,
            is_for_this_generator, is_of_another_tool, read_check, read_deprecated_values, read_permissions,
            read_type_names, read_variant_names,
        },
        grammar::Kind,
        security::Authentication,
    },
    source::Pointer,
};

/// An extension, with the objects that it belongs to.
struct Extension {
    name: &'static str,
    /// These objects, in words.
    place: &'static str,
    belongs_to: fn(&Outline<'_>, &Node<'_>) -> bool,
    check: fn(&Outline<'_>, &Node<'_>, &Value, &Pointer) -> Vec<NodeDiagnostic>,
}

const EXTENSIONS: [Extension; 19] = [
    Extension {
        name: CHECK,
        place: "on an operation that is not a GET: a GET can be retried without harm",
        belongs_to: |_, node| node.kind == Kind::Operation && !node.is_in("get"),
        check: |_, _, value, at| errors(read_check(value, at)),
    },
    Extension {
        name: DEPRECATED_VALUES,
        place: "on a schema of the type `string` with an `enum`",
        belongs_to: |_, node| is_enum_of_strings(node),
        check: |_, node, value, at| errors(read_deprecated_values(node.list("enum"), value, at)),
    },
    Extension {
        name: ENVELOPE,
        place: "at the root of the document, on an operation whose response is not wrapped, or on an error response \
                that has more properties",
        belongs_to: |_, node| matches!(node.kind, Kind::Document | Kind::Operation | Kind::Response),
        check: |_, node, value, at| check_envelope(node, value, at),
    },
    Extension {
        name: ENVIRONMENT,
        place: "on the first server, on a server variable, or on a security scheme that the client supports",
        belongs_to: |outline, node| {
            is_first_server(outline, node) || node.kind == Kind::ServerVariable || authentication(node).is_some()
        },
        check: |_, node, value, at| Environment::check(authentication(node).as_ref(), value, at),
    },
    Extension {
        name: FIND,
        place: "on a POST that creates something: no other call needs to find what it created",
        belongs_to: |_, node| node.kind == Kind::Operation && node.is_in("post"),
        check: find::check,
    },
    Extension {
        name: NEEDS,
        place: "on an operation",
        belongs_to: |_, node| node.kind == Kind::Operation,
        check: wake::check_needs,
    },
    Extension {
        name: NEWTYPE,
        place: "on a schema under `components: schemas:`, whose name the type has",
        belongs_to: newtype::is_component,
        check: |_, node, value, at| newtype::check(node, value, at),
    },
    Extension {
        name: NOT_FOUND,
        place: "on a GET: only what is read can be absent",
        belongs_to: |_, node| node.kind == Kind::Operation && node.is_in("get"),
        check: not_found::check,
    },
    Extension {
        name: PAGINATION,
        place: "at the root of the document, or on a GET that returns a list",
        belongs_to: |_, node| node.kind == Kind::Document || node.kind == Kind::Operation && node.is_in("get"),
        check: |outline, node, value, at| match node.kind {
            Kind::Document => pagination::check_document(outline, value, at),
            _ => pagination::check_operation(outline, node, value, at),
        },
    },
    Extension {
        name: PERMISSIONS,
        place: "on an operation",
        belongs_to: |_, node| node.kind == Kind::Operation,
        check: |_, _, value, at| errors(read_permissions(value, at)),
    },
    Extension {
        name: RATE_LIMIT,
        place: "at the root of the document",
        belongs_to: |_, node| node.kind == Kind::Document,
        check: |_, _, value, at| errors(RateLimit::read(value, at)),
    },
    Extension {
        name: REPLACED_BY,
        place: "on an operation, a parameter or a property with `deprecated: true`",
        belongs_to: |_, node| replacements::may_be_replaced(node),
        check: replacements::check,
    },
    Extension {
        name: RETRY,
        place: "on an operation",
        belongs_to: |_, node| node.kind == Kind::Operation,
        check: |_, node, value, at| errors(Retry::read(value, at, node.is_in("post"))),
    },
    Extension {
        name: RETRY_REFUSED,
        place: "on an operation",
        belongs_to: |_, node| node.kind == Kind::Operation,
        check: |outline, _, value, at| check_retry_refused(outline, value, at),
    },
    Extension {
        name: STABILITY,
        place: "on an operation",
        belongs_to: |_, node| node.kind == Kind::Operation,
        check: |_, _, value, at| errors(Stability::read(value, at)),
    },
    Extension {
        name: TYPE_NAMES,
        place: "at the root of the document",
        belongs_to: |_, node| node.kind == Kind::Document,
        check: |_, _, value, at| errors(read_type_names(value, at)),
    },
    Extension {
        name: VARIANT_NAMES,
        place: "on a schema of the type `string` with an `enum`",
        belongs_to: |_, node| is_enum_of_strings(node),
        check: |_, node, value, at| errors(read_variant_names(node.list("enum"), value, at)),
    },
    Extension {
        name: WAITERS,
        place: "at the root of the document",
        belongs_to: |_, node| node.kind == Kind::Document,
        check: |outline, _, value, at| waiters::check(outline, value, at),
    },
    Extension {
        name: WAKE,
        place: "at the root of the document",
        belongs_to: |_, node| node.kind == Kind::Document,
        check: |outline, _, value, at| wake::check(outline, value, at),
    },
];

/// Checks that the extensions of a document are ones of this generator, where they belong, with valid values.
///
/// In a document that was not written for this generator, extensions of other tools are ignored, and so are those that
/// only have the name of one.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let is_strict = are_used(outline);
    let is_checked = |key: &str| is_known(key) || is_strict && key.starts_with("x-");
    let mut diagnostics = Vec::new();
    for (node, key, value) in entries(outline).filter(|(_, key, _)| is_checked(key)) {
        let at = outline.pointer(node).key(key);
        let mut found = check_one(outline, node, key, value, &at);
        if is_strict || !outline.is_written_by_hand(&at) {
            diagnostics.append(&mut found);
        } else {
            diagnostics.extend(found.first().map(|first| {
                let message = format!("`{key}` is not the extension of this generator: {}", first.message);
                NodeDiagnostic::key(at.clone(), message, &*first.help).fixed_by_removing(at)
            }));
        }
    }
    diagnostics
}

fn check_one(outline: &Outline<'_>, node: &Node<'_>, key: &str, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    match EXTENSIONS.iter().find(|known| known.name == key) {
        Some(known) if (known.belongs_to)(outline, node) => (known.check)(outline, node, value, at),
        Some(known) => {
            let message = format!("`{key}` has no meaning on {}", described_node(node));
            vec![NodeDiagnostic::key(at.clone(), message, format!("it belongs {}", known.place))]
        }
        None => {
            let names = || EXTENSIONS.iter().map(|known| known.name);
            let message = format!("there is no extension {}", quoted(key));
            let otherwise = format!("leave it out; there are {}", listed(names()));
            vec![NodeDiagnostic::key(at.clone(), message, did_you_mean(key, names(), otherwise))]
        }
    }
}

/// Returns whether a document was written for this generator. An extension counts if its value fits.
pub(super) fn are_used(outline: &Outline<'_>) -> bool {
    *outline.is_for_this_generator.get_or_init(|| {
        let (mut own, mut others) = (HashSet::new(), HashSet::new());
        for (node, key, value) in entries(outline) {
            let at = || outline.pointer(node).key(key);
            if others.contains(key) || is_of_another_tool(key) {
                others.insert(key);
            } else if is_known(key)
                && !own.contains(key)
                && outline.is_written_by_hand(&at())
                && check_one(outline, node, key, value, &at()).is_empty()
            {
                own.insert(key);
            }
        }
        is_for_this_generator(own.len(), others.len())
    })
}

fn is_known(key: &str) -> bool {
    ALL.contains(&key)
}

/// Returns all keys of all objects, with their values.
fn entries<'o, 'a>(outline: &'o Outline<'a>) -> impl Iterator<Item = (&'o Node<'a>, &'a String, &'a Value)> {
    let nodes = outline.nodes().filter(|node| node.reference().is_none());
    nodes.flat_map(|node| node.object().iter().map(move |(key, value)| (node, key, value)))
}

/// Describes an object by its kind, and an operation by its method, on which the place of an extension may depend.
fn described_node(node: &Node<'_>) -> String {
    match node.method() {
        Some(method) => format!("this {}", method.to_uppercase()),
        None => node.kind.name().to_owned(),
    }
}

fn is_enum_of_strings(node: &Node<'_>) -> bool {
    node.kind == Kind::Schema && node.text("type") == Some("string") && node.get("enum").is_some()
}

fn is_first_server(outline: &Outline<'_>, node: &Node<'_>) -> bool {
    let first = outline.root().and_then(|root| outline.children(root, "servers").next());
    first.is_some_and(|first| first.number == node.number)
}

fn authentication(node: &Node<'_>) -> Option<Authentication> {
    (node.kind == Kind::SecurityScheme).then(|| Authentication::of(node.object())).flatten()
}

fn check_envelope(node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    if node.kind == Kind::Document {
        return errors(Envelope::read(value, at));
    }
    let error = (value != false).then(|| {
        let message = format!("`x-envelope` of {} must be `false`, but is {}", node.kind.name(), described(value));
        let help = "write `false` if the response is not wrapped, else leave it out";
        NodeDiagnostic::value(at.clone(), message, help)
    });
    error.into_iter().collect()
}

fn check_retry_refused(outline: &Outline<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut diagnostics = errors(PassingRefusal::read_all(value, at));
    diagnostics.extend(check_error_messages(outline, RETRY_REFUSED, at));
    diagnostics
}

/// Checks that the document has an envelope with errors, whose messages an extension compares.
fn check_error_messages(outline: &Outline<'_>, name: &str, at: &Pointer) -> Option<NodeDiagnostic> {
    let without = format!("`{name}` needs the message of an error, but no `x-envelope` says where that is");
    check_error_envelope(outline, without, at)
}

/// Checks that the document has an envelope with errors; `without` is the message if it has none.
fn check_error_envelope(outline: &Outline<'_>, without: String, at: &Pointer) -> Option<NodeDiagnostic> {
    let envelope = Envelope::of(outline.tree()).filter(|envelope| envelope.error.is_some());
    let help = "add `x-envelope` with `error` to the document";
    envelope.is_none().then(|| NodeDiagnostic::key(at.clone(), without, help))
}

/// Makes the error of an extension that names an operation which does not exist.
fn unknown_operation(outline: &Outline<'_>, id: &str, otherwise: &str, at: &Pointer) -> NodeDiagnostic {
    let help = did_you_mean(id, outline.operation_ids(), otherwise);
    NodeDiagnostic::value(at.clone(), format!("there is no operation {}", quoted(id)), help)
}

fn errors<T>(reading: Reading<T>) -> Vec<NodeDiagnostic> {
    reading.err().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn an_extension_belongs_to_a_kind_of_object() {
        let document = "
            x-retry: never
            paths: {/a: {get: {x-check: look, x-rate-limit: {}}}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        3:1 `x-retry` has no meaning on the document
        4:20 `x-check` has no meaning on this GET
        4:35 `x-rate-limit` has no meaning on this GET
        ");
    }

    #[test]
    fn unknown_extensions_are_errors_beside_known_ones() {
        let document = "
            x-retry: never
            x-retri: never
        ";
        insta::assert_snapshot!(run(check, document), @r"
        3:1 `x-retry` has no meaning on the document
        4:1 there is no extension `x-retri`
        ");
    }

    #[test]
    fn extensions_of_other_tools_are_ignored() {
        insta::assert_snapshot!(run(check, "x-other: 1"), @"");
    }

    #[test]
    fn an_operation_can_only_opt_out_of_the_envelope() {
        let document = "paths: {/a: {get: {x-envelope: {result: data}}, put: {x-envelope: false}}}";
        insta::assert_snapshot!(
            run(check, document),
            @"3:32 `x-envelope` of an operation must be `false`, but is an object"
        );
    }
}
