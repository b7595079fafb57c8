//! The refusals of calls, by the document and by the state.

use clickhouse_cloud_simulator::Simulator;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Client, DELETE, GET, NOBODY, PATCH, POST, read};

#[tokio::test]
async fn a_body_that_breaks_the_document_is_refused_by_field() {
    let client = Client::start().await;
    let valid = json!({ "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [] });
    for (field, value, expected) in [
        ("name", json!(""), "name: "),
        ("name", json!("x".repeat(51)), "name: "),
        ("name", json!(1), "name: "),
        ("provider", json!("ibm"), "provider: "),
        ("region", json!("us-east-9"), "region: "),
        ("region", json!("us-east1"), "region: "),
        ("tier", Value::Null, "tier: "),
        ("ipAccessList", json!([{ "description": "no source" }]), "ipAccessList[0]: \"source\" is a required property"),
        ("ipAccessList", json!([{ "source": "::1" }, { "source": "anywhere" }]), "ipAccessList[1].source: "),
        ("ipAccessList", json!([{ "source": 1 }]), "ipAccessList[0].source: "),
        ("minTotalMemoryGb", json!(25), "minTotalMemoryGb: "),
        ("minTotalMemoryGb", json!(12), "minTotalMemoryGb: "),
        ("minTotalMemoryGb", json!(1e18), "minTotalMemoryGb: "),
        ("maxTotalMemoryGb", json!(1080), "maxTotalMemoryGb: "),
        ("maxTotalMemoryGb", json!(24.5), "maxTotalMemoryGb: "),
        ("numReplicas", json!(0), "numReplicas: "),
        ("ipAccessList", Value::Null, "ipAccessList: "),
        ("idleScaling", json!("yes"), "idleScaling: "),
        ("idleTimeoutMinutes", json!(4), "idleTimeoutMinutes: "),
        ("idleTimeoutMinutes", json!(u64::MAX), "idleTimeoutMinutes: "),
        ("backupId", json!("latest"), "backupId: "),
    ] {
        let mut body = valid.clone();
        body[field] = value;
        let (status, error) = client.refusal(POST, "", Some(body)).await;
        assert_eq!(status, 400, "{field}: {error}");
        assert!(error.starts_with(&format!("BAD_REQUEST: {expected}")), "{field}: {error}");
    }
    let (status, error) = client.refusal(POST, "", Some(without(&valid, "ipAccessList"))).await;
    assert_eq!(
        (status, error.as_str()),
        (400, "BAD_REQUEST: request body.ipAccessList value is not an array: undefined")
    );
    for missing in ["name", "provider", "region"] {
        let (status, error) = client.refusal(POST, "", Some(without(&valid, missing))).await;
        assert_eq!((status, error), (400, format!("BAD_REQUEST: \"{missing}\" is a required property")));
    }
    assert_eq!(client.result(GET, "", None).await, json!([]));
}

fn without(body: &Value, field: &str) -> Value {
    let mut body = body.clone();
    body.as_object_mut().unwrap().shift_remove(field);
    body
}

#[tokio::test]
async fn settings_that_contradict_are_refused() {
    let client = Client::start().await;
    let create = |extra: Value| {
        let mut body = json!({ "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [] });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        client.call(POST, "", Some(body))
    };
    for settings in [
        json!({ "provider": "azure", "region": "eastus", "tier": "development" }),
        json!({ "tier": "development", "minTotalMemoryGb": 24 }),
        json!({ "tier": "dedicated_standard", "maxTotalMemoryGb": 24 }),
        json!({ "tier": "development", "idleScaling": false }),
        json!({ "tier": "development", "numReplicas": 3 }),
        json!({ "minTotalMemoryGb": 48, "maxTotalMemoryGb": 36 }),
    ] {
        assert_eq!(create(settings.clone()).await.0, 400, "{settings}");
    }
    let service = client.create().await;
    let before = client.result(GET, &service, None).await;
    let scaling = json!({ "maxTotalMemoryGb": 24, "minTotalMemoryGb": 36, "numReplicas": 5 });
    assert_eq!(client.call(PATCH, &format!("{service}/scaling"), Some(scaling)).await.0, 400);
    let update = json!({ "name": "b", "ipAccessList": { "add": [{ "source": "nowhere" }] } });
    let (status, error) = client.refusal(PATCH, &service, Some(update)).await;
    assert_eq!(status, 400);
    assert!(error.contains("ipAccessList.add[0].source"), "{error}");
    assert_eq!(client.result(GET, &service, None).await, before);
}

#[tokio::test]
async fn secrets_are_not_repeated_in_errors() {
    let client = Client::start().await;
    let service = client.create().await;
    let path = format!("{service}/password");
    let (status, error) = client.refusal(PATCH, &path, Some(json!({ "newPasswordHash": "hunter2" }))).await;
    assert_eq!(status, 400);
    assert!(error.contains("newPasswordHash") && !error.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn unknown_ids_are_not_found() {
    let client = Client::start().await;
    let service = client.create().await;
    let nobody = format!("/{NOBODY}");
    for below in ["", "/privateEndpointConfig", "/prometheus", "/backups", "/backupConfiguration"] {
        assert_eq!(client.refusal(GET, &format!("{nobody}{below}"), None).await.0, 404, "{below}");
    }
    for below in ["", "/scaling", "/password", "/backupConfiguration"] {
        assert_eq!(client.refusal(PATCH, &format!("{nobody}{below}"), Some(json!({}))).await.0, 404, "{below}");
    }
    assert_eq!(client.command(&nobody, "start").await, 404);
    assert_eq!(client.refusal(DELETE, &nobody, None).await.0, 404);
    assert_eq!(client.refusal(GET, &format!("{service}/backups/{NOBODY}"), None).await.0, 404);
}

#[tokio::test]
async fn a_path_that_is_not_simulated_lists_the_simulated_operations() {
    let client = Client::start().await;
    let organization = client.simulator.organization();
    for (method, path) in [
        (POST, format!("/v1/organizations/{organization}/udfs")),
        (DELETE, format!("/v1/organizations/{organization}/udfs/{NOBODY}")),
        (PATCH, format!("/v1/organizations/{organization}/byocInfrastructure/{NOBODY}")),
        (GET, client.path(&format!("/{NOBODY}/clickstack/alerts/{NOBODY}"))),
    ] {
        let (status, response) = read(client.signed(method, &path).send().await.unwrap()).await;
        assert_eq!((status, &response["status"]), (404, &json!(404)), "{path}");
        assert!(response["requestId"].is_string(), "{response}");
        let error = response["error"].as_str().unwrap();
        assert!(error.starts_with("NOT_FOUND: the simulator does not have this path of the API: "), "{error}");
        assert!(error.contains(" listServices, ") && error.contains(", updateBackupConfiguration"), "{error}");
    }
}

#[tokio::test]
async fn a_path_that_the_api_does_not_have_gets_a_page_of_html() {
    let client = Client::start().await;
    let nothing = client.path(&format!("/{NOBODY}/nothing"));
    for (method, path, shown) in [
        (GET, "/v1/v1/organizations", "Cannot GET /v1/v1/organizations"),
        (POST, "/v2/organizations?secret=1", "Cannot POST /v2/organizations"),
        (GET, "/_simulator/nothing", "Cannot GET /_simulator/nothing"),
        (DELETE, &nothing, &format!("Cannot DELETE {nothing}")),
        (GET, "/&lt;'", "Cannot GET /&amp;lt;&#39;"),
    ] {
        let response = client.signed(method, path).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8", "{path}");
        let page = response.text().await.unwrap();
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        assert!(page.contains(&format!("<pre>{shown}</pre>")), "{page}");
        assert!(!page.contains("secret"), "{page}");
    }
}

#[tokio::test]
async fn a_key_opens_its_own_organization_only() {
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let builder = Simulator::builder().no_rate_limit();
    let simulator = builder
        .organization(one)
        .key("k1", "s1")
        .organization(other)
        .key("k2", "s2:with:colons")
        .start()
        .await
        .unwrap();
    let http = reqwest::Client::new();
    let list = |organization: Uuid, key: &'static str, secret: &'static str| {
        let url = format!("{}/v1/organizations/{organization}/services", simulator.base_url());
        let request = http.get(url).basic_auth(key, Some(secret));
        async { read(request.send().await.unwrap()).await }
    };
    assert_eq!(list(one, "k1", "s1").await.0, 200);
    assert_eq!(list(other, "k2", "s2:with:colons").await.0, 200);
    let (status, foreign) = list(other, "k1", "s1").await;
    let (_, unknown) = list(Uuid::from_u128(3), "k1", "s1").await;
    assert_eq!((status, &foreign["error"]), (404, &unknown["error"]));
    assert_eq!(list(one, "k1", "s2").await.0, 401);
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_unauthorized() {
    let client = Client::start().await;
    let path = client.path("");
    let (key, secret) = client.simulator.key();
    for request in [
        client.request(GET, &path),
        client.request(GET, &path).basic_auth(key, Some("wrong")),
        client.request(GET, &path).basic_auth("wrong", Some(secret)),
        client.request(GET, &path).bearer_auth(secret),
        client.request(GET, &path).header("authorization", "Basic not base64"),
        client.request(POST, &path).body("not even JSON"),
    ] {
        let response = request.send().await.unwrap();
        assert!(response.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic "));
        assert_eq!(read(response).await.0, 401);
    }
    let unknown = client.request(GET, &path).basic_auth("wrong", Some(secret)).send().await.unwrap();
    assert_eq!(read(unknown).await.1["error"], "UNAUTHORIZED: Key is not found");
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_refused_with_those_it_takes() {
    let client = Client::start().await;
    for (method, below, allowed) in [
        (DELETE, "", "GET, POST"),
        (Method::PUT, "/x", "GET, PATCH, DELETE"),
        (GET, "/x/state", "PATCH"),
        (Method::OPTIONS, "/x/backups", "GET"),
    ] {
        let response = client.request(method, &client.path(below)).send().await.unwrap();
        assert_eq!((response.status().as_u16(), &response.headers()["allow"]), (405, &allowed.parse().unwrap()));
    }
}

#[tokio::test]
async fn a_body_has_to_be_there_and_to_be_json() {
    let client = Client::start().await;
    let service = client.create().await;
    let path = client.path(&format!("{service}/scaling"));
    let send = |content_type: &'static str, body: &'static str| {
        let request = client.signed(PATCH, &path).header("content-type", content_type).body(body);
        async { read(request.send().await.unwrap()).await.0 }
    };
    assert_eq!(send("application/json", "{}").await, 200);
    assert_eq!(send("Application/JSON; charset=utf-8", "{}").await, 200);
    assert_eq!(send("text/plain", "{}").await, 415);
    assert_eq!(send("application/json", "").await, 400);
    assert_eq!(send("application/json", "{").await, 400);
    assert_eq!(send("application/json", "[]").await, 400);
    assert_eq!(send("application/json", "null").await, 400);
    assert_eq!(client.call(PATCH, &format!("{service}/state"), Some(json!({ "command": "explode" }))).await.0, 400);
    assert_eq!(client.signed(PATCH, &path).send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn a_list_instead_of_changes_to_tags_gets_the_message_of_the_api() {
    let client = Client::start().await;
    let service = client.create().await;
    let body = json!({ "tags": [{ "add": [{ "key": "team" }] }] });
    let refusal = client.refusal(PATCH, &service, Some(body)).await;
    assert_eq!(refusal, (400, "BAD_REQUEST: request body.tags is an array.".to_owned()));
}

#[tokio::test]
async fn each_operation_for_scaling_ignores_the_fields_of_the_other_one() {
    let client = Client::start().await;
    let service = client.create().await;
    let before = client.result(GET, &service, None).await;
    for (path, body) in [
        (
            "scaling",
            json!({ "autoscalingMode": "horizontal", "minReplicas": 2, "maxReplicas": 4, "minReplicaMemoryGb": 16 }),
        ),
        ("replicaScaling", json!({ "minTotalMemoryGb": 48, "maxTotalMemoryGb": 48 })),
    ] {
        assert_eq!(client.result(PATCH, &format!("{service}/{path}"), Some(body)).await, before, "{path}");
    }
}
