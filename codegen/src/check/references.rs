use super::{
    outline::{Node, Outline},
    resolution::{MAX_PARTS, Resolution},
};
use crate::diagnostic::{NodeDiagnostic, suggestion::nearest, wording::quoted};

/// For so many broken references it is looked what they may mean, among all names that there are.
const MAX_SUGGESTIONS: usize = 100;

/// Every `$ref` leads to an object of the right kind under `components`, and not back to itself.
pub(super) fn references(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for node in outline.nodes() {
        if let Some(reference) = node.reference() {
            diagnostics.extend(broken(outline, node, reference, diagnostics.len() < MAX_SUGGESTIONS));
            diagnostics.extend(siblings(outline, node));
        }
    }
    diagnostics
}

fn broken(outline: &Outline<'_>, node: &Node<'_>, reference: &str, suggest: bool) -> Option<NodeDiagnostic> {
    let kind = node.kind.name();
    let (message, help) = match outline.resolution(node)? {
        Resolution::Target(_) => return None,
        Resolution::OtherDocument => (
            format!("{} is in another document, and only this one is read", quoted(reference)),
            format!("copy it into this document, and refer to it with `{}`", form(node)),
        ),
        Resolution::Nothing => (
            format!("there is no {}", quoted(reference)),
            match suggest.then(|| nearest_target(outline, node, reference)).flatten() {
                Some(name) => format!("did you mean `{}{name}`?", prefix(node)),
                None => format!("write {kind} of this name, or refer to one that is there with `{}`", form(node)),
            },
        ),
        Resolution::WrongKind(found) => {
            let found = found.map_or("something else", |kind| kind.name());
            (
                format!("{} is {found}, and {kind} is wanted here", quoted(reference)),
                format!("refer to {kind}, with `{}`", form(node)),
            )
        }
        Resolution::Unnamed => (
            format!("{} has no name of its own", quoted(reference)),
            match node.kind.section() {
                Some(_) => format!("move it to `{}`, and refer to it from both places", form(node)),
                None => format!("write {kind} out: OpenAPI 3.0 has no place for shared ones"),
            },
        ),
        Resolution::Circle(circle) => {
            let way: Vec<_> = circle.iter().filter_map(|number| outline.numbered(*number)?.name).collect();
            let way = way.iter().chain(way.first()).map(|name| quoted(name)).collect::<Vec<_>>().join(" -> ");
            (
                format!("{} refers back to itself, and to nothing else: {way}", quoted(reference)),
                format!("write out one of them, as {kind} that does not refer to the others"),
            )
        }
        Resolution::TooMuch => (
            format!("{} is made of more than {MAX_PARTS} schemas", quoted(reference)),
            "put fewer into its `allOf`, `oneOf` and `anyOf`".to_owned(),
        ),
    };
    Some(NodeDiagnostic::value(outline.pointer(node).key("$ref"), message, help))
}

/// What stands beside a `$ref` and would change its meaning. OpenAPI 3.0 has it ignored, which nobody wants.
fn siblings(outline: &Outline<'_>, node: &Node<'_>) -> Vec<NodeDiagnostic> {
    let lost =
        node.keys().map(|(key, _)| key).filter(|key| !matches!(key.as_str(), "$ref" | "summary" | "description"));
    lost.map(|key| {
        NodeDiagnostic::key(
            outline.pointer(node).key(key),
            format!("{} has no effect beside a `$ref`", quoted(key)),
            if node.kind.section() == Some("schemas") {
                "put the `$ref` into `allOf: [{$ref: ...}]`, and this beside the `allOf`"
            } else {
                "leave it out, or write the object out instead of referring to it"
            },
        )
        .fixed_by_removing(outline.pointer(node).key(key))
    })
    .collect()
}

fn prefix(node: &Node<'_>) -> String {
    node.kind.section().map_or_else(String::new, |section| format!("#/components/{section}/"))
}

fn form(node: &Node<'_>) -> String {
    format!("{}Name", prefix(node))
}

fn nearest_target<'a>(outline: &Outline<'a>, node: &Node<'_>, reference: &str) -> Option<&'a str> {
    let section = node.kind.section()?;
    let components = outline.child(outline.document()?, "components")?;
    let written = reference.rsplit('/').next().unwrap_or(reference);
    nearest(written, outline.children(components, section).filter_map(|target| target.name))
}
