//! Goes through the objects of a document, as the grammar has them in each other. The depth of a document is bounded
//! when it is read.

use std::iter;

use serde_json::Value;

use super::grammar::{Form, Kind};
use crate::{
    diagnostic::Origin,
    json::{fields, fields_mut},
    source::Pointer,
};

/// What may stand under a key of an object of a kind.
pub(crate) type Grammar = fn(Kind, &str) -> Option<Form>;

/// The way from an object to one that is directly in it.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    Field(&'a str),
    /// The field, and the key under it.
    Named(&'a str, &'a str),
    /// The field, and the index in its list.
    Element(&'a str, usize),
}

impl<'a> Step<'a> {
    pub(crate) fn field(self) -> &'a str {
        match self {
            Self::Field(field) | Self::Named(field, _) | Self::Element(field, _) => field,
        }
    }

    /// Where the inner object is if its list or map is at this place.
    pub(crate) fn within(self, group: &Origin) -> Origin {
        match self {
            Self::Field(_) => group.clone(),
            Self::Named(_, name) => group.key(name),
            Self::Element(_, index) => Origin { file: group.file, at: group.at.index(index) },
        }
    }

    /// The pointer to the inner object.
    pub(crate) fn from(self, outer: &Pointer) -> Pointer {
        let field = outer.key(self.field());
        match self {
            Self::Field(_) => field,
            Self::Named(_, name) => field.key(name),
            Self::Element(_, index) => field.index(index),
        }
    }
}

/// Visits what stands directly in an object of a kind, and is of a kind itself by the grammar.
pub(crate) fn for_each_child<'a>(kind: Kind, value: &'a Value, visit: &mut dyn FnMut(Kind, Step<'a>, &'a Value)) {
    for_each_child_by(kind, value, Kind::form, visit);
}

/// Visits what stands directly in an object of a kind by some grammar.
pub(crate) fn for_each_child_by<'a>(
    kind: Kind,
    value: &'a Value,
    grammar: Grammar,
    visit: &mut dyn FnMut(Kind, Step<'a>, &'a Value),
) {
    for (key, value) in fields(Some(value)).filter(|(_, value)| may_be_visited(value)) {
        match (grammar(kind, key), value) {
            (Some(Form::One(kind)), _) => visit(kind, Step::Field(key), value),
            (Some(Form::SchemaOrFlag), Value::Object(_)) => visit(Kind::Schema, Step::Field(key), value),
            (Some(Form::List(kind)), Value::Array(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    visit(kind, Step::Element(key, index), element);
                }
            }
            (Some(Form::Map(kind)), Value::Object(entries)) => {
                for (name, entry) in entries {
                    visit(kind, Step::Named(key, name), entry);
                }
            }
            _ => {}
        }
    }
}

/// Visits what stands directly in an object of a kind by some grammar, to change it.
pub(crate) fn for_each_child_mut(
    kind: Kind,
    value: &mut Value,
    grammar: Grammar,
    visit: &mut dyn FnMut(Kind, Step<'_>, &mut Value),
) {
    for (key, value) in fields_mut(value, &[]).filter(|(_, value)| may_be_visited(value)) {
        match (grammar(kind, key), value) {
            (Some(Form::One(kind)), value) => visit(kind, Step::Field(key), value),
            (Some(Form::SchemaOrFlag), value @ Value::Object(_)) => visit(Kind::Schema, Step::Field(key), value),
            (Some(Form::List(kind)), Value::Array(elements)) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    visit(kind, Step::Element(key, index), element);
                }
            }
            (Some(Form::Map(kind)), Value::Object(entries)) => {
                for (name, entry) in entries {
                    visit(kind, Step::Named(key, name), entry);
                }
            }
            _ => {}
        }
    }
}

/// Whether something is no word, as most are: their keys need not be looked up. A flag may be a schema.
fn may_be_visited(value: &Value) -> bool {
    value.is_object() || value.is_array() || value.is_boolean()
}

/// A schema and all that are in it, outer ones first.
pub(crate) fn schemas_in(schema: &Value) -> impl Iterator<Item = &Value> {
    let mut open = vec![schema];
    iter::from_fn(move || {
        let schema = open.pop()?;
        for_each_child(Kind::Schema, schema, &mut |kind, _, child| {
            open.extend((kind == Kind::Schema).then_some(child));
        });
        Some(schema)
    })
}

/// Visits the outermost schemas of what a call sends and returns: not those of headers and of callbacks, of which no
/// types are made.
pub(crate) fn for_each_schema_of<'a>(
    kind: Kind,
    value: &'a Value,
    at: &Pointer,
    visit: &mut dyn FnMut(&'a Value, Pointer),
) {
    for_each_child(kind, value, &mut |kind, step, child| match kind {
        Kind::Schema => visit(child, step.from(at)),
        Kind::Header | Kind::Callback => {}
        kind => for_each_schema_of(kind, child, &step.from(at), visit),
    });
}

/// Visits the schemas that [`for_each_schema_of`] does, to change them.
pub(crate) fn for_each_schema_of_mut(kind: Kind, value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    for_each_child_mut(kind, value, Kind::form, &mut |kind, _, child| match kind {
        Kind::Schema => change(child),
        Kind::Header | Kind::Callback => {}
        kind => for_each_schema_of_mut(kind, child, change),
    });
}
