use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::schemas;
use crate::{
    json::{elements, fields, fields_mut, flag},
    openapi::reference::reference,
};

/// Makes the references to a nullable component nullable, and not the component: a Rust type is never null, only a
/// field or an element. A union with a nullable variant is nullable, and not the variant.
pub(super) fn move_to_references(root: &mut Value) {
    let nullable = nullable_components(root);
    schemas::for_each(root, &mut |schema| {
        let mut is_nullable = reference(schema).is_some_and(|name| nullable.contains(name));
        let variants = schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
        for variant in variants.filter_map(Value::as_object_mut) {
            is_nullable |= variant.shift_remove("nullable") == Some(Value::Bool(true));
        }
        if is_nullable {
            schema["nullable"] = Value::Bool(true);
        }
    });
    for (_, schema) in fields_mut(root, &["components", "schemas"]) {
        schema.as_object_mut().and_then(|schema| schema.shift_remove("nullable"));
    }
}

/// Returns the names of the components that are nullable themselves, or unions with such a variant.
fn nullable_components(root: &Value) -> HashSet<String> {
    let components = || fields(root.pointer("/components/schemas"));
    let mut unions: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, schema) in components() {
        for variant in elements(schema.get("oneOf")).filter_map(reference) {
            unions.entry(variant).or_default().push(name);
        }
    }
    let mut waiting: Vec<_> =
        components().filter(|(_, schema)| flag(schema, "nullable")).map(|(name, _)| name.as_str()).collect();
    let mut nullable = HashSet::new();
    while let Some(name) = waiting.pop() {
        if nullable.insert(name.to_owned()) {
            waiting.extend(unions.get(name).into_iter().flatten());
        }
    }
    nullable
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
    fn a_union_is_nullable_in_place_of_its_variants() {
        let schemas = "
            A: {oneOf: [{$ref: '#/components/schemas/B'}, {type: array, items: {$ref: '#/components/schemas/B'}}]}
            B: {oneOf: [{type: string}, {type: number}], nullable: true}
            C: {properties: {a: {$ref: '#/components/schemas/A'}}}
            D: {properties: {a: {oneOf: [{type: string}, {$ref: '#/components/schemas/C', nullable: true}]}}}
        ";
        insta::assert_snapshot!(run_on_schemas(move_to_references, schemas), @"
        A: {oneOf:[{$ref:#/components/schemas/B},{type:array,items:{$ref:#/components/schemas/B,nullable:true}}]}
        B: {oneOf:[{type:string},{type:number}]}
        C: {properties:{a:{$ref:#/components/schemas/A,nullable:true}}}
        D: {properties:{a:{oneOf:[{type:string},{$ref:#/components/schemas/C}],nullable:true}}}
        ");
    }

    #[test]
    fn nullable_references_in_lists_are_wrapped() {
        let schemas = "A: {items: {$ref: '#/components/schemas/B', nullable: true}}";
        insta::assert_snapshot!(run_on_schemas(wrap_references, schemas), @"A: {items:{nullable:true,allOf:[{$ref:#/components/schemas/B}]}}");
    }
}
