//! Each operation, when it succeeds.

use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, PATCH, POST};

#[tokio::test]
async fn a_new_service_is_returned_whole_and_with_its_password() {
    let client = Client::start().await;
    let body = json!({
        "name": "order-analytics_2",
        "provider": "aws",
        "region": "us-east-1",
        "tier": "production",
        "ipAccessList": [{ "source": "203.0.113.0/24", "description": "Office" }],
        "minTotalMemoryGb": 48.0,
        "maxTotalMemoryGb": 120,
        "numReplicas": 3,
        "idleScaling": true,
        "idleTimeoutMinutes": 15,
        "encryptionKey": "arn:aws:kms:example",
        "encryptionAssumedRoleIdentifier": "arn:aws:iam:example",
        "privateEndpointIds": ["vpce-1"],
        "privatePreviewTermsChecked": true,
        "somethingElse": "is ignored",
    });
    let created = client.result(POST, "", Some(body.clone())).await;
    assert!(created["password"].as_str().unwrap().len() > 10);
    let service = &created["service"];
    assert_eq!(service["state"], "provisioning");
    let sent = body.as_object().unwrap().iter();
    for (name, value) in
        sent.filter(|(name, _)| !["privatePreviewTermsChecked", "somethingElse"].contains(&name.as_str()))
    {
        let expected = if name == "minTotalMemoryGb" { &json!(48) } else { value };
        assert_eq!(&service[name], expected, "{name}");
    }
    let host = service["endpoints"][0]["host"].as_str().unwrap();
    assert!(host.ends_with(".us-east-1.aws.clickhouse.cloud"), "{host}");
    assert_eq!(service["endpoints"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_service_has_the_fields_of_its_tier() {
    let client = Client::start().await;
    let create = |extra: Value| {
        let mut body = json!({ "name": "a", "provider": "gcp", "region": "us-east1", "ipAccessList": [] });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        client.result(POST, "", Some(body))
    };
    let development = create(json!({ "tier": "development" })).await["service"].clone();
    assert_eq!((&development["minTotalMemoryGb"], &development["numReplicas"]), (&Value::Null, &Value::Null));
    assert_eq!(development["idleScaling"], true);
    assert_eq!(development.get("iamRole"), None);

    let plain = create(json!({ "minTotalMemoryGb": 96 })).await["service"].clone();
    assert_eq!(plain.get("tier"), None);
    assert_eq!((&plain["minTotalMemoryGb"], &plain["maxTotalMemoryGb"]), (&json!(96), &json!(96)));
}

#[tokio::test]
async fn services_are_listed_in_the_order_of_their_creation() {
    let client = Client::start().await;
    assert_eq!(client.result(GET, "", None).await, json!([]));
    let created = [client.create().await, client.create().await, client.create().await];
    let listed = client.result(GET, "", None).await;
    let ids: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| format!("/{}", one["id"].as_str().unwrap())).collect();
    assert_eq!(ids, created);
    assert_eq!(client.result(GET, &created[1], None).await, listed[1]);
}

#[tokio::test]
async fn names_and_lists_are_updated_with_removals_before_additions() {
    let client = Client::start().await;
    let service = client.create().await;
    let update = |body: Value| client.result(PATCH, &service, Some(body));

    let added = update(json!({
        "name": "renamed",
        "ipAccessList": { "add": [{ "source": "10.0.0.1" }, { "source": "::/0", "description": "all" }] },
        "privateEndpointIds": { "add": ["a", "b"] },
    }))
    .await;
    assert_eq!(added["name"], "renamed");
    assert_eq!(added["ipAccessList"], json!([{ "source": "10.0.0.1" }, { "source": "::/0", "description": "all" }]));

    let both = update(json!({
        "ipAccessList": { "remove": [{ "source": "10.0.0.1" }, { "source": "9.9.9.9" }], "add": [{ "source": "10.0.0.1" }] },
        "privateEndpointIds": { "remove": ["a"], "add": ["a"] },
    }))
    .await;
    assert_eq!(both["ipAccessList"], json!([{ "source": "::/0", "description": "all" }, { "source": "10.0.0.1" }]));
    assert_eq!(both["privateEndpointIds"], json!(["b", "a"]));
    assert_eq!(update(json!({})).await, both);
}

#[tokio::test]
async fn scaling_is_updated_field_by_field() {
    let client = Client::start().await;
    let service = client.create().await;
    let path = format!("{service}/scaling");
    let body = json!({ "minTotalMemoryGb": 36, "maxTotalMemoryGb": 72, "idleScaling": true, "idleTimeoutMinutes": 30 });
    client.result(PATCH, &path, Some(body)).await;
    let scaled = client.result(PATCH, &path, Some(json!({ "maxTotalMemoryGb": 84, "numReplicas": 1 }))).await;
    assert_eq!(scaled["minTotalMemoryGb"], 36);
    assert_eq!(scaled["maxTotalMemoryGb"], 84);
    assert_eq!(scaled["numReplicas"], 1);
    assert_eq!(scaled["idleTimeoutMinutes"], 30);
    assert_eq!(scaled["idleScaling"], true);
}

#[tokio::test]
async fn a_password_is_generated_unless_its_hash_is_given() {
    let client = Client::start().await;
    let service = client.create().await;
    let path = format!("{service}/password");
    let first = client.result(PATCH, &path, Some(json!({}))).await;
    let second = client.result(PATCH, &path, Some(json!({}))).await;
    assert_ne!(first["password"], second["password"]);
    let hash = "5qibx94f+Y9UaVpFPbpo7S/cxjvYNasJ4tnGg6JzhM8=";
    assert_eq!(client.result(PATCH, &path, Some(json!({ "newPasswordHash": hash }))).await, json!({}));

    let mysql = "501a4304f231ddba886523780281209106c0e579";
    let ignored = client.result(PATCH, &path, Some(json!({ "newDoubleSha1Hash": mysql }))).await;
    assert!(ignored["password"].is_string());
    assert_eq!(client.result(GET, &service, None).await["endpoints"].as_array().unwrap().len(), 2);
    let both = json!({ "newPasswordHash": hash, "newDoubleSha1Hash": mysql });
    client.result(PATCH, &path, Some(both)).await;
    assert_eq!(client.result(GET, &service, None).await["endpoints"][2]["protocol"], "mysql");
}

#[tokio::test]
async fn each_provider_has_its_private_endpoint_configuration() {
    let client = Client::start().await;
    for (provider, region, part) in [
        ("aws", "us-east-1", "com.amazonaws.vpce.us-east-1.vpce-svc-"),
        ("gcp", "us-east1", "/regions/us-east1/serviceAttachments/"),
        ("azure", "eastus", ".eastus.azure.privatelinkservice"),
    ] {
        let body = json!({ "name": "a", "provider": provider, "region": region, "ipAccessList": [] });
        let id = client.result(POST, "", Some(body)).await["service"]["id"].as_str().unwrap().to_owned();
        let path = format!("/{id}/privateEndpointConfig");
        let configuration = client.result(GET, &path, None).await;
        assert!(configuration["endpointServiceId"].as_str().unwrap().contains(part), "{configuration}");
        assert_eq!(configuration, client.result(GET, &path, None).await);
    }
}

#[tokio::test]
async fn metrics_are_text_without_an_envelope() {
    let client = Client::start().await;
    let service = client.create_running().await;
    let path = client.path(&format!("{service}/prometheus"));
    let response = client.signed(GET, &path).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    let text = response.text().await.unwrap();
    assert!(text.contains("clickhouse_service_name=\"analytics\",clickhouse_cluster_status=\"running\""), "{text}");
    assert_eq!(text.matches("ClickHouseMetrics_MemoryTracking{").count(), 3);
}

#[tokio::test]
async fn the_response_to_a_deletion_has_no_result() {
    let client = Client::start().await;
    let service = client.create_running().await;
    client.command(&service, "stop").await;
    client.advance(60);
    let (status, response) = client.call(DELETE, &service, None).await;
    assert_eq!((status, response.get("result"), &response["status"]), (200, None, &json!(200)));
}
