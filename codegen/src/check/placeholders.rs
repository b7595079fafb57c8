use super::{
    extensions,
    outline::{Node, Outline},
};
use crate::{diagnostic::NodeDiagnostic, openapi::PLACEHOLDER};

/// Checks that every description is written, in a document for this generator: `drift --skeleton` leaves placeholders.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    if !extensions::are_used(outline) {
        return Vec::new();
    }
    outline.nodes().flat_map(|node| check_node(outline, node)).collect()
}

fn check_node(outline: &Outline<'_>, node: &Node<'_>) -> Vec<NodeDiagnostic> {
    let placeholders = ["summary", "description"]
        .into_iter()
        .filter(|key| node.text(key).is_some_and(|text| text.trim_start().starts_with(PLACEHOLDER)));
    let diagnostics = placeholders.map(|key| {
        let message = format!("this {key} is only a placeholder");
        NodeDiagnostic::value(outline.pointer(node).key(key), message, "describe it in your own words")
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    const PLACEHOLDERS: &str = "\
paths:
  /things:
    get: {summary: To be described, responses: {'200': {description: To be described.}}}
components:
  schemas:
    Thing: {properties: {description: {description: What is to be described.}}, example: {description: To be described}}
";

    #[test]
    fn a_placeholder_is_refused_in_a_document_for_this_generator() {
        insta::assert_snapshot!(run(check, &format!("{PLACEHOLDERS}x-rate-limit: {{}}\n")), @r"
        5:20 this summary is only a placeholder
        5:70 this description is only a placeholder
        ");
        assert_eq!(run(check, PLACEHOLDERS), "");
    }
}
