use serde_json::Value;

use super::{
    client::DOCUMENTATION,
    names::{Matches, position},
    operations::Pair,
    row::{Change, Subject},
    rows::{At, Finding, Rows},
};
use crate::{
    api::{Operation, Parameter},
    json::elements,
    openapi::{parameter::Location, reference},
    source::{Document, Pointer},
};

const REQUIRED: &str = "a required parameter is an argument of the method, an optional one a setter of its call";

/// The parameters of an operation.
pub(super) fn compare(rows: &mut Rows, operation: Pair<'_>) {
    let (old, new) = (&operation.old.parameters, &operation.new.parameters);
    let types = |old: &Parameter, new: &Parameter| operation.models.kinds(&old.schema, &new.schema);
    let mut parameters = Matches::of(old, new, |old, new| (old.location, &old.name) == (new.location, &new.name));
    // What stands in the same place of the path is the same, and so is what has the same description.
    parameters.pair(|before, after| {
        let (from, to) = types(before, after);
        let is_described_alike = before.description.is_some() && before.description == after.description;
        let is_in_path = before.location == Location::Path && position(old, before) == position(new, after);
        (before.location, from) == (after.location, to) && (is_described_alike || is_in_path)
    });
    parameters.pair(|before, after| before.name == after.name);

    for parameter in &parameters.removed {
        let at = At::Old(at(rows.old, operation.old, parameter));
        add(rows, operation, parameter, Change::Removed, REQUIRED, at);
    }
    for parameter in &parameters.added {
        let at = At::New(at(rows.new, operation.new, parameter));
        add(rows, operation, parameter, Change::Added, REQUIRED, at);
    }
    if parameters.is_reordered(old, new) {
        let cause = "the arguments of the method stand in the order of the document";
        operation.changed(rows, Change::of("order of parameters"), cause, operation.claims());
    }
    for (before, after) in parameters.both {
        compare_one(rows, operation, before, after, types(before, after));
    }
}

fn compare_one(
    rows: &mut Rows,
    operation: Pair<'_>,
    before: &Parameter,
    after: &Parameter,
    (from, to): (String, String),
) {
    let at = At::New(at(rows.new, operation.new, after));
    if before.location != after.location {
        let in_words = |parameter: &Parameter| parameter.location.name().to_owned();
        let change = Change::between("place", in_words(before), in_words(after));
        add(rows, operation, after, change, "nothing in Rust says how a parameter is sent", at.clone());
    }
    if before.name != after.name {
        let change = Change::Renamed { to: after.name.clone() };
        let cause = if after.required {
            "nothing in Rust goes by the name of an argument"
        } else {
            "a setter has the name of its parameter"
        };
        add(rows, operation, before, change, cause, at.clone());
    }
    if from != to {
        let change = Change::between("type", from, to);
        add(rows, operation, after, change, "an argument has the type of its parameter", at.clone());
    }
    if before.required != after.required {
        let change = Change::of_requiredness(before.required, after.required);
        add(rows, operation, after, change, REQUIRED, at.clone());
    }
    if before.description != after.description {
        let (subject, name) = (Subject::Parameter, name(operation, after));
        let change = Change::of("documentation");
        rows.add(Finding { subject, name, change, cause: DOCUMENTATION, at, claims: Vec::new() });
    }
}

fn add(rows: &mut Rows, operation: Pair<'_>, parameter: &Parameter, change: Change, cause: &'static str, at: At) {
    let (subject, name, claims) = (Subject::Parameter, name(operation, parameter), operation.claims());
    rows.add(Finding { subject, name, change, cause, at, claims });
}

fn name(operation: Pair<'_>, parameter: &Parameter) -> String {
    format!("{}.{}", operation.new.id, parameter.name)
}

/// Where a parameter is: among those of its operation, of its path, or of the whole document.
fn at(document: &Document, operation: &Operation, parameter: &Parameter) -> Pointer {
    let root = document.root();
    for around in [Some(operation.at()), operation.at().parent()].into_iter().flatten() {
        let list = around.key("parameters");
        for (index, element) in elements(root.pointer(list.as_str())).enumerate() {
            let at = reference::pointer(element).unwrap_or_else(|| list.index(index));
            let is_it = |found: &Value| found["name"] == parameter.name && found["in"] == parameter.location.name();
            if root.pointer(at.as_str()).is_some_and(is_it) {
                return at.key("name");
            }
        }
    }
    operation.at()
}
