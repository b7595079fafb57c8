//! Whatever a field of a response is like, the rest is received, and a value that does not fit is a mismatch.
//!
//! The calls, types and fields come from the emitted crate and from the document, so that a new one is covered on the day
//! it is added.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    ptr,
};

use clickhouse_cloud::{
    Client, Error, MismatchKind,
    chrono::{DateTime, NaiveDate, Utc},
    uuid::Uuid,
};
use serde_json::{Map, Value, json};
use tests::{
    calls::call,
    document::{self, Operation, complete, properties, resolve, type_name, variant_of, variants},
    fake_api::{FakeApi, result},
    ids::ORGANIZATION,
};
use wiremock::ResponseTemplate;

#[tokio::test]
async fn the_examples_of_the_document_are_received_completely() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let client = api.client();
    for it in responses() {
        for example in it.operation.responses().1 {
            api.respond_with(ResponseTemplate::new(200).set_body_json(example)).await;
            let received = it.received(&client).await.unwrap();
            assert_eq!(received, it.expected(it.value_in(example)), "{}", it.operation.id);
            assert_eq!(received.mismatches, [], "{}", it.operation.id);
        }
    }
}

#[tokio::test]
async fn a_field_that_is_missing_or_null_or_of_another_type_costs_only_itself() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let client = api.client();
    let mut seen = HashSet::new();
    for it in responses().filter(|it| it.schema["type"] != "array" && seen.insert(ptr::from_ref(it.schema))) {
        for value in spoiled(it.schema, &it.example()) {
            api.respond_with(it.response(&value)).await;
            let received = it.received(&client).await.unwrap_or_else(|error| panic!("{error}: {value:#}"));
            assert_eq!(received, it.expected(&value), "{}: {value:#}", it.operation.id);
        }
    }
}

#[tokio::test]
async fn an_element_that_does_not_fit_leaves_the_others_of_its_list() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let client = api.client();
    for it in responses().filter(|it| it.schema["type"] == "array") {
        let mut elements = spoiled(&it.schema["items"], &it.example()[0]).chain(of_every_type()).chain([complete(
            &it.schema["items"],
            &Value::Null,
            0,
        )]);
        // A response does not keep all mismatches of a longer list.
        while let list = elements.by_ref().take(200).collect::<Value>()
            && list != json!([])
        {
            api.respond_with(it.response(&list)).await;
            let received = it.received(&client).await.unwrap();
            assert_eq!(received, it.expected(&list), "{}", it.operation.id);
        }
    }
}

#[tokio::test]
async fn a_result_of_another_type_is_an_error() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let client = api.client();
    for it in responses().filter(|it| it.schema.get("oneOf").is_none()) {
        let fits = |value: &Value| if it.schema["type"] == "array" { value.is_array() } else { value.is_object() };
        for value in of_every_type().into_iter().filter(|value| !fits(value)) {
            api.respond_with(it.response(&value)).await;
            let error = it.received(&client).await.expect_err("does not fit");
            let Error::Decode(error) = error else { panic!("{}: {value}: {error:?}", it.operation.id) };
            assert_eq!(error.path(), it.path(), "{}: {value}", it.operation.id);
        }
    }
}

#[tokio::test]
async fn mismatches_have_the_paths_of_the_response() {
    let services = json!([
        {"name": "a", "endpoints": [{"port": 8443}, "none", {"port": "n/a", "host": "h"}], "isPrimary": "true"},
        "gone",
        {"name": "b", "minReplicaMemoryGb": 48.0, "numReplicas": "3", "idleTimeoutMinutes": "soon", "iamRole": 5},
    ]);
    let api = FakeApi::responding(result(&services)).await;
    let services = api.client().list_services(ORGANIZATION).await.unwrap();

    let mismatches: Vec<_> =
        services.mismatches().iter().map(|it| (it.path(), it.kind(), it.value().clone())).collect();
    let expected = [
        ("$.result[0].endpoints[1]", MismatchKind::SetAside, json!("none")),
        ("$.result[0].endpoints[2].port", MismatchKind::SetAside, json!("n/a")),
        ("$.result[0].isPrimary", MismatchKind::Coerced, json!("true")),
        ("$.result[1]", MismatchKind::SetAside, json!("gone")),
        ("$.result[2].iamRole", MismatchKind::Coerced, json!(5)),
        ("$.result[2].idleTimeoutMinutes", MismatchKind::SetAside, json!("soon")),
        ("$.result[2].minReplicaMemoryGb", MismatchKind::Coerced, json!(48.0)),
        ("$.result[2].numReplicas", MismatchKind::Coerced, json!("3")),
    ];
    assert_eq!(mismatches, expected);

    let [a, b] = &services[..] else { panic!("two services") };
    let [first, last] = a.endpoints().unwrap() else { panic!("two endpoints") };
    assert_eq!((first.port, last.port, last.host.as_deref()), (Some(8443), None, Some("h")));
    assert_eq!((a.name(), a.is_primary), (Ok("a"), Some(true)));
    assert_eq!((b.name(), b.iam_role.as_deref()), (Ok("b"), Some("5")));
    assert_eq!((b.min_replica_memory_gb, b.num_replicas, b.idle_timeout_minutes), (Some(48), Some(3), None));
}

/// An operation that responds with JSON, and the schema of the value that a caller receives.
#[derive(Clone, Copy)]
struct JsonResponse {
    operation: Operation,
    schema: &'static Value,
    has_envelope: bool,
}

fn responses() -> impl Iterator<Item = JsonResponse> {
    document::operations().into_iter().filter_map(|operation| {
        let whole = resolve(operation.response()?);
        let has_envelope = properties(whole).iter().any(|(name, _)| *name == "requestId");
        let schema = if has_envelope { resolve(operation.result()?) } else { whole };
        Some(JsonResponse { operation, schema, has_envelope })
    })
}

impl JsonResponse {
    fn path(&self) -> &'static str {
        if self.has_envelope { "$.result" } else { "$" }
    }

    fn value_in<'a>(&self, body: &'a Value) -> &'a Value {
        if self.has_envelope { &body["result"] } else { body }
    }

    /// The first value that the document shows.
    fn example(&self) -> Value {
        self.value_in(self.operation.responses().1[0]).clone()
    }

    fn response(&self, value: &Value) -> ResponseTemplate {
        if self.has_envelope { result(value) } else { ResponseTemplate::new(200).set_body_json(value) }
    }

    async fn received(&self, client: &Client) -> Result<Received, Error> {
        let received = call(client, self.operation.id).await.response?;
        let mismatches = received.mismatches.iter().map(|it| (it.path().to_owned(), it.kind()));
        Ok(Received::new(received.value, mismatches.collect()))
    }

    /// What the rules say that a client receives: a second, slower reading, straight from the schema.
    fn expected(&self, value: &Value) -> Received {
        let mut mismatches = Vec::new();
        let value = read(self.schema, value, self.path(), &mut mismatches).expect("a value of the right type");
        Received::new(value, mismatches)
    }
}

/// What came out of a call: the value as JSON, which has no secrets, and the mismatches in the order of their paths.
#[derive(Debug, PartialEq)]
struct Received {
    value: Value,
    mismatches: Vec<(String, MismatchKind)>,
}

impl Received {
    fn new(value: Value, mut mismatches: Vec<(String, MismatchKind)>) -> Self {
        mismatches.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self { value, mismatches }
    }
}

/// A value of each type of JSON, and of those that are easily taken for another.
fn of_every_type() -> Vec<Value> {
    let scalars = [json!(null), json!(true), json!(48), json!(48.0), json!(48.5)];
    let texts = ["48", "48.0", "true", "some text"].map(Value::from);
    let containers = [json!([]), json!(["some text", 48, null]), json!({}), json!({"brandNew": [1]})];
    [scalars.as_slice(), &texts, &containers].concat()
}

/// Values with all properties: in each, one place is empty or has a value of another type. Around it there are fields and
/// values of enums that the document does not know.
fn spoiled(schema: &'static Value, example: &Value) -> impl Iterator<Item = Value> + use<> {
    let mut wholes: Vec<_> = (0..3).map(|number| with_news(schema, complete(schema, example, number))).collect();
    wholes.dedup();
    let mut seen = HashSet::new();
    wholes.into_iter().flat_map(move |whole| {
        let mut pointers = Vec::new();
        places(schema, &whole, "", &mut pointers);
        // Most of it is the same in each of them.
        pointers.retain(|pointer| seen.insert(format!("{pointer} {}", whole.pointer(pointer).unwrap())));
        let copied = whole.clone();
        let spoiled = pointers.into_iter().flat_map(move |pointer| {
            let changed = of_every_type().into_iter().map(|value| {
                let mut spoiled = copied.clone();
                *spoiled.pointer_mut(&pointer).unwrap() = value;
                spoiled
            });
            changed.chain([without(copied.clone(), &pointer)]).collect::<Vec<_>>()
        });
        spoiled.chain([whole])
    })
}

fn with_news(schema: &'static Value, value: Value) -> Value {
    let schema = resolve(schema);
    if let Some(variant) = variant_of(schema, &value) {
        let mut value = with_news(variant.schema, value);
        if let Some(only) = variant.value {
            value[variant.property] = only;
        }
        return value;
    }
    match value {
        Value::Object(fields) if !properties(schema).is_empty() => {
            let properties: HashMap<_, _> = properties(schema).into_iter().collect();
            let known = fields.into_iter().map(|(name, value)| {
                let value = properties.get(name.as_str()).map_or(value.clone(), |property| with_news(property, value));
                (name, value)
            });
            known.chain([("brandNew".to_owned(), json!({"deep": [null, {}]}))]).collect()
        }
        Value::Array(elements) => elements.into_iter().map(|element| with_news(&schema["items"], element)).collect(),
        _ if schema.get("enum").is_some() => json!("brand_new"),
        other => other,
    }
}

/// Pointers to everything in the value that the schema knows.
fn places(schema: &'static Value, value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    let schema = resolve(schema);
    if let Some(variant) = variant_of(schema, value) {
        return places(variant.schema, value, pointer, pointers);
    }
    let mut inner = |schema, value, step: &str| {
        let pointer = format!("{pointer}/{step}");
        places(schema, value, &pointer, pointers);
        pointers.push(pointer);
    };
    for (name, property) in response_properties(schema) {
        inner(property, &value[name], name);
    }
    for (index, element) in value.as_array().into_iter().flatten().enumerate() {
        inner(&schema["items"], element, &index.to_string());
    }
    if schema["additionalProperties"].is_object() {
        inner(&schema["additionalProperties"], &value["key"], "key");
    }
}

fn without(mut value: Value, pointer: &str) -> Value {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(fields) => drop(fields.remove(last)),
        Value::Array(elements) => drop(elements.remove(last.parse().unwrap())),
        _ => unreachable!("a scalar has no places in it"),
    }
    value
}

fn read(
    schema: &'static Value,
    value: &Value,
    path: &str,
    mismatches: &mut Vec<(String, MismatchKind)>,
) -> Option<Value> {
    let schema = resolve(schema);
    if schema.get("oneOf").is_some() {
        let variant = best_variant(schema, value);
        // Unknown JSON, which is kept, but not shown if it may have secrets.
        let unknown = || if has_secret(schema) { Value::Null } else { value.clone() };
        return variant.map_or_else(|| Some(unknown()), |variant| read(variant, value, path, mismatches));
    }
    match (type_name(schema).expect("a type"), value) {
        ("object", Value::Object(fields)) => {
            let mut known = Map::new();
            let known_fields = response_properties(schema).into_iter().filter_map(|it| Some((it, fields.get(it.0)?)));
            for ((name, property), field) in known_fields.filter(|(_, field)| !field.is_null()) {
                let field = read(property, field, &format!("{path}.{name}"), mismatches);
                let shown = field.filter(|_| resolve(property)["format"] != "password");
                known.extend(shown.map(|field| (name.to_owned(), field)));
            }
            if schema["additionalProperties"].is_object() {
                for (name, field) in fields {
                    let field = read(&schema["additionalProperties"], field, &format!("{path}.{name}"), mismatches);
                    known.extend(field.map(|field| (name.clone(), field)));
                }
            }
            Some(Value::Object(known))
        }
        ("array", Value::Array(elements)) => {
            let elements = elements.iter().enumerate();
            let read = elements.filter_map(|(index, element)| {
                read(&schema["items"], element, &format!("{path}[{index}]"), mismatches)
            });
            Some(read.collect())
        }
        (kind, _) => {
            let read = scalar(kind, schema["format"].as_str(), value);
            let same_type = matches!(
                (kind, value),
                ("string", Value::String(_)) | ("boolean", Value::Bool(_)) | ("number", Value::Number(_))
            );
            match &read {
                Some(_) if same_type || (kind == "integer" && value.is_i64()) => {}
                Some(_) => mismatches.push((path.to_owned(), MismatchKind::Coerced)),
                None => mismatches.push((path.to_owned(), MismatchKind::SetAside)),
            }
            read
        }
    }
}

/// The variant of a union that an object is taken for: the one with its value, else with most of its fields.
fn best_variant(schema: &'static Value, value: &Value) -> Option<&'static Value> {
    let Some(fields) = value.as_object() else {
        // Of other values, only numbers change when they are read: 48 becomes 48.0.
        let takes_it = |variant: &&'static Value| value.is_number() && variant["type"] == "number";
        return schema["oneOf"].as_array()?.iter().find(takes_it);
    };
    let fitting = variants(schema).into_iter().enumerate().filter_map(|(index, it)| {
        let known = response_properties(it.schema).iter().filter(|(name, _)| fields.contains_key(*name)).count();
        let has_value = match fields.get(it.property) {
            Some(value) if it.value.as_ref().is_none_or(|only| only == value) => true,
            None | Some(Value::Null) => false,
            Some(_) => return None,
        };
        let score = (has_value, fields.contains_key(it.property), known, Reverse(index));
        (known > 0).then_some((score, it.schema))
    });
    fitting.max_by_key(|(score, _)| *score).map(|(_, schema)| schema)
}

/// The properties that a response has.
fn response_properties(schema: &'static Value) -> Vec<(&'static str, &'static Value)> {
    properties(schema).into_iter().filter(|(_, property)| property["writeOnly"] != true).collect()
}

fn has_secret(schema: &'static Value) -> bool {
    let schema = resolve(schema);
    schema["format"] == "password"
        || response_properties(schema).into_iter().any(|(_, property)| has_secret(property))
        || variants(schema).into_iter().any(|variant| has_secret(variant.schema))
        || schema.get("items").is_some_and(has_secret)
}

fn scalar(kind: &str, format: Option<&str>, value: &Value) -> Option<Value> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    match (kind, format) {
        ("string", Some("uuid")) => text.parse::<Uuid>().is_ok().then(|| json!(text)),
        ("string", Some("date-time")) => text.parse::<DateTime<Utc>>().is_ok().then(|| json!(text)),
        ("string", Some("date")) => text.parse::<NaiveDate>().is_ok().then(|| json!(text)),
        ("string", _) => Some(json!(text)),
        ("boolean", _) => text.parse::<bool>().ok().map(Value::from),
        ("number", _) => text.parse::<f64>().ok().map(Value::from),
        #[expect(clippy::cast_possible_truncation, reason = "whole, and small in these tests")]
        ("integer", _) => text.parse().ok().filter(|float: &f64| float.fract() == 0.0).map(|float| json!(float as i64)),
        ("object" | "array", _) => None,
        other => panic!("teach this test to read {other:?}"),
    }
}
