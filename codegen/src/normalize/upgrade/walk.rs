use serde_json::Value;

use super::site::Site;
use crate::openapi::grammar::{Form, Kind};

/// What 3.1 has beyond the grammar of 3.0, and what can be referred to.
const MORE: [(Kind, &str, Form); 6] = [
    (Kind::Components, "pathItems", Form::Map(Kind::PathItem)),
    (Kind::Schema, "$defs", Form::Map(Kind::Schema)),
    (Kind::Schema, "definitions", Form::Map(Kind::Schema)),
    (Kind::Schema, "prefixItems", Form::List(Kind::Schema)),
    (Kind::Schema, "patternProperties", Form::Map(Kind::Schema)),
    (Kind::Schema, "dependentSchemas", Form::Map(Kind::Schema)),
];

/// Visits everything in a document that OpenAPI gives a meaning, outer nodes before those in them. The depth of a
/// document is bounded when it is read.
pub(crate) fn walk(root: &mut Value, site: &mut Site, visit: &mut impl FnMut(Kind, &mut Value, &mut Site)) {
    enter(Kind::Document, root, site, visit);
}

fn enter(kind: Kind, value: &mut Value, site: &mut Site, visit: &mut impl FnMut(Kind, &mut Value, &mut Site)) {
    visit(kind, value, site);
    let Some(object) = value.as_object_mut() else { return };
    for (key, value) in object.iter_mut() {
        match (form(kind, key), value) {
            (Some(Form::One(kind)), value) => site.enter(key, |site| enter(kind, value, site, visit)),
            (Some(Form::SchemaOrFlag), value @ Value::Object(_)) => {
                site.enter(key, |site| enter(Kind::Schema, value, site, visit));
            }
            (Some(Form::List(kind)), Value::Array(elements)) => site.enter(key, |site| {
                for (index, element) in elements.iter_mut().enumerate() {
                    site.enter(&index.to_string(), |site| enter(kind, element, site, visit));
                }
            }),
            (Some(Form::Map(kind)), Value::Object(entries)) => site.enter(key, |site| {
                for (name, entry) in entries {
                    site.enter(name, |site| enter(kind, entry, site, visit));
                }
            }),
            _ => {}
        }
    }
}

fn form(kind: Kind, key: &str) -> Option<Form> {
    let more = || MORE.iter().find(|(holder, name, _)| *holder == kind && *name == key).map(|(_, _, form)| *form);
    let entries = || kind.entries().filter(|_| !key.starts_with("x-")).map(Form::One);
    kind.field(key).map(|field| field.form).or_else(more).or_else(entries)
}
