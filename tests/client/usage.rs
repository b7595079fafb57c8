//! The use that the README shows, over real HTTP.

use std::time::Duration;

use clickhouse_cloud::{Client, Error, NoRetry, Patch, types::*, uuid::Uuid};
use serde_json::{Value, json};
use tests::ids::ORGANIZATION;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_json, method, path},
};

#[tokio::test]
async fn the_use_in_the_readme_works() {
    let server = MockServer::start().await;
    let org = OrganizationId(Uuid::from_u128(1));
    let id = ServiceId(Uuid::from_u128(2));
    let services = format!("/v1/organizations/{org}/services");
    let service = json!({"id": id, "name": "analytics", "state": "running"});

    Mock::given(method("GET"))
        .and(path("/v1/organizations"))
        .respond_with(response(&json!([{"id": org}])))
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path(services.as_str()))
        .and(body_json(json!({
            "name": "analytics",
            "provider": "aws",
            "region": "us-east-1",
            "ipAccessList": [{"source": "203.0.113.0/24"}],
        })))
        .respond_with(response(&json!({"service": service, "password": "correct horse"})))
        .mount(&server)
        .await;
    Mock::given(method("PATCH"))
        .and(path(format!("{services}/{id}/backupConfiguration")))
        .and(body_json(json!({"backupStartTime": null})))
        .respond_with(response(&json!({"backupPeriodInHours": 24})))
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path(services.as_str()))
        .respond_with(response(&json!([service])))
        .mount(&server)
        .await;

    let cloud = Client::builder().base_url(server.uri()).key("key", "secret").build().unwrap();
    let shown = show(&cloud).await.unwrap();
    assert_eq!(shown, ["correct horse", "analytics running"]);
}

async fn show(cloud: &Client) -> Result<Vec<String>, Error> {
    let mut shown = Vec::new();
    let org = cloud.list_organizations().await?.only()?.id()?;

    let created = cloud
        .create_service(
            org,
            &CreateService::new("analytics", Provider::Aws, Region::UsEast1, [IpAccessEntry::new("203.0.113.0/24")]),
        )
        .await?;
    shown.push(created.password()?.expose_secret().to_owned());
    let id = created.service()?.id()?;

    cloud
        .update_backup_configuration(org, id, &UpdateBackupConfiguration::new().backup_start_time(Patch::Reset))
        .await?;

    for service in &cloud.list_services(org).timeout(Duration::from_secs(5)).await? {
        shown.push(format!("{} {}", service.name()?, service.state()?));
    }
    Ok(shown)
}

#[tokio::test]
async fn a_received_value_can_be_sent_back() {
    let received: IpAccessEntry =
        serde_json::from_value(json!({"source": "203.0.113.7", "description": "Office"})).unwrap();
    let sent = IpAccessEntryInput::try_from(received).unwrap();
    assert_eq!(serde_json::to_value(&sent).unwrap(), json!({"source": "203.0.113.7", "description": "Office"}));

    let missing = IpAccessEntryInput::try_from(IpAccessEntry::default()).unwrap_err();
    assert_eq!((missing.type_name(), missing.field()), ("IpAccessEntry", "source"));
}

#[tokio::test]
async fn a_call_can_be_made_in_another_task() {
    let cloud = Client::builder().base_url("http://127.0.0.1:9").retry(NoRetry).build().unwrap();
    let call = cloud.list_services(ORGANIZATION);
    drop(cloud);
    let outcome = tokio::spawn(async move { call.await.map(clickhouse_cloud::Response::into_inner) }).await.unwrap();
    assert!(matches!(outcome, Err(Error::Connect { .. })), "{outcome:?}");
}

fn response(result: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"status": 200, "requestId": Uuid::nil(), "result": result}))
}

#[tokio::test]
async fn a_call_knows_the_permissions_that_it_needs() {
    let cloud = Client::builder().base_url("http://localhost").build().unwrap();
    let service = CreateService::new("analytics", Provider::Aws, Region::UsEast1, []);
    let needed = ["control-plane:organization:create-service", "control-plane:service:manage"];
    assert_eq!(cloud.create_service(Uuid::nil().into(), &service).permissions(), needed);
    assert_eq!(cloud.list_organizations().permissions(), [""; 0]);
}
