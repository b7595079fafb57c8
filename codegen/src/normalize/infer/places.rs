use serde_json::Value;

use crate::{
    json::{fields, text},
    openapi::{
        grammar::Kind,
        operation::{self, Operation},
        walk::{Step, for_each_child},
    },
    source::Pointer,
};

/// A schema, and how a person names it: the component or the operation that it is in, and the properties that lead to
/// it, as in `Service.endpoints.host`.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    /// The property that it is the schema of.
    pub(super) property: Option<&'a str>,
    pub(super) at: &'a Pointer,
}

/// Every operation with how a person names it: by its id, or by method and path where it has none.
pub(super) fn operations(root: &Value) -> impl Iterator<Item = (String, Operation<'_, &Value>)> {
    operation::operations(root).map(|operation| {
        let Operation { path, method, value, .. } = operation;
        let name = text(value, "operationId").map(ToOwned::to_owned);
        (name.unwrap_or_else(|| format!("{} {path}", method.to_uppercase())), operation)
    })
}

/// Visits every schema of bodies, answers and components, in this order.
pub(super) fn for_each_schema(root: &Value, visit: &mut dyn FnMut(Place<'_>, &Value)) {
    for (name, Operation { at, value, .. }) in operations(root) {
        walk(Kind::Operation, value, Place { name: &name, property: None, at: &at }, visit);
    }
    for kind in [Kind::Schema, Kind::RequestBody, Kind::Response] {
        let section = Pointer::default().key("components").key(kind.section().unwrap_or_default());
        for (name, component) in fields(root.pointer(section.as_str())) {
            walk(kind, component, Place { name, property: None, at: &section.key(name) }, visit);
        }
    }
}

fn walk(kind: Kind, value: &Value, place: Place<'_>, visit: &mut dyn FnMut(Place<'_>, &Value)) {
    if kind == Kind::Schema {
        visit(place, value);
    }
    for_each_child(kind, value, &mut |inner, step, child| {
        let at = &step.from(place.at);
        match (kind, inner, step) {
            (_, Kind::Parameter | Kind::Header | Kind::Callback, _) => {}
            (Kind::Schema, _, Step::Named(_, property)) => {
                let name = &format!("{}.{property}", place.name);
                walk(inner, child, Place { name, property: Some(property), at }, visit);
            }
            _ => walk(inner, child, Place { at, ..place }, visit),
        }
    });
}
