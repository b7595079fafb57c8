//! Changes of the parameters of an operation.

use serde_json::Value;

use super::{
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer, RustItems},
    client::DOCUMENTATION,
    deprecations,
    matches::{Matches, position},
    operations::OperationPair,
};
use crate::{
    api::{Operation, Parameter},
    json::elements,
    openapi::{parameter::Location, reference},
    source::{Document, Pointer},
};

const REQUIRED: &str = "a required parameter is an argument of the method, an optional one a setter of its call";

/// Compares the parameters of an operation.
pub(super) fn compare(changes: &mut Changes, operation: OperationPair<'_>) {
    let (old, new) = (&operation.old.parameters, &operation.new.parameters);
    let types = |old: &Parameter, new: &Parameter| operation.apis.types_in_words(&old.schema, &new.schema);
    let mut parameters = Matches::of(old, new, |old, new| (old.location, &old.name) == (new.location, &new.name));
    // Parameters at the same position of the path are the same, and so are those with the same description.
    parameters.pair(|before, after| {
        let (from, to) = types(before, after);
        let is_described_alike = before.description.is_some() && before.description == after.description;
        let is_in_path = before.location == Location::Path && position(old, before) == position(new, after);
        (before.location, from) == (after.location, to) && (is_described_alike || is_in_path)
    });
    parameters.pair(|before, after| before.name == after.name);

    for parameter in &parameters.removed {
        let at = DocumentPointer::Old(at(changes.old, operation.old, parameter));
        add(changes, operation, parameter, ChangeKind::Removed, REQUIRED, at);
    }
    for parameter in &parameters.added {
        let at = DocumentPointer::New(at(changes.new, operation.new, parameter));
        add(changes, operation, parameter, ChangeKind::Added, REQUIRED, at);
    }
    if parameters.is_reordered(old, new) {
        let cause = "the arguments of the method stand in the order of the document";
        operation.add(changes, ChangeKind::of("order of parameters"), cause, operation.items());
    }
    for (before, after) in parameters.both {
        compare_one(changes, operation, before, after, types(before, after));
    }
}

fn compare_one(
    changes: &mut Changes,
    operation: OperationPair<'_>,
    before: &Parameter,
    after: &Parameter,
    (from, to): (String, String),
) {
    let at = DocumentPointer::New(at(changes.new, operation.new, after));
    if before.location != after.location {
        let in_words = |parameter: &Parameter| parameter.location.name().to_owned();
        let kind = ChangeKind::between("location", in_words(before), in_words(after));
        add(changes, operation, after, kind, "no method shows where a parameter is sent", at.clone());
    }
    if before.name != after.name {
        let kind = ChangeKind::Renamed { to: after.name.clone() };
        let cause =
            if after.required { "callers do not name arguments" } else { "a setter has the name of its parameter" };
        add(changes, operation, before, kind, cause, at.clone());
    }
    if from != to {
        let kind = ChangeKind::between("type", from, to);
        add(changes, operation, after, kind, "an argument has the type of its parameter", at.clone());
    }
    if before.required != after.required {
        let kind = ChangeKind::of_requiredness(before.required, after.required);
        add(changes, operation, after, kind, REQUIRED, at.clone());
    }
    if let Some(kind) = deprecations::between(before.deprecation.as_ref(), after.deprecation.as_ref()) {
        let setter = format!("{}::{}", operation.new.call_name(operation.apis.new), after.rust_name);
        changes.add(DocumentChange {
            subject: Subject::Parameter,
            name: name(operation, after),
            kind,
            cause: "a setter is deprecated with its parameter",
            at: at.clone(),
            items: [setter.clone(), format!("{setter}_")].map(RustItems::Deprecation).into(),
        });
    }
    if before.description != after.description {
        let (subject, name) = (Subject::Parameter, name(operation, after));
        let kind = ChangeKind::of("documentation");
        changes.add(DocumentChange { subject, name, kind, cause: DOCUMENTATION, at, items: Vec::new() });
    }
}

fn add(
    changes: &mut Changes,
    operation: OperationPair<'_>,
    parameter: &Parameter,
    kind: ChangeKind,
    cause: &'static str,
    at: DocumentPointer,
) {
    let (subject, name, items) = (Subject::Parameter, name(operation, parameter), operation.items());
    changes.add(DocumentChange { subject, name, kind, cause, at, items });
}

fn name(operation: OperationPair<'_>, parameter: &Parameter) -> String {
    format!("{}.{}", operation.new.id, parameter.name)
}

/// Returns the location of a parameter: at its operation, at its path, or among the components.
fn at(document: &Document, operation: &Operation, parameter: &Parameter) -> Pointer {
    let root = document.root();
    for around in [Some(operation.at.clone()), operation.at.parent()].into_iter().flatten() {
        let list = around.key("parameters");
        for (index, element) in elements(root.pointer(list.as_str())).enumerate() {
            let at = reference::pointer(element).unwrap_or_else(|| list.index(index));
            let is_parameter =
                |found: &Value| found["name"] == parameter.name && found["in"] == parameter.location.name();
            if root.pointer(at.as_str()).is_some_and(is_parameter) {
                return at.key("name");
            }
        }
    }
    operation.at.clone()
}

#[cfg(test)]
mod tests {
    use crate::compare::diff::tests::changes;

    /// Returns the changes between two lists of parameters of one operation.
    fn changes_of_parameters(old: &str, new: &str) -> String {
        let [old, new] = [old, new].map(|parameters| {
            let responses = "responses: {'204': {description: Done.}}";
            format!("paths: {{/thing: {{get: {{operationId: getThing, parameters: [{parameters}], {responses}}}}}}}")
        });
        changes(&old, &new)
    }

    #[test]
    fn a_parameter_with_the_same_description_is_renamed() {
        insta::assert_snapshot!(
            changes_of_parameters(
                "{name: max, in: query, description: The bound., schema: {type: integer}}",
                "{name: limit, in: query, description: The bound., schema: {type: integer}}"
            ),
            @r"
        breaking parameter getThing.max: renamed to limit
          GetThing::max(self, max: i64) -> Self => -
          - => GetThing::limit(self, limit: i64) -> Self
        "
        );
    }

    #[test]
    fn a_setter_has_the_type_of_its_parameter() {
        insta::assert_snapshot!(
            changes_of_parameters(
                "{name: max, in: query, schema: {type: integer}}",
                "{name: max, in: query, schema: {type: boolean}}"
            ),
            @r"
        breaking parameter getThing.max: type changed from integer to boolean
          GetThing::max(self, max: i64) -> Self => GetThing::max(self, max: bool) -> Self
        "
        );
    }
}
