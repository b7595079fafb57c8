use serde_json::{Value, json};

use super::{
    Inference,
    config_names::{SchemaName, for_each_schema},
    patterns::Patterns,
};
use crate::{
    json::flag,
    openapi::reference::resolve,
    source::{Pointer, config::Entries},
};

/// Lets the properties be `null` that the config adds, and not those that it removes.
pub(super) fn override_nullability(inference: &mut Inference<'_>, entries: &Entries) {
    let lists = [("add", &entries.nullable.add), ("remove", &entries.nullable.remove)];
    let mut patterns = lists.map(|(_, patterns)| Patterns::of(patterns));
    if lists.iter().all(|(_, patterns)| patterns.is_empty()) {
        return;
    }
    let mut found = Vec::new();
    for_each_schema(inference.root(), &mut |SchemaName { name, property, at }, _| {
        // What is inside of a property, like the items of a list, has its name, too.
        let is_property =
            |property: &&str| at.as_str().ends_with(Pointer::default().key("properties").key(property).as_str());
        let Some(property) = property.filter(is_property) else { return };
        let [added, removed] = patterns.each_mut().map(|patterns| patterns.find(name, property));
        if added.is_some() || removed.is_some() {
            found.push((at.clone(), name.to_owned(), added, removed));
        }
    });
    for (at, name, added, removed) in found {
        match (added, removed) {
            (Some(added), Some(_)) => {
                let message = format!("`{name}` is also under `remove`");
                inference.report(&["nullable", "add", &added.to_string()], message, "remove it from one of the two");
            }
            (Some(_), None) => change(inference, &at, add_null),
            (None, _) => change(inference, &at, remove_null),
        }
    }
    for ((list, _), patterns) in lists.into_iter().zip(patterns) {
        for (index, pattern) in patterns.unused() {
            let message = format!("no property matches `{pattern}`");
            let help = "write the name of a property, `Schema.property`, or a pattern like `*.owner`";
            inference.report_unused(&["nullable", list, &index.to_string()], message, help);
        }
    }
}

fn change(inference: &mut Inference<'_>, at: &Pointer, change: fn(Value, &Value) -> Value) {
    let root = inference.root();
    let Some(schema) = root.pointer(at.as_str()) else { return };
    let changed = change(schema.clone(), root);
    if let Some(schema) = inference.value(at) {
        *schema = changed;
    }
}

fn add_null(mut schema: Value, _: &Value) -> Value {
    if schema.get("$ref").is_some() {
        return json!({ "nullable": true, "allOf": [schema] });
    }
    if schema.is_object() {
        schema["nullable"] = Value::Bool(true);
    }
    schema
}

/// Returns a schema that `null` does not fit. A reference to one that it fits becomes a copy of that one.
fn remove_null(schema: Value, root: &Value) -> Value {
    let nullable = |schema: &Value| Some(resolve(schema, root)).filter(|target| flag(target, "nullable")).cloned();
    let part = match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([part]) => nullable(part),
        _ => None,
    };
    let mut schema = nullable(&schema).unwrap_or(schema);
    if let Some(part) = part {
        schema["allOf"] = json!([without_null(part)]);
    }
    without_null(schema)
}

fn without_null(mut schema: Value) -> Value {
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("nullable");
    }
    schema
}

#[cfg(test)]
mod tests {
    use crate::normalize::infer::tests::{document, run};

    const SCHEMAS: &str = "
components:
  schemas:
    Owner: {type: object, nullable: true, properties: {name: {type: string, nullable: true}}}
    Pet:
      properties:
        owner: {$ref: '#/components/schemas/Owner'}
        tags: {type: array, items: {type: string}}
        color: {type: string, nullable: true, enum: [red, null]}
        home: {$ref: '#/components/schemas/Home'}
    Home: {type: object}
";

    /// Returns the properties of `Pet`.
    fn pet(config: &str) -> String {
        document(SCHEMAS, config).root()["components"]["schemas"]["Pet"]["properties"].to_string().replace('"', "")
    }

    #[test]
    fn a_config_adds_null() {
        insta::assert_snapshot!(pet("nullable.add = ['Pet.tags', 'home']"), @"{owner:{$ref:#/components/schemas/Owner},tags:{type:array,items:{type:string},nullable:true},color:{type:string,nullable:true,enum:[red,null]},home:{nullable:true,allOf:[{$ref:#/components/schemas/Home}]}}");
    }

    #[test]
    fn a_config_removes_null() {
        insta::assert_snapshot!(pet("nullable.remove = ['Pet.*']"), @"{owner:{type:object,properties:{name:{type:string,nullable:true}}},tags:{type:array,items:{type:string}},color:{type:string,enum:[red]},home:{$ref:#/components/schemas/Home}}");
    }

    #[test]
    fn a_pattern_matches_something_and_is_in_one_list() {
        insta::assert_snapshot!(run(SCHEMAS, "nullable = {add = ['Pet.age', '*.name'], remove = ['name']}"), @"
            error 1:31: `Owner.name` is also under `remove`
            error 1:20: no property matches `Pet.age`
        ");
    }
}
