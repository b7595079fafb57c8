use serde_json::Value;

use super::site::Site;
use crate::openapi::{
    grammar::{Form, Kind},
    walk::for_each_child_mut,
};

/// What 3.1 has beyond the grammar of 3.0, and what can be referred to.
const MORE: [(Kind, &str, Form); 6] = [
    (Kind::Components, "pathItems", Form::Map(Kind::PathItem)),
    (Kind::Schema, "$defs", Form::Map(Kind::Schema)),
    (Kind::Schema, "definitions", Form::Map(Kind::Schema)),
    (Kind::Schema, "prefixItems", Form::List(Kind::Schema)),
    (Kind::Schema, "patternProperties", Form::Map(Kind::Schema)),
    (Kind::Schema, "dependentSchemas", Form::Map(Kind::Schema)),
];

/// Visits everything in a document that OpenAPI gives a meaning, outer nodes before those in them.
pub(super) fn walk(root: &mut Value, site: &mut Site, visit: &mut impl FnMut(Kind, &mut Value, &mut Site)) {
    enter(Kind::Document, root, site, visit);
}

fn enter(kind: Kind, value: &mut Value, site: &mut Site, visit: &mut impl FnMut(Kind, &mut Value, &mut Site)) {
    visit(kind, value, site);
    for_each_child_mut(kind, value, form, &mut |kind, step, child| {
        site.enter(step, |site| enter(kind, child, site, visit));
    });
}

fn form(kind: Kind, key: &str) -> Option<Form> {
    let more = || MORE.iter().find(|(holder, name, _)| *holder == kind && *name == key).map(|(_, _, form)| *form);
    kind.form(key).or_else(more)
}
