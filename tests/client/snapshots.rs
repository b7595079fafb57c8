//! Snapshots, which are waited for also while they are throttled.

use std::time::Duration;

use clickhouse_cloud::uuid::Uuid;
use clickhouse_cloud::{Error, WaitError, types::*};
use serde_json::json;
use tests::{
    fake_api::{FakeApi, result},
    ids::{ORGANIZATION, SERVICE},
    simulated_cloud::{SimulatedCloud, fitting},
};

/// The time between two polls of a waiter.
const EVERY: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A running service with a snapshot each half hour.
async fn start() -> (SimulatedCloud, ServiceId) {
    let cloud = SimulatedCloud::start().await;
    let service = cloud.create_running_service().await;
    let often = UpdateSnapshotConfiguration::new().enabled(true).gap(30).time_frame(1440);
    let updated = cloud.client.update_snapshot_configuration(cloud.organization, service, &often).await.unwrap();
    assert_eq!((fitting(updated).enabled(), often.enabled), (Ok(true), Some(true)));
    (cloud, service)
}

#[tokio::test]
async fn a_throttled_snapshot_is_waited_for() {
    let (cloud, service) = start().await;
    let (client, org) = (&cloud.client, cloud.organization);
    cloud.advance(5 * 30 * MINUTE);
    let newest = fitting(client.list_snapshots(org, service).await.unwrap()).first().unwrap().clone();
    assert_eq!(newest.status(), Ok(&SnapshotStatus::Throttled));
    let wait = client.wait_until_snapshot_done(org, service, newest.id().unwrap()).every(EVERY);
    let waiting = tokio::spawn(wait.into_future());
    while cloud.simulator.log().count("getSnapshot") < 3 {
        tokio::time::sleep(EVERY).await;
    }
    cloud.advance(3 * MINUTE);
    let done = waiting.await.unwrap().unwrap().into_inner();
    assert_eq!((done.status(), done.type_()), (Ok(&SnapshotStatus::Done), Ok(&SnapshotType::Full)));
    assert!(done.finished_at.unwrap() > done.started_at().unwrap());
}

#[tokio::test]
async fn a_snapshot_that_has_failed_ends_the_wait() {
    let statuses = ["throttled", "in_progress", "error"].map(|status| result(&json!({ "status": status })));
    let api = FakeApi::responding_in_turn(statuses).await;
    let id = SnapshotId(Uuid::nil());
    let error = api.client().wait_until_snapshot_done(ORGANIZATION, SERVICE, id).every(EVERY).await.unwrap_err();
    let Error::Wait(wait) = &error else { panic!("{error:?}") };
    assert!(matches!(&**wait, WaitError::Failed { value, .. } if value == "error"), "{wait:?}");
}

#[tokio::test]
async fn all_pages_of_snapshots_are_listed() {
    let (cloud, service) = start().await;
    let (client, org) = (&cloud.client, cloud.organization);
    cloud.advance(5 * 30 * MINUTE);
    let all = client.list_snapshots(org, service).limit(2).all().await.unwrap();
    assert_eq!(all.len(), 5);
    assert!(all.is_sorted_by_key(|snapshot| std::cmp::Reverse(snapshot.started_at().unwrap())));
    assert_eq!(cloud.simulator.log().count("listSnapshots"), 3);
}
