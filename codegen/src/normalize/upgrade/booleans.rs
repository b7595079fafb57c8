use serde_json::{Map, Value};

use super::site::Site;

/// Makes a schema that is `true` one that says nothing, and one that is `false`, too: nothing fits it, which no type
/// can say.
pub(super) fn open(schema: &mut Value, site: &mut Site) {
    let Value::Bool(fits) = *schema else { return };
    if !fits {
        let help = "describe what there can be, or leave it out";
        site.note_itself("nothing fits the schema `false`, and the crate takes anything here", help);
    }
    *schema = Value::Object(Map::new());
}
