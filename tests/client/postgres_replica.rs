//! The promise of the example: one service and one replica, whatever is lost on the way, and a password that is valid.

use std::time::Duration;

use clickhouse_cloud::{Client, types::*};
use tests::simulated_cloud::SimulatedCloud;

use crate::clock;

#[path = "../../generated/examples/postgres_replica.rs"]
#[expect(dead_code, reason = "it is a program of its own, of which a part is called here")]
mod example;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Creates a service and a replica, and returns how many times an operation was carried out.
async fn create(fault: Option<&str>) -> impl Fn(&str) -> usize {
    let cloud = SimulatedCloud::start().await;
    let (simulator, org) = (&cloud.simulator, cloud.organization);
    let (key, secret) = simulator.key();
    let builder = Client::builder().base_url(simulator.base_url()).key(key, secret).no_rate_limit();
    let client = builder.timeout(HOUR).attempt_timeout(HOUR).build().unwrap();
    if let Some(fault) = fault {
        cloud.fault(fault);
    }
    let created = Box::pin(async {
        let (primary, password) = example::create(&client, org, "Orders", "203.0.113.0/24").await.unwrap();
        assert!(!password.expose_secret().is_empty());
        if fault.is_some() {
            // A response that is lost is not that of a refusal.
            simulator.advance(HOUR);
        }
        let replica = example::replicate(&client, org, primary, "Orders for reports").await.unwrap();
        for (id, is_primary) in [(primary, true), (replica, false)] {
            let service = client.get_postgres_service(org, id).await.unwrap();
            assert_eq!((service.state(), service.is_primary), (Ok(&PostgresState::Running), Some(is_primary)));
            let command = example::command(&service).unwrap();
            assert!(command.contains(service.hostname.as_deref().unwrap()), "{command}");
            assert!(!command.contains(password.expose_secret()), "{command}");
        }
        assert_eq!(client.list_postgres_services(org).await.unwrap().len(), 2);
    });
    clock::pass(simulator, created).await;
    let log = simulator.log().entries();
    move |operation| {
        log.iter().filter(|entry| entry.operation.as_deref() == Some(operation) && entry.carried_out).count()
    }
}

#[tokio::test]
async fn a_service_gets_a_replica_as_soon_as_it_has_a_backup() {
    let times = create(None).await;
    let counts = ["createPostgresService", "createPostgresReadReplica", "updatePostgresPassword"].map(times);
    assert_eq!(counts, [1, 1, 0]);
}

#[tokio::test]
async fn a_service_whose_creation_is_lost_is_found_and_gets_a_new_password() {
    let times = create(Some("createPostgresService=reset-after,times=1")).await;
    assert_eq!((times("createPostgresService"), times("updatePostgresPassword")), (1, 1));
}

#[tokio::test]
async fn a_replica_whose_creation_is_lost_is_found() {
    for fault in ["createPostgresReadReplica=reset-after,times=1", "createPostgresReadReplica=invalid-json,times=1"] {
        let times = create(Some(fault)).await;
        assert_eq!(times("createPostgresReadReplica"), 1, "{fault}");
    }
}
