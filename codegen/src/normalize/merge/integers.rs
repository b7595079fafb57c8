use serde_json::Value;

use super::schemas;
use crate::openapi::integers::IntegerType;

/// Writes the type of each integer as its `format`, unless it is the one of the `format` or without it. Removes the
/// bounds that no value of the type can exceed.
pub(super) fn set_formats(root: &mut Value) {
    schemas::for_each(root, &mut |schema| {
        let Some(schema) = schema.as_object_mut() else { return };
        let Some(ty) = IntegerType::of(schema) else { return };
        for keyword in ty.idle_bounds(schema) {
            schema.shift_remove(keyword);
        }
        if ty.is_wider_than_stated(schema) {
            schema.insert("format".to_owned(), Value::from(ty.format));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run_on_schemas;

    #[test]
    fn a_format_is_set_where_values_need_it() {
        let schemas = "
            A: {type: integer, format: int32, maximum: 5}
            B: {type: integer, maximum: 18446744073709551615, minimum: 0}
            C: {type: integer, maximum: 18446744073709552000}
        ";
        insta::assert_snapshot!(run_on_schemas(set_formats, schemas), @"
        A: {type:integer,format:int32,maximum:5}
        B: {type:integer,maximum:18446744073709551615,minimum:0,format:uint64}
        C: {type:integer,format:uint64}
        ");
    }
}
