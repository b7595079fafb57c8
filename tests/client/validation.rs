//! What the document demands of requests: checked when somebody asks for it, and left to the service otherwise.

use clickhouse_cloud::{Client, ClientBuilder, Error, Patch, types::*};
use serde_json::json;
use tests::{
    fake_api::{FakeApi, result},
    ids::{ORGANIZATION, SERVICE},
};

const NAME: &str = "`name` must have at most 50 characters";

async fn api() -> FakeApi {
    FakeApi::responding(result(&json!({}))).await
}

fn client(api: &FakeApi, configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    configure(Client::builder().base_url(api.url()).no_rate_limit()).build().unwrap()
}

fn wrong() -> CreateService {
    let addresses = [IpAccessEntry::new("203.0.113.0/24"), IpAccessEntry::new("everywhere")];
    CreateService::new("n".repeat(51), Provider::Aws, Region::from("mars"), addresses)
        .min_replica_memory_gb(10)
        .max_replica_memory_gb(4)
        .num_replicas(51)
        .idle_timeout_minutes(5)
}

fn problems(error: &Error) -> Vec<String> {
    let Error::InvalidRequest(error) = error else { panic!("{error:?}") };
    error.violations().iter().map(ToString::to_string).collect()
}

#[test]
fn every_broken_constraint_is_listed_with_its_path() {
    let error = wrong().validate().unwrap_err();
    let paths: Vec<_> = error.violations().iter().map(|violation| violation.path().to_owned()).collect();
    assert_eq!(
        paths,
        [
            "name",
            "region",
            "ip_access_list[1].source",
            "min_replica_memory_gb",
            "max_replica_memory_gb",
            "num_replicas"
        ]
    );
    let message = error.to_string();
    assert!(message.starts_with(&format!("CreateService: {NAME}, `region` must be a value")), "{message}");
    assert!(message.contains("`min_replica_memory_gb` must be a multiple of 4, and is 10"), "{message}");
    assert!(message.contains("`max_replica_memory_gb` must be at least 8, and is 4"), "{message}");
}

#[test]
fn values_that_the_document_allows_are_valid() {
    let sources = ["0.0.0.0/0", "203.0.113.7", "::/0", "2001:db8::1", "2001:db8::/32", "::ffff:203.0.113.7"];
    let create = |name: String| {
        CreateService::new(name, Provider::Gcp, Region::UsEast1Gcp, sources.map(IpAccessEntry::new))
            .min_replica_memory_gb(8)
            .max_replica_memory_gb(356)
            .num_replicas(50)
    };
    for name in ["n".repeat(50), "a".to_owned(), "order-analytics_2 (new)".to_owned(), "\u{e9}t\u{e9}".to_owned()] {
        assert_eq!(create(name).validate(), Ok(()));
    }
    assert!(create("n".repeat(51)).validate().is_err());
    assert!(create(String::new()).validate().is_err());
    assert!(create("a".to_owned()).num_replicas(0).validate().is_err());
}

#[test]
fn a_backup_configuration_has_the_bounds_of_the_service() {
    let new = UpdateBackupConfiguration::new;
    for right in [
        new().backup_start_time(Patch::Reset),
        new().backup_start_time("00:00"),
        new().backup_start_time("23:00"),
        new().backup_retention_period_in_hours(Patch::Reset),
        new().backup_retention_period_in_hours(24),
        new().backup_retention_period_in_hours(1080),
    ] {
        assert_eq!(right.validate(), Ok(()), "{right:?}");
    }
    for wrong in [
        new().backup_start_time("24:00"),
        new().backup_start_time("02:30"),
        new().backup_start_time("2:00"),
        new().backup_retention_period_in_hours(0),
        new().backup_retention_period_in_hours(36),
        new().backup_retention_period_in_hours(1104),
    ] {
        assert!(wrong.validate().is_err(), "{wrong:?}");
    }
}

#[tokio::test]
async fn a_validating_client_sends_nothing_that_breaks_a_constraint() {
    let api = api().await;
    let cloud = client(&api, |builder| builder.validate_requests(true));
    let error = cloud.create_service(ORGANIZATION, &wrong()).await.unwrap_err();
    assert_eq!(problems(&error).len(), 6);
    assert!(error.to_string().starts_with(&format!("createService: nothing was sent, because {NAME}")), "{error}");
    assert_eq!(error.attempts(), 0);
    assert_eq!(api.requests().await.len(), 0);

    let right = CreateService::new("analytics", Provider::Aws, Region::UsEast1, []);
    cloud.create_service(ORGANIZATION, &right).await.unwrap();
    assert_eq!(api.requests().await.len(), 1);
}

#[tokio::test]
async fn a_client_that_does_not_validate_leaves_bounds_to_the_service() {
    let api = api().await;
    client(&api, |builder| builder).create_service(ORGANIZATION, &wrong()).await.unwrap();
    assert_eq!(api.request().await.body_json::<serde_json::Value>().unwrap()["numReplicas"], 51);
}

#[tokio::test]
async fn a_secret_that_breaks_its_pattern_is_not_shown() {
    let password = UpdateServicePassword::new().new_password_hash("not a hash");
    let api = api().await;
    let cloud = client(&api, |builder| builder.validate_requests(true));
    let call = cloud.update_service_password(ORGANIZATION, SERVICE, &password);
    let error = call.await.unwrap_err();
    assert_eq!(problems(&error), ["`new_password_hash` must match `^[A-Za-z0-9+/]{43}=$`"]);
    assert!(!format!("{error} {error:?}").contains("not a hash"));
}
