//! The use that the README shows, over real HTTP.

use std::time::Duration;

use clickhouse_cloud::{Client, Error, NoRetry, types::*, uuid::Uuid};
use clickhouse_cloud_simulator::Simulator;
use serde_json::json;
use tests::ids::ORGANIZATION;

#[tokio::test]
async fn the_use_in_the_readme_works_against_the_simulator() {
    let simulator = Simulator::builder().seed(1).speed(600.0).no_rate_limit().start().await.unwrap();
    let (key, secret) = simulator.key();
    let builder = Client::builder().base_url(simulator.base_url()).key(key, secret).no_rate_limit();
    let [password, name] = show(&builder.build().unwrap()).await.unwrap();
    assert!(!password.is_empty());
    assert_eq!(name, "analytics");
}

async fn show(cloud: &Client) -> Result<[String; 2], Error> {
    let organization = cloud.list_organizations().await?.only()?.id()?;

    let created = cloud
        .create_service(
            organization,
            &CreateService::new("analytics", Provider::Aws, Region::UsEast1, [IpAccessEntry::new("203.0.113.0/24")])
                .num_replicas(3)
                .min_replica_memory_gb(8)
                .max_replica_memory_gb(32),
        )
        .await?;
    let password = created.password()?.expose_secret().to_owned();
    let service = created.service()?.id()?;

    cloud.wait_until_service_running(organization, service).every(Duration::from_millis(20)).await?;
    cloud
        .update_service_replica_scaling(
            organization,
            service,
            &UpdateServiceReplicaScaling::new().max_replica_memory_gb(64),
        )
        .await?;

    let mut names = String::new();
    let mut services = cloud.list_services(organization).items();
    while let Some(service) = services.next().await {
        names += service?.name()?;
    }
    Ok([password, names])
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

#[tokio::test]
async fn a_call_knows_the_permissions_that_it_needs() {
    let cloud = Client::builder().base_url("http://localhost").build().unwrap();
    let service = CreateService::new("analytics", Provider::Aws, Region::UsEast1, []);
    let needed = ["control-plane:organization:create-service", "control-plane:service:manage"];
    assert_eq!(cloud.create_service(Uuid::nil().into(), &service).permissions(), needed);
    assert_eq!(cloud.list_organizations().permissions(), [""; 0]);
}
