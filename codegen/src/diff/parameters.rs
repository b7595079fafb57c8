use super::{
    client::DOCUMENTATION,
    names::Matches,
    operations::Pair,
    row::{Change, Subject},
    rows::{At, Claim, Finding, Rows},
};
use crate::model::{Location, Parameter};

const REQUIRED: &str = "a required parameter is an argument of the method, an optional one a setter of its call";

/// The parameters of an operation.
pub(super) fn compare(rows: &mut Rows, operation: Pair<'_>) {
    let (old, new) = (&operation.old.parameters, &operation.new.parameters);
    let types = |old: &Parameter, new: &Parameter| operation.models.kinds(&old.schema, &new.schema);
    let mut parameters = Matches::of(old, new, |old, new| (old.location, &old.name) == (new.location, &new.name));
    // What stands in the same place of the path is the same, and so is what has the same description.
    let place = |list: &[Parameter], one: &Parameter| list.iter().position(|other| std::ptr::eq(other, one));
    parameters.pair(|before, after| {
        let (from, to) = types(before, after);
        let is_described_alike = before.description.is_some() && before.description == after.description;
        let is_in_path = before.location == Location::Path && place(old, before) == place(new, after);
        (before.location, from) == (after.location, to) && (is_described_alike || is_in_path)
    });
    parameters.pair(|before, after| before.name == after.name);

    let mut add = |parameter: &Parameter, change, cause, at: At, claims| {
        let name = format!("{}.{}", operation.new.id, parameter.name);
        rows.add(Finding { subject: Subject::Parameter, name, change, cause, at, claims });
    };
    let at = |_: &Parameter| At::New(operation.new.at().key("parameters"));
    for parameter in &parameters.removed {
        let at = At::Old(operation.old.at().key("parameters"));
        add(parameter, Change::Removed, REQUIRED, at, operation.claims());
    }
    for parameter in &parameters.added {
        add(parameter, Change::Added, REQUIRED, at(parameter), operation.claims());
    }
    if parameters.is_reordered(old, new) {
        let cause = "the arguments of the method stand in the order of the document";
        operation.changed(rows, Change::of("order of parameters"), cause, operation.claims());
    }
    let mut add = |parameter: &Parameter, change, cause, at: At, claims| {
        let name = format!("{}.{}", operation.new.id, parameter.name);
        rows.add(Finding { subject: Subject::Parameter, name, change, cause, at, claims });
    };
    for (before, after) in parameters.both {
        if before.location != after.location {
            let in_words = |parameter: &Parameter| Some(parameter.location.in_words().to_owned());
            let change = Change::between("place", in_words(before), in_words(after));
            add(after, change, "nothing in Rust says how a parameter is sent", at(after), operation.claims());
        }
        if before.name != after.name {
            let change = Change::Renamed { to: after.name.clone() };
            add(before, change, "nothing in Rust goes by the name of an argument", at(after), operation.claims());
        }
        let (from, to) = types(before, after);
        if from != to {
            let change = Change::between("type", Some(from), Some(to));
            add(after, change, "an argument has the type of its parameter", at(after), operation.claims());
        }
        if before.required != after.required {
            let in_words = |is_required| Some(if is_required { "required" } else { "optional" }.to_owned());
            let change = Change::between("requiredness", in_words(before.required), in_words(after.required));
            add(after, change, REQUIRED, at(after), operation.claims());
        }
        if before.description != after.description {
            add(after, Change::of("documentation"), DOCUMENTATION, at(after), Vec::<Claim>::new());
        }
    }
}

impl Location {
    fn in_words(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}
