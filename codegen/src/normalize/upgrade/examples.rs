use serde_json::{Map, Value};

use super::site::Site;

/// Makes the first of a schema's `examples` its `example`: the crate shows one.
pub(super) fn first(schema: &mut Map<String, Value>, site: &mut Site) {
    let Some(Value::Array(examples)) = schema.get("examples") else { return };
    let example = examples.first().cloned();
    schema.shift_remove("examples");
    if let (Some(example), false) = (example, schema.contains_key("example")) {
        site.moved("/example", "/examples/0");
        schema.insert("example".to_owned(), example);
    }
}
