use std::collections::HashMap;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::grammar::Kind,
    source::Pointer,
};

/// Something fits each schema: nothing does where a schema requires itself, by way of others or not, because it would
/// never come to an end.
pub(super) fn finite(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    // Whether all that a schema requires is known; if not, it is one of the open ones.
    let mut known = HashMap::new();
    for schema in outline.all(Kind::Schema) {
        let mut open: Vec<Open<'_, '_>> = Vec::new();
        let mut next = Some(schema);
        loop {
            if let Some(schema) = next.take().filter(|schema| !known.contains_key(&schema.number)) {
                known.insert(schema.number, false);
                open.push(Open { schema, required: required(outline, schema) });
            }
            let Some(top) = open.last_mut() else { break };
            match top.required.pop() {
                None => {
                    known.insert(top.schema.number, true);
                    open.pop();
                }
                Some(Required { schema, at }) if known.get(&schema.number) == Some(&false) => {
                    diagnostics.push(endless(&open, schema, at));
                }
                Some(Required { schema, .. }) => next = Some(schema),
            }
        }
    }
    diagnostics
}

/// A schema whose requirements are being followed, each required by the one before.
struct Open<'o, 'a> {
    schema: &'o Node<'a>,
    required: Vec<Required<'o, 'a>>,
}

/// A schema that something has to be there for, and where it is said so.
struct Required<'o, 'a> {
    schema: &'o Node<'a>,
    at: Pointer,
}

fn required<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Vec<Required<'o, 'a>> {
    let parts = outline.parts(schema).into_iter().filter_map(|part| only(outline, part)).collect::<Vec<_>>();
    let properties = parts.iter().flat_map(|part| outline.children(part, "properties"));
    let properties: HashMap<_, _> = properties.filter_map(|property| Some((property.name?, property))).collect();
    let mut required = Vec::new();
    for part in parts {
        for (index, name) in part.list("required").iter().enumerate() {
            let property = name.as_str().and_then(|name| properties.get(name));
            let schema = property.and_then(|property| only(outline, property));
            let at = || outline.pointer(part).key("required").index(index);
            required.extend(schema.map(|schema| Required { schema, at: at() }));
        }
    }
    required
}

/// What a schema comes down to, if it cannot be null, nor something else instead.
fn only<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Option<&'o Node<'a>> {
    let mut schema = schema;
    loop {
        schema = outline.target(schema).filter(|schema| !schema.flag("nullable"))?;
        let alternatives = ["oneOf", "anyOf"].into_iter().flat_map(|field| outline.children(schema, field));
        let mut alternatives: Vec<_> = alternatives.map(|alternative| outline.target(alternative)).collect();
        alternatives.dedup_by_key(|alternative| alternative.map(|alternative| alternative.number));
        match alternatives[..] {
            [] => return Some(schema),
            [only] => schema = only?,
            _ => return None,
        }
    }
}

fn endless(open: &[Open<'_, '_>], schema: &Node<'_>, at: Pointer) -> NodeDiagnostic {
    let circle = open.iter().map(|open| open.schema).skip_while(|open| open.number != schema.number).chain([schema]);
    let way: Vec<_> = circle.filter_map(|schema| schema.name).map(quoted).collect();
    let message = format!("nothing fits a schema that requires itself: {}", way.join(" -> "));
    let help = "leave this out of `required`, or let it be null or something else";
    NodeDiagnostic::value(at.clone(), message, help).fixed_by_removing(at)
}
