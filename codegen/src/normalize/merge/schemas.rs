//! Visits and changes the schemas of a document.

use serde_json::Value;

use super::marks;
use crate::{
    json::fields_mut,
    openapi::{
        grammar::Kind,
        operation::operations_mut,
        reference::{SCHEMAS, reference},
        walk::{for_each_child_mut, for_each_schema_of_mut, schemas_in},
    },
};

/// Changes every schema of the document, inner ones before the ones around them.
pub(super) fn for_each(root: &mut Value, change: &mut impl FnMut(&mut Value)) {
    fields_mut(root, &["components", "schemas"]).for_each(|(_, schema)| for_each_within(schema, change));
    for operation in operations_mut(root) {
        for_each_of_operation(operation.value, |schema| for_each_within(schema, change));
    }
}

/// Changes the outermost schemas of an operation: of its parameters, its body and its responses.
pub(super) fn for_each_of_operation(operation: &mut Value, mut change: impl FnMut(&mut Value)) {
    for_each_of_request(operation, &mut change);
    for_each_of_response(operation, &mut change);
}

/// Changes the outermost schemas of the parameters and the body of an operation.
pub(super) fn for_each_of_request(operation: &mut Value, mut change: impl FnMut(&mut Value)) {
    for_each_of_kind(operation, &[Kind::Parameter, Kind::RequestBody], &mut change);
}

/// Changes the outermost schemas of the responses of an operation.
pub(super) fn for_each_of_response(operation: &mut Value, mut change: impl FnMut(&mut Value)) {
    for_each_of_kind(operation, &[Kind::Responses], &mut change);
    marks::errors_mut(operation).flat_map(|(_, error)| marks::error_schemas_mut(error)).for_each(change);
}

fn for_each_of_kind(operation: &mut Value, kinds: &[Kind], change: &mut dyn FnMut(&mut Value)) {
    for_each_child_mut(Kind::Operation, operation, Kind::form, &mut |kind, _, child| {
        if kinds.contains(&kind) {
            for_each_schema_of_mut(kind, child, change);
        }
    });
}

/// Changes a document and its components, which are not in it meanwhile.
pub(super) fn with_components(root: &mut Value, change: impl FnOnce(&mut Value, &mut Value)) {
    let mut components = root.pointer_mut(SCHEMAS).map(Value::take).unwrap_or_default();
    change(root, &mut components);
    if let Some(slot) = root.pointer_mut(SCHEMAS) {
        *slot = components;
    }
}

/// Changes a schema and every schema inside it, inner ones first.
pub(crate) fn for_each_within(schema: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    for_each_schema_of_mut(Kind::Schema, schema, &mut |child| for_each_within(child, change));
    change(schema);
}

/// Returns a schema without some keywords, nor the schemas inside it.
pub(super) fn without_keywords(schema: &Value, is_removed: impl Fn(&str) -> bool) -> Value {
    let mut schema = schema.clone();
    for_each_within(&mut schema, &mut |schema| {
        schema.as_object_mut().into_iter().for_each(|schema| schema.retain(|keyword, _| !is_removed(keyword)));
    });
    schema
}

/// Returns the names of the components that a schema refers to.
pub(super) fn references(schema: &Value) -> impl Iterator<Item = &str> {
    schemas_in(schema).filter_map(reference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn inner_schemas_are_changed_first() {
        let mut schema = json!({ "title": "A", "properties": { "b": { "title": "B", "items": { "title": "C" } } } });
        let mut titles = Vec::new();
        for_each_within(&mut schema, &mut |schema| titles.extend(schema["title"].as_str().map(ToOwned::to_owned)));
        assert_eq!(titles, ["C", "B", "A"]);
    }

    #[test]
    fn keywords_are_removed_at_every_depth() {
        let schema = json!({ "title": "A", "items": { "title": "B", "type": "string" } });
        assert_eq!(without_keywords(&schema, |keyword| keyword == "title"), json!({ "items": { "type": "string" } }));
    }

    #[test]
    fn references_at_every_depth_are_found() {
        let schema = json!({ "properties": { "a": { "items": { "$ref": "#/components/schemas/B" } } } });
        assert_eq!(references(&schema).collect::<Vec<_>>(), ["B"]);
    }
}
