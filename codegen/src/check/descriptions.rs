use std::collections::HashSet;

use heck::ToSnakeCase;

use super::{
    extensions,
    outline::{Node, Outline},
};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::grammar::Kind,
};

/// Words that add nothing to a name.
const FILLERS: [&str; 7] = ["a", "an", "its", "of", "that", "the", "this"];

/// Checks that descriptions of properties and parameters say more than the name: "The ID of the service." is no
/// description of the `serviceId` of anything, nor of the `id` of a `Service`.
///
/// Only in a document that was written for this generator: others are not for its users to correct.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    if !extensions::are_used(outline) {
        return Vec::new();
    }
    outline.nodes().filter_map(|node| check_node(outline, node)).collect()
}

fn check_node(outline: &Outline<'_>, node: &Node<'_>) -> Option<NodeDiagnostic> {
    let (kind, name) = match node.kind {
        Kind::Schema if node.is_in("properties") => ("property", node.name?),
        Kind::Parameter => ("parameter", node.text("name")?),
        _ => return None,
    };
    let holder = outline.parent(node).filter(|_| node.kind == Kind::Schema);
    let holder = holder.and_then(|holder| outline.merged_into(holder).name);
    let names = format!("{name}-{}", holder.unwrap_or_default()).to_snake_case();
    let known: HashSet<_> = words(&names).collect();
    let says_more = words(node.text("description")?).any(|word| !known.contains(&word));
    (!says_more).then(|| {
        let message = format!("the description only repeats the name of the {kind} {}", quoted(name));
        let help = "say what it is for, where it comes from, what its values mean, or when it is absent";
        NodeDiagnostic::value(outline.pointer(node).key("description"), message, help)
    })
}

/// Returns the words of a text, without fillers, in lower case and in the singular.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
    let words = words.filter(|word| !word.is_empty() && !FILLERS.contains(&word.as_str()));
    words.map(|word| word.strip_suffix('s').map(ToOwned::to_owned).unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::{run, run_on_schemas};

    /// Returns the diagnostics for descriptions of a property, in an object of this name.
    fn check_property(object: &str, property: &str, description: &str) -> String {
        let schema = format!(
            "{object}: {{properties: {{{property}: {{description: '{description}'}}}}}}\n\
             E: {{x-variant-names: {{}}}}"
        );
        run_on_schemas(check, &schema)
    }

    #[test]
    fn a_description_says_more_than_the_name() {
        for (object, property, description) in [
            ("Thing", "name", "The name."),
            ("Thing", "name", "Its name"),
            ("Thing", "name", "The name of this thing."),
            ("Backup", "serviceId", "The ID of the service."),
            ("Service", "id", "The ID of the service."),
            ("Service", "privateEndpointIds", "The private endpoint IDs of the service."),
            ("Service", "isPrimary", ""),
        ] {
            let diagnostics = check_property(object, property, description);
            assert!(diagnostics.contains("only repeats the name"), "{description}: {diagnostics}");
        }
        for (object, property, description) in [
            ("Thing", "name", "The name that people see."),
            ("Backup", "id", "The ID of the service."),
            ("Thing", "size", "The size, in bytes."),
        ] {
            assert_eq!(check_property(object, property, description), "", "{description}");
        }
    }

    #[test]
    fn the_diagnostic_has_the_place_of_the_description() {
        insta::assert_snapshot!(check_property("Thing", "name", "The name."), @"5:46 the description only repeats the name of the property `name`");
    }

    #[test]
    fn a_parameter_is_described_too() {
        let document = "
            paths: {/a: {get: {x-retry: never, parameters: [{name: thingId, in: query, description: The thing ID.}]}}}
        ";
        insta::assert_snapshot!(run(check, document), @"3:89 the description only repeats the name of the parameter `thingId`");
    }

    #[test]
    fn documents_of_others_may_repeat_names() {
        assert_eq!(run_on_schemas(check, "Thing: {properties: {name: {description: The name.}}}"), "");
    }
}
