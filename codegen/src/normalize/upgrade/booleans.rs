use serde_json::{Map, Value};

use super::site::Site;

/// Replaces the schemas `true` and `false` by one of any value: no type has no values.
pub(super) fn replace(schema: &mut Value, site: &mut Site) {
    let Value::Bool(fits) = *schema else { return };
    if !fits {
        let help = "describe the possible values, or leave it out";
        site.warn_of_node("no value fits the schema `false`, so the crate takes any value", help);
    }
    *schema = Value::Object(Map::new());
}
