use std::collections::HashSet;

use serde_json::{Value, json};

use super::schemas;
use crate::{
    json::{fields_mut, flag},
    openapi::reference::reference,
};

/// Makes the references to a nullable component nullable, and not the component: a Rust type is never null, only a
/// field or an element.
pub(super) fn move_to_references(root: &mut Value) {
    let mut nullable = HashSet::new();
    for (name, schema) in fields_mut(root, &["components", "schemas"]) {
        let flag = schema.as_object_mut().and_then(|schema| schema.shift_remove("nullable"));
        if flag == Some(Value::Bool(true)) {
            nullable.insert(name.clone());
        }
    }
    if nullable.is_empty() {
        return;
    }
    schemas::for_each(root, &mut |schema| {
        if reference(schema).is_some_and(|name| nullable.contains(name)) {
            schema["nullable"] = Value::Bool(true);
        }
    });
}

/// Wraps the nullable references of lists and maps into `allOf`: progenitor ignores the keywords beside a `$ref`. The
/// [model](crate::api) reads of fields whether they are nullable.
pub(crate) fn wrap_references(root: &mut Value) {
    schemas::for_each(root, &mut |schema| {
        for keyword in ["items", "additionalProperties"] {
            schema.get_mut(keyword).into_iter().for_each(wrap_reference);
        }
    });
}

/// Wraps a schema into `allOf` if it is a nullable reference.
pub(crate) fn wrap_reference(schema: &mut Value) {
    if let Some(target) = schema.get("$ref").filter(|_| flag(schema, "nullable")) {
        *schema = json!({ "nullable": true, "allOf": [{ "$ref": target }] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run_on_schemas;

    #[test]
    fn references_are_nullable_in_place_of_components() {
        let schemas = "
            A: {type: object, nullable: true}
            B: {properties: {a: {$ref: '#/components/schemas/A'}, b: {type: string, nullable: true}}}
        ";
        insta::assert_snapshot!(run_on_schemas(move_to_references, schemas), @"
            A: {type:object}
            B: {properties:{a:{$ref:#/components/schemas/A,nullable:true},b:{type:string,nullable:true}}}
        ");
    }

    #[test]
    fn nullable_references_in_lists_are_wrapped() {
        let schemas = "A: {items: {$ref: '#/components/schemas/B', nullable: true}}";
        insta::assert_snapshot!(run_on_schemas(wrap_references, schemas), @"A: {items:{nullable:true,allOf:[{$ref:#/components/schemas/B}]}}");
    }
}
