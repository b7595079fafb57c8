use serde_json::{Map, Value};

use super::site::Site;

/// Replaces the `examples` of a schema by the first of them, as its `example`.
pub(super) fn keep_first(schema: &mut Map<String, Value>, site: &mut Site) {
    let Some(Value::Array(examples)) = schema.get("examples") else { return };
    let example = examples.first().cloned();
    schema.shift_remove("examples");
    if let (Some(example), false) = (example, schema.contains_key("example")) {
        site.moved("/example", "/examples/0");
        schema.insert("example".to_owned(), example);
    }
}
