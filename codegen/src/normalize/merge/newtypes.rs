use std::collections::HashMap;

use serde_json::{Map, Value};

use super::schemas;
use crate::{
    json::fields_mut,
    openapi::{
        reference::reference,
        schema::{BOUNDS, is_newtype, is_union},
    },
};

/// Moves the bounds of newtypes and unions to the references to them, because constraints are those of fields. A bound
/// beside a reference wins.
pub(super) fn move_bounds(root: &mut Value) {
    let schemas = fields_mut(root, &["components", "schemas"]);
    let bounded = schemas.filter(|(_, schema)| is_newtype(schema) || is_union(schema));
    let bounds = bounded.filter_map(|(name, schema)| Some((name.clone(), take_bounds(schema.as_object_mut()?))));
    let bounds: HashMap<_, _> = bounds.collect();
    schemas::for_each(root, &mut |schema| {
        let Some(bounds) = reference(schema).and_then(|name| bounds.get(name)) else { return };
        let Some(schema) = schema.as_object_mut() else { return };
        for (keyword, bound) in bounds {
            schema.entry(keyword).or_insert_with(|| bound.clone());
        }
    });
}

pub(super) fn take_bounds(schema: &mut Map<String, Value>) -> Map<String, Value> {
    BOUNDS.into_iter().filter_map(|keyword| schema.shift_remove_entry(keyword)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run_on_schemas;

    #[test]
    fn references_have_the_bounds_of_newtypes() {
        let schemas = "
            Port: {type: integer, minimum: 1, maximum: 65535, x-newtype: true}
            Thing: {properties: {port: {$ref: '#/components/schemas/Port', minimum: 1024}}}
        ";
        insta::assert_snapshot!(run_on_schemas(move_bounds, schemas), @"
        Port: {type:integer,x-newtype:true}
        Thing: {properties:{port:{$ref:#/components/schemas/Port,minimum:1024,maximum:65535}}}
        ");
    }
}
