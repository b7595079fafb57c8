//! The names by which a config refers to operations and schemas.

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

/// The name of a schema: the component or the operation that it is in, and the properties that lead to it, as in
/// `Service.endpoints.host`.
#[derive(Clone, Copy)]
pub(super) struct SchemaName<'a> {
    pub(super) name: &'a str,
    /// The property whose schema it is.
    pub(super) property: Option<&'a str>,
    pub(super) at: &'a Pointer,
}

/// Returns every operation with its name: its id, or method and path if it has none.
pub(super) fn operations(root: &Value) -> impl Iterator<Item = (String, Operation<'_, &Value>)> {
    operation::operations(root).map(|operation| {
        let Operation { path, method, value, .. } = operation;
        let name = text(value, "operationId").map(ToOwned::to_owned);
        (name.unwrap_or_else(|| format!("{} {path}", method.to_uppercase())), operation)
    })
}

/// Visits every schema of bodies, responses and components, in this order.
pub(super) fn for_each_schema(root: &Value, visit: &mut dyn FnMut(SchemaName<'_>, &Value)) {
    for (name, Operation { at, value, .. }) in operations(root) {
        walk(Kind::Operation, value, SchemaName { name: &name, property: None, at: &at }, visit);
    }
    for kind in [Kind::Schema, Kind::RequestBody, Kind::Response] {
        let section = Pointer::default().key("components").key(kind.section().unwrap_or_default());
        for (name, component) in fields(root.pointer(section.as_str())) {
            walk(kind, component, SchemaName { name, property: None, at: &section.key(name) }, visit);
        }
    }
}

fn walk(kind: Kind, value: &Value, schema: SchemaName<'_>, visit: &mut dyn FnMut(SchemaName<'_>, &Value)) {
    if kind == Kind::Schema {
        visit(schema, value);
    }
    for_each_child(kind, value, &mut |inner, step, child| {
        let at = &step.from(schema.at);
        match (kind, inner, step) {
            (_, Kind::Parameter | Kind::Header | Kind::Callback, _) => {}
            (Kind::Schema, _, Step::Named(_, property)) => {
                let name = &format!("{}.{property}", schema.name);
                walk(inner, child, SchemaName { name, property: Some(property), at }, visit);
            }
            _ => walk(inner, child, SchemaName { at, ..schema }, visit),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_schema_is_named_by_its_component_or_operation_and_the_properties() {
        let root = json!({
            "paths": { "/a": { "get": {
                "responses": { "200": { "content": { "application/json": { "schema": { "properties": { "b": {} } } } } } },
            } } },
            "components": { "schemas": { "Thing": { "items": { "properties": { "size": {} } } } } },
        });
        let mut names = Vec::new();
        for_each_schema(&root, &mut |schema, _| names.push(schema.name.to_owned()));
        assert_eq!(names, ["GET /a", "GET /a.b", "Thing", "Thing", "Thing.size"]);
    }
}
