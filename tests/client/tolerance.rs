//! Whatever a field of a response is like, the rest is received, and a value that does not fit is a mismatch.
//!
//! The fields come from the document's schemas and examples, so that a new one is covered on the day it is added.

#![expect(deprecated, reason = "what is deprecated still works")]

use std::{collections::HashSet, ptr};

use clickhouse_cloud::{
    Client, Error, MismatchKind, Page, Response, Secret,
    chrono::{DateTime, Utc},
    types::*,
    uuid::Uuid,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tests::{
    document::{self, Operation, complete, resolve},
    fake_api::{FakeApi, result},
    ids::{BACKUP, ORGANIZATION, SERVICE},
};
use wiremock::ResponseTemplate;

#[tokio::test]
async fn the_examples_of_the_document_are_received_completely() {
    for (operation, schema) in operations() {
        for example in operation.responses().1 {
            let api = FakeApi::responding(ResponseTemplate::new(200).set_body_json(example)).await;
            let received = call(&api.client(), operation).await.unwrap();
            assert_eq!(received, expected(schema, &example["result"]), "{}", operation.id);
            assert_eq!(received.mismatches, [], "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn a_field_that_is_missing_or_null_or_of_another_type_costs_only_itself() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let cloud = api.client();
    let mut seen = HashSet::new();
    let objects = operations().filter(|(_, schema)| schema["type"] == "object");
    for (operation, schema) in objects.filter(|(_, schema)| seen.insert(ptr::from_ref(*schema))) {
        for variant in variants(schema, &example(operation)) {
            api.respond_with(result(&variant)).await;
            let received = call(&cloud, operation).await.unwrap_or_else(|error| panic!("{error}: {variant:#}"));
            assert_eq!(received, expected(schema, &variant), "{}: {variant:#}", operation.id);
        }
    }
}

#[tokio::test]
async fn an_element_that_does_not_fit_leaves_the_others_of_its_list() {
    for (operation, schema) in operations().filter(|(_, schema)| schema["type"] == "array") {
        let mut elements = variants(&schema["items"], &example(operation)[0]);
        elements.extend(of_every_type());
        elements.push(complete(&schema["items"], &Value::Null));
        let list = Value::from(elements);

        let api = FakeApi::responding(result(&list)).await;
        let received = call(&api.client(), operation).await.unwrap();
        assert_eq!(received, expected(schema, &list), "{}", operation.id);
    }
}

#[tokio::test]
async fn a_result_of_another_type_is_an_error() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let cloud = api.client();
    for (operation, schema) in operations() {
        let fits = |value: &Value| if schema["type"] == "array" { value.is_array() } else { value.is_object() };
        for value in of_every_type().into_iter().filter(|value| !fits(value)) {
            api.respond_with(result(&value)).await;
            let error = call(&cloud, operation).await.expect_err("does not fit");
            let Error::Decode(error) = error else { panic!("{}: {value}: {error:?}", operation.id) };
            assert_eq!(error.path(), "$.result", "{}: {value}", operation.id);
        }
    }
}

#[tokio::test]
async fn mismatches_have_the_paths_of_the_response() {
    let services = json!([
        {"name": "a", "endpoints": [{"port": 8443}, "none", {"port": "n/a", "host": "h"}], "isPrimary": "true"},
        "gone",
        {"name": "b", "minTotalMemoryGb": 48.0, "numReplicas": "3", "idleTimeoutMinutes": "soon", "iamRole": 5},
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
        ("$.result[2].minTotalMemoryGb", MismatchKind::Coerced, json!(48.0)),
        ("$.result[2].numReplicas", MismatchKind::Coerced, json!("3")),
    ];
    assert_eq!(mismatches, expected);

    let [a, b] = &services[..] else { panic!("two services") };
    let [first, last] = a.endpoints().unwrap() else { panic!("two endpoints") };
    assert_eq!((first.port, last.port, last.host.as_deref()), (Some(8443), None, Some("h")));
    assert_eq!((a.name(), a.is_primary), (Ok("a"), Some(true)));
    assert_eq!((b.name(), b.iam_role.as_deref()), (Ok("b"), Some("5")));
    assert_eq!((b.min_total_memory_gb, b.num_replicas, b.idle_timeout_minutes), (Some(48), Some(3), None));
}

/// Every operation whose response is JSON, and the schema of the result.
fn operations() -> impl Iterator<Item = (Operation, &'static Value)> {
    document::operations().into_iter().filter_map(|operation| Some((operation, resolve(operation.result()?))))
}

/// The first result of an operation that the document shows.
fn example(operation: Operation) -> Value {
    operation.responses().1[0]["result"].clone()
}

/// A value of each type of JSON, and of those that are easily taken for another.
fn of_every_type() -> Vec<Value> {
    let scalars = [json!(null), json!(true), json!(48), json!(48.0), json!(48.5)];
    let texts = ["48", "48.0", "true", "some text"].map(Value::from);
    let containers = [json!([]), json!(["some text", 48, null]), json!({}), json!({"brandNew": [1]})];
    [scalars.as_slice(), &texts, &containers].concat()
}

/// Variants of a value with all of its properties: in each, one place is empty or has a value of another type. Around
/// it there are fields and values of enums that the document does not know.
fn variants(schema: &'static Value, example: &Value) -> Vec<Value> {
    let whole = with_news(schema, complete(schema, example));
    let mut pointers = Vec::new();
    places(schema, &whole, "", &mut pointers);
    let variants = pointers.iter().flat_map(|pointer| {
        let changed = of_every_type().into_iter().map(|value| {
            let mut variant = whole.clone();
            *variant.pointer_mut(pointer).unwrap() = value;
            variant
        });
        changed.chain([without(whole.clone(), pointer)])
    });
    variants.chain([whole.clone()]).collect()
}

fn with_news(schema: &'static Value, value: Value) -> Value {
    let schema = resolve(schema);
    match value {
        Value::Object(fields) => {
            let known = fields.into_iter().map(|(name, value)| {
                let value = with_news(&schema["properties"][&name], value);
                (name, value)
            });
            known.chain([("brandNew".to_owned(), json!({"deep": [null, {}]}))]).collect()
        }
        Value::Array(elements) => elements.into_iter().map(|element| with_news(&schema["items"], element)).collect(),
        _ if schema.get("enum").is_some() => json!("brand_new"),
        scalar => scalar,
    }
}

/// Pointers to everything in the value that the schema knows.
fn places(schema: &'static Value, value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    let schema = resolve(schema);
    let mut inner = |schema, value, step: &str| {
        let pointer = format!("{pointer}/{step}");
        places(schema, value, &pointer, pointers);
        pointers.push(pointer);
    };
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        inner(property, &value[name], name);
    }
    for (index, element) in value.as_array().into_iter().flatten().enumerate() {
        inner(&schema["items"], element, &index.to_string());
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

/// What came out of a call: the value as JSON, with its secrets, and the mismatches in the order of their paths.
#[derive(Debug, PartialEq)]
struct Received {
    value: Value,
    mismatches: Vec<(String, MismatchKind)>,
}

/// What the rules say that a client receives: a second, slower reading, straight from the schema.
fn expected(schema: &'static Value, result: &Value) -> Received {
    let mut mismatches = Vec::new();
    let value = read(schema, result, "$.result", &mut mismatches).expect("a result of the right type");
    mismatches.sort_by(|(one, _), (other, _)| one.cmp(other));
    Received { value, mismatches }
}

fn read(
    schema: &'static Value,
    value: &Value,
    path: &str,
    mismatches: &mut Vec<(String, MismatchKind)>,
) -> Option<Value> {
    let schema = resolve(schema);
    match (schema["type"].as_str().expect("a type"), value) {
        ("object", Value::Object(fields)) => {
            let mut known = Map::new();
            for (name, property) in schema["properties"].as_object().expect("properties") {
                let field = fields.get(name).filter(|field| !field.is_null());
                let field = field.and_then(|field| read(property, field, &format!("{path}.{name}"), mismatches));
                known.extend(field.map(|field| (name.clone(), field)));
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

fn scalar(kind: &str, format: Option<&str>, value: &Value) -> Option<Value> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    match (kind, format) {
        ("string", Some("uuid")) => text.parse::<Uuid>().is_ok().then(|| json!(text)),
        ("string", Some("date-time")) => text.parse::<DateTime<Utc>>().is_ok().then(|| json!(text)),
        ("string", _) => Some(json!(text)),
        ("boolean", _) => text.parse::<bool>().ok().map(Value::from),
        ("number", _) => text.parse::<f64>().ok().map(Value::from),
        #[expect(clippy::cast_possible_truncation, reason = "whole, and small in these tests")]
        ("integer", _) => text.parse().ok().filter(|float: &f64| float.fract() == 0.0).map(|float| json!(float as i64)),
        ("object" | "array", _) => None,
        other => panic!("teach this test to read {other:?}"),
    }
}

/// Calls an operation with as little as it takes.
async fn call(cloud: &Client, operation: Operation) -> Result<Received, Error> {
    match operation.id {
        "listOrganizations" => received(cloud.list_organizations()).await,
        "getOrganization" => received(cloud.get_organization(ORGANIZATION)).await,
        "updateOrganization" => received(cloud.update_organization(ORGANIZATION, &UpdateOrganization::new())).await,
        "listServices" => received(cloud.list_services(ORGANIZATION)).await,
        "createService" => {
            let service = CreateService::new("Staging", Provider::Aws, Region::UsEast1, []);
            received(cloud.create_service(ORGANIZATION, &service)).await
        }
        "getService" => received(cloud.get_service(ORGANIZATION, SERVICE)).await,
        "updateService" => received(cloud.update_service(ORGANIZATION, SERVICE, &UpdateService::new())).await,
        "getPrivateEndpointConfig" => received(cloud.get_private_endpoint_config(ORGANIZATION, SERVICE)).await,
        "updateServiceState" => {
            let update = UpdateServiceState::new(StateCommand::Start);
            received(cloud.update_service_state(ORGANIZATION, SERVICE, &update)).await
        }
        "updateServiceScaling" => {
            received(cloud.update_service_scaling(ORGANIZATION, SERVICE, &UpdateServiceScaling::new())).await
        }
        "updateServicePassword" => {
            received(cloud.update_service_password(ORGANIZATION, SERVICE, &UpdateServicePassword::new())).await
        }
        "listBackups" => received(cloud.list_backups(ORGANIZATION, SERVICE)).await,
        "getBackup" => received(cloud.get_backup(ORGANIZATION, SERVICE, BACKUP)).await,
        "getBackupConfiguration" => received(cloud.get_backup_configuration(ORGANIZATION, SERVICE)).await,
        "updateBackupConfiguration" => {
            received(cloud.update_backup_configuration(ORGANIZATION, SERVICE, &UpdateBackupConfiguration::new())).await
        }
        other => panic!("teach this test to call `{other}`"),
    }
}

async fn received<T: Revealed>(call: impl IntoFuture<Output = Result<Response<T>, Error>>) -> Result<Received, Error> {
    let response = call.await?;
    let mut mismatches: Vec<_> = response.mismatches().iter().map(|it| (it.path().to_owned(), it.kind())).collect();
    mismatches.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(Received { value: response.revealed(), mismatches })
}

/// A response as JSON, with the secrets that serde leaves out.
trait Revealed: Serialize {
    fn revealed(&self) -> Value {
        json!(self)
    }
}

impl Revealed for Service {
    fn revealed(&self) -> Value {
        with_secret(json!(self), "encryptionKey", self.encryption_key.as_ref())
    }
}

impl Revealed for CreatedService {
    fn revealed(&self) -> Value {
        let mut value = json!(self);
        if let Some(service) = &self.service {
            value["service"] = service.revealed();
        }
        with_secret(value, "password", self.password.as_ref())
    }
}

impl Revealed for ServicePassword {
    fn revealed(&self) -> Value {
        with_secret(json!(self), "password", self.password.as_ref())
    }
}

impl Revealed for Organization {}
impl Revealed for PrivateEndpointConfig {}
impl Revealed for Backup {}
impl Revealed for BackupConfiguration {}

impl<T: Revealed> Revealed for Page<T> {
    fn revealed(&self) -> Value {
        self.iter().map(Revealed::revealed).collect()
    }
}

fn with_secret(mut value: Value, name: &str, secret: Option<&Secret>) -> Value {
    if let Some(secret) = secret {
        assert_eq!(value.get(name), None, "`{name}` is in the JSON of a response");
        value[name] = json!(secret.expose_secret());
    }
    value
}
