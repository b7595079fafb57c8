use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{
    files,
    marks::{self, Direction},
    schemas,
};
use crate::{
    json::{elements, fields, fields_mut, flag, object_mut, text},
    names::{Names, type_name},
    openapi::{
        media_type::Format,
        operation::{Operation, operations_mut},
        reference::{self, reference},
        schema::{is_struct, is_union},
        walk::schemas_in,
    },
};

/// Splits each component that is in requests and in responses into two, where strict requests and tolerant responses
/// make a difference. The response type keeps the name; the request type has `Input` after it. Unused components are
/// removed.
pub(super) fn split(root: &mut Value) {
    let schemas = object_mut(root, &["components", "schemas"]).map(std::mem::take).unwrap_or_default();
    let uses = Uses::of(root, &schemas);
    let inputs = input_names(&schemas, &differing(&schemas, &uses));

    let mut split = Map::new();
    for (name, schema) in &schemas {
        let (in_requests, in_responses) = (uses.requests.contains(name), uses.responses.contains(name));
        let input = inputs.get(name);
        if in_responses {
            let direction = if in_requests && input.is_none() { Direction::Both } else { Direction::Response };
            split.insert(name.clone(), with_direction(schema.clone(), direction));
        }
        if in_requests && (input.is_some() || !in_responses) {
            let mut schema = with_direction(schema.clone(), Direction::Request);
            rename(&mut schema, &inputs);
            if uses.json.contains(name) {
                mark_patches(&mut schema);
            }
            if input.is_some() {
                marks::set_input_of(&mut schema, name);
            }
            split.insert(input.unwrap_or(name).clone(), schema);
        }
    }
    for Operation { value: operation, .. } in operations_mut(root) {
        schemas::for_each_of_request(operation, |schema| rename(schema, &inputs));
    }
    root["components"]["schemas"] = Value::Object(split);
}

/// The components in the requests, the JSON of requests, and the responses of operations.
#[derive(Default)]
struct Uses {
    requests: HashSet<String>,
    json: HashSet<String>,
    responses: HashSet<String>,
}

impl Uses {
    fn of(root: &mut Value, schemas: &Map<String, Value>) -> Self {
        let mut uses = Self::default();
        for Operation { value: operation, .. } in operations_mut(root) {
            schemas::for_each_of_request(operation, |schema| {
                collect(schema, schemas, Direction::Request, &mut uses.requests);
            });
            for json in json_of_request(operation, schemas) {
                collect(json, schemas, Direction::Request, &mut uses.json);
            }
            schemas::for_each_of_response(operation, |schema| {
                collect(schema, schemas, Direction::Response, &mut uses.responses);
            });
        }
        uses
    }
}

/// Returns the schemas of the JSON in a request: its body, or what is in the properties of a form, which has no `null`.
fn json_of_request<'a>(
    operation: &'a Value,
    schemas: &'a Map<String, Value>,
) -> impl Iterator<Item = &'a Value> + use<'a> {
    let parameters = elements(operation.get("parameters")).filter(|parameter| marks::is_json(parameter));
    let bodies = fields(operation.pointer("/requestBody/content")).filter_map(|(name, content)| {
        let schema = content.get("schema")?;
        match Format::of(name, Some(schema)) {
            Format::Json => Some(schema),
            Format::Form | Format::Multipart => reference(schema).map_or(Some(schema), |name| schemas.get(name)),
            Format::Text | Format::Bytes => None,
        }
    });
    parameters.filter_map(|parameter| parameter.get("schema")).chain(bodies)
}

/// Adds every component that a schema refers to in a direction, directly or by others.
fn collect(schema: &Value, schemas: &Map<String, Value>, direction: Direction, found: &mut HashSet<String>) {
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        let schema = with_direction(schema.clone(), direction);
        for name in schemas::references(&schema) {
            if !found.contains(name) {
                found.insert(name.to_owned());
                open.extend(schemas.get(name));
            }
        }
    }
}

/// Returns the objects and unions whose request type and response type differ, by themselves or by the types in them.
fn differing(schemas: &Map<String, Value>, uses: &Uses) -> HashSet<String> {
    let both = |name: &String| uses.requests.contains(name) && uses.responses.contains(name);
    let has_parts = |schema: &Value| is_struct(schema) || is_union(schema);
    let types: Vec<_> = schemas.iter().filter(|(name, schema)| both(name) && has_parts(schema)).collect();
    let variants = variants_with_discriminator(schemas);
    let own = |(name, schema): &&(&String, &Value)| {
        differs(schema, uses.json.contains(*name)) || variants.contains(name.as_str())
    };
    let mut differing: HashSet<String> = types.iter().filter(own).map(|(name, _)| (*name).clone()).collect();
    loop {
        let contains = |schema: &Value| schemas::references(schema).any(|name| differing.contains(name));
        let more: Vec<_> = types
            .iter()
            .filter(|(name, schema)| !differing.contains(*name) && contains(schema))
            .map(|(name, _)| (*name).clone())
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

/// Returns the types in unions with a discriminator: it is a constant in their requests.
fn variants_with_discriminator(schemas: &Map<String, Value>) -> HashSet<&str> {
    let variants = |union| elements(union).filter_map(reference);
    let unions = schemas.values().filter(|schema| schema.get("discriminator").is_some());
    let mut open: Vec<_> = unions.flat_map(|union| variants(union.get("oneOf"))).collect();
    let mut seen = HashSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            open.extend(schemas.get(name).into_iter().flat_map(|schema| variants(schema.get("oneOf"))));
        }
    }
    seen
}

fn differs(schema: &Value, is_in_json: bool) -> bool {
    let is_secret = |schema: &Value| schemas_in(schema).any(|value| text(value, "format") == Some("password"));
    elements(schema.get("required")).next().is_some()
        || elements(schema.get("oneOf")).any(is_secret)
        || fields(schema.get("properties")).any(|(_, property)| {
            is_secret(property)
                || files::is_file(property)
                || ["readOnly", "writeOnly"].iter().any(|keyword| flag(property, keyword))
                || (is_in_json && flag(property, "nullable"))
        })
}

fn input_names(schemas: &Map<String, Value>, differing: &HashSet<String>) -> HashMap<String, String> {
    let mut taken: Names = schemas.keys().map(String::as_str).collect();
    let split = schemas.keys().filter(|name| differing.contains(*name));
    split.map(|name| (name.clone(), taken.unused(&type_name(&format!("{name}Input"))))).collect()
}

fn rename(schema: &mut Value, inputs: &HashMap<String, String>) {
    schemas::for_each_within(schema, &mut |schema| {
        reference::rename(schema, |name| inputs.get(name).map(String::as_str));
    });
}

/// Returns the type of one direction, without the properties that are only in the other.
fn with_direction(mut schema: Value, direction: Direction) -> Value {
    marks::set_direction(&mut schema, direction);
    let excluded = if direction == Direction::Request { "readOnly" } else { "writeOnly" };
    let mut removed = HashSet::new();
    if let Some(properties) = object_mut(&mut schema, &["properties"]) {
        if direction == Direction::Response {
            files::unmark(properties);
        }
        properties.retain(|name, property| {
            let excluded = flag(property, excluded);
            if excluded {
                removed.insert(name.clone());
            }
            !excluded
        });
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !name.as_str().is_some_and(|name| removed.contains(name)));
    }
    schema
}

/// Marks the properties that a request can keep, reset or set: those that may be null and may be absent.
fn mark_patches(schema: &mut Value) {
    let required = schema.get("required").cloned();
    let is_required = |name: &str| elements(required.as_ref()).any(|other| other == name);
    for (name, property) in fields_mut(schema, &["properties"]) {
        if flag(property, "nullable") && !is_required(name) {
            marks::set_patch(property);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run;

    /// Returns a document whose only schema is in a request and in a response.
    fn both_ways(schema: &str) -> String {
        let content = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
        format!(
            "paths: {{/a: {{post: {{requestBody: {{{content}}}, responses: {{'200': {{{content}}}}}}}}}}}\n\
             components: {{schemas: {{Thing: {schema}, Unused: {{}}}}}}\n"
        )
    }

    #[test]
    fn a_type_without_a_difference_is_for_both_directions() {
        insta::assert_snapshot!(run(split, &both_ways("{properties: {a: {}}}")), @"
            post /a: {requestBody:{content:{application/json:{schema:{$ref:#/components/schemas/Thing}}}},responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/Thing}}}}}}
            Thing: {properties:{a:{}},x-merged-direction:both}
        ");
    }

    #[test]
    fn a_type_that_requires_properties_is_split() {
        let schema = "{required: [id, a], properties: {id: {readOnly: true}, a: {}}}";
        insta::assert_snapshot!(run(split, &both_ways(schema)), @"
            post /a: {requestBody:{content:{application/json:{schema:{$ref:#/components/schemas/ThingInput}}}},responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/Thing}}}}}}
            Thing: {required:[id,a],properties:{id:{readOnly:true},a:{}},x-merged-direction:response}
            ThingInput: {required:[a],properties:{a:{}},x-merged-direction:request,x-merged-input-of:Thing}
        ");
    }

    #[test]
    fn a_type_behind_a_write_only_property_is_in_requests_alone() {
        let schema = "{properties: {key: {writeOnly: true, allOf: [{$ref: '#/components/schemas/Key'}]}}}, \
                      Key: {required: [secret], properties: {secret: {}}}";
        insta::assert_snapshot!(run(split, &both_ways(schema)), @"
            post /a: {requestBody:{content:{application/json:{schema:{$ref:#/components/schemas/ThingInput}}}},responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/Thing}}}}}}
            Thing: {properties:{},x-merged-direction:response}
            ThingInput: {properties:{key:{writeOnly:true,allOf:[{$ref:#/components/schemas/Key}]}},x-merged-direction:request,x-merged-input-of:Thing}
            Key: {required:[secret],properties:{secret:{}},x-merged-direction:request}
        ");
    }

    #[test]
    fn nullable_properties_in_the_json_of_a_request_are_marked() {
        insta::assert_snapshot!(run(split, &both_ways("{properties: {a: {nullable: true}}}")), @"
            post /a: {requestBody:{content:{application/json:{schema:{$ref:#/components/schemas/ThingInput}}}},responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/Thing}}}}}}
            Thing: {properties:{a:{nullable:true}},x-merged-direction:response}
            ThingInput: {properties:{a:{nullable:true,x-merged-patch:true}},x-merged-direction:request,x-merged-input-of:Thing}
        ");
    }
}
