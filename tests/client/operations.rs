//! Each operation, over real HTTP: everything it sends, and everything it receives.

use std::collections::BTreeSet;

use clickhouse_cloud::{Client, Error, Patch, Response, types::*};
use serde_json::{Value, json};
use tests::{
    calls,
    document::{self, Operation, properties, resolve, type_name, variant_of},
    fake_api::{FakeApi, header, result},
    ids::{ORGANIZATION, SERVICE},
};
use wiremock::{Request, ResponseTemplate, http::HeaderName};

#[tokio::test]
async fn every_operation_sends_all_that_it_takes_and_receives_the_example_of_its_response() {
    for operation in document::operations() {
        let api = FakeApi::responding(example(operation)).await;
        let outcome = calls::call(&api.client(), operation.id).await;
        let received = outcome.response.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(received.mismatches, [], "{}", operation.id);

        let request = api.request().await;
        assert_request(operation, &request);
        let query: BTreeSet<_> = request.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        let documented = operation.query().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(query, documented, "{}", operation.id);
        if let Some(schema) = operation.body() {
            assert_complete(schema, &request.body_json().unwrap(), operation.id);
        }
    }
}

#[tokio::test]
async fn a_cursor_is_encoded() {
    let request = call("listOrganizations", |cloud| cloud.list_organizations().limit(10).cursor("a/b")).await;
    assert_eq!(request.url.query(), Some("limit=10&cursor=a%2Fb"));
}

#[tokio::test]
async fn each_condition_of_a_filter_is_a_parameter_of_its_own() {
    let request = call("listServices", |cloud| cloud.list_services(ORGANIZATION).filter(["tag:a", "tag:b=c d"])).await;
    assert_eq!(request.url.query(), Some("filter=tag%3Aa&filter=tag%3Ab%3Dc%20d"));
}

#[tokio::test]
async fn create_service_with_only_what_is_required() {
    let service = CreateService::new("staging-1", Provider::Azure, Region::from("moonbase-1"), [home()]);
    let body = json!({
        "name": "staging-1",
        "provider": "azure",
        "region": "moonbase-1",
        "ipAccessList": [{"source": "203.0.113.7"}],
    });
    assert_body("createService", body, |cloud| cloud.create_service(ORGANIZATION, &service)).await;
}

#[tokio::test]
async fn create_service_sends_empty_lists() {
    let service = CreateService::new("Staging", Provider::Gcp, Region::UsEast1Gcp, []).tags([]);
    let body = json!({"name": "Staging", "provider": "gcp", "region": "us-east1", "ipAccessList": [], "tags": []});
    assert_body("createService", body, |cloud| cloud.create_service(ORGANIZATION, &service)).await;
}

fn home() -> IpAccessEntryInput {
    IpAccessEntry::new("203.0.113.7")
}

#[tokio::test]
async fn update_service_sends_what_is_set_and_nothing_else() {
    let lists = UpdateService::new()
        .ip_access_list(IpAccessListUpdate::new().add([]))
        .private_endpoint_ids(PrivateEndpointIdsUpdate::new().remove([""; 0]));
    for (update, body) in [
        (UpdateService::new(), json!({})),
        (UpdateService::new().name("Staging"), json!({"name": "Staging"})),
        (lists, json!({"ipAccessList": {"add": []}, "privateEndpointIds": {"remove": []}})),
    ] {
        assert_body("updateService", body, |cloud| cloud.update_service(ORGANIZATION, SERVICE, &update)).await;
    }
}

#[tokio::test]
async fn update_backup_configuration_keeps_resets_and_sets() {
    let keep = UpdateBackupConfiguration::new();
    let reset = UpdateBackupConfiguration::new()
        .backup_period_in_hours(Patch::Reset)
        .backup_retention_period_in_hours(Patch::Reset)
        .backup_start_time(Patch::Reset);
    let set = UpdateBackupConfiguration::new()
        .backup_period_in_hours(48)
        .backup_retention_period_in_hours(Patch::Set(168))
        .backup_start_time("02:00");
    let each = UpdateBackupConfiguration::new()
        .backup_period_in_hours(24)
        .backup_start_time(Patch::Reset)
        .backup_retention_period_in_hours(72)
        .backup_retention_period_in_hours(Patch::Keep);
    for (update, body) in [
        (keep, json!({})),
        (reset, json!({"backupPeriodInHours": null, "backupRetentionPeriodInHours": null, "backupStartTime": null})),
        (set, json!({"backupPeriodInHours": 48, "backupRetentionPeriodInHours": 168, "backupStartTime": "02:00"})),
        (each, json!({"backupPeriodInHours": 24, "backupStartTime": null})),
    ] {
        assert_body("updateBackupConfiguration", body, |cloud| {
            cloud.update_backup_configuration(ORGANIZATION, SERVICE, &update)
        })
        .await;
    }
}

#[tokio::test]
async fn an_enum_is_sent_and_received_as_its_text() {
    let api = FakeApi::responding(result(&json!({"state": "melting", "releaseChannel": "slow"}))).await;
    let service = api.client().get_service(ORGANIZATION, SERVICE).await.unwrap();
    assert_eq!(service.release_channel, Some(ReleaseChannel::Slow));
    assert_eq!(service.state(), Ok(&ServiceState::Unknown("melting".to_owned())));
    assert_eq!(service.state().unwrap().to_string(), "melting");
    assert_eq!(service.mismatches(), []);
}

/// The response that the document shows for an operation.
fn example(operation: Operation) -> ResponseTemplate {
    let (media_type, examples) = operation.responses();
    match examples[0] {
        Value::String(text) => ResponseTemplate::new(200).set_body_raw(text.as_bytes(), media_type),
        example => ResponseTemplate::new(200).set_body_json(example),
    }
}

/// Makes a call to a stand-in that responds with the document's own example, and returns the request.
async fn call<T, C>(id: &str, call: impl FnOnce(&Client) -> C) -> Request
where
    C: IntoFuture<Output = Result<Response<T>, Error>>,
{
    let operation = document::operation(id);
    let api = FakeApi::responding(example(operation)).await;
    call(&api.client()).await.unwrap_or_else(|error| panic!("{error}"));
    let request = api.request().await;
    assert_request(operation, &request);
    request
}

async fn assert_body<T, C>(id: &str, body: Value, make: impl FnOnce(&Client) -> C)
where
    C: IntoFuture<Output = Result<Response<T>, Error>>,
{
    let request = call(id, make).await;
    assert_eq!(request.body_json::<Value>().unwrap(), body);
}

fn assert_request(operation: Operation, request: &Request) {
    assert_eq!(request.method.as_str(), operation.method);
    assert!(operation.is_at(request.url.path()), "{}: {}", operation.id, request.url);
    assert_eq!(header(request, "authorization"), Some("Basic a2V5LWlkOmtleS1zZWNyZXQ="));
    assert_eq!(header(request, "accept"), Some(operation.responses().0));
    let user_agent = concat!("clickhouse-cloud/", env!("CARGO_PKG_VERSION"));
    assert_eq!(header(request, "user-agent"), Some(user_agent));

    // No `api-version` above all: the page shows none.
    let mut names: Vec<_> = request.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    if operation.body().is_some() {
        assert_eq!(header(request, "content-type"), Some("application/json"));
        assert_eq!(names, ["accept", "authorization", "content-length", "content-type", "host", "user-agent"]);
    } else {
        assert_eq!(request.body, b"");
        assert_eq!(names, ["accept", "authorization", "host", "user-agent"]);
    }
}

/// Looks for all properties of a schema in the value of a request, and for nothing else.
fn assert_complete(schema: &'static Value, value: &Value, path: &str) {
    let schema = resolve(schema);
    if let Some(variant) = variant_of(schema, value) {
        return assert_complete(variant.schema, value, path);
    }
    match (type_name(schema), value) {
        (Some("object"), Value::Object(_)) if schema["additionalProperties"] == true => {}
        (Some("object"), Value::Object(members)) if schema["additionalProperties"].is_object() => {
            for (name, value) in members {
                assert_complete(&schema["additionalProperties"], value, &format!("{path}.{name}"));
            }
        }
        (Some("object"), Value::Object(members)) => {
            let properties = properties(schema).into_iter().filter(|(_, property)| property["readOnly"] != true);
            let properties: Vec<_> = properties.collect();
            let names: BTreeSet<_> = properties.iter().map(|(name, _)| *name).collect();
            assert_eq!(members.keys().map(String::as_str).collect::<BTreeSet<_>>(), names, "{path}");
            for (name, property) in properties {
                assert_complete(property, &value[name], &format!("{path}.{name}"));
            }
        }
        (Some("array"), Value::Array(items)) => assert_complete(&schema["items"], &items[0], &format!("{path}[0]")),
        (Some("string"), Value::String(_))
        | (Some("integer" | "number"), Value::Number(_))
        | (Some("boolean"), Value::Bool(_)) => {}
        // A union of them.
        (None, Value::String(_) | Value::Number(_)) if schema.get("oneOf").is_some() => {}
        _ => panic!("{path} is {value}"),
    }
}
