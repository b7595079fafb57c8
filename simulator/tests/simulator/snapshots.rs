//! Snapshots and their configuration.

use serde_json::{Value, json};

use crate::client::{Client, GET, PATCH, POST};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

async fn configure(client: &Client, service: &str, body: Value) -> Value {
    client.result(PATCH, &format!("{service}/snapshotConfiguration"), Some(body)).await
}

/// Starts a simulator with a service that has a snapshot each half hour.
async fn start() -> (Client, String) {
    let client = Client::start().await;
    let service = client.create_running().await;
    configure(&client, &service, json!({ "enabled": true, "gap": 30, "timeFrame": 1440 })).await;
    (client, service)
}

async fn snapshots(client: &Client, service: &str) -> Vec<Value> {
    client.result(GET, &format!("{service}/snapshots"), None).await.as_array().unwrap().clone()
}

fn statuses(snapshots: &[Value]) -> Vec<&str> {
    snapshots.iter().map(|snapshot| snapshot["status"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn snapshots_are_made_by_the_configuration_and_kept_for_its_time_frame() {
    let (client, service) = start().await;
    assert_eq!(snapshots(&client, &service).await, [json!(null); 0]);
    client.advance(90 * MINUTE);
    let list = snapshots(&client, &service).await;
    assert_eq!(statuses(&list), ["in_progress", "done", "done"], "the most recent one first");
    assert_eq!((&list[0]["sizeInBytes"], list[0].get("finishedAt")), (&json!(0), None));
    assert_eq!(list[1]["durationInSeconds"], 8.0);
    assert!(list[1]["finishedAt"].as_str() > list[1]["startedAt"].as_str());
    assert_eq!(format!("/{}", list[1]["serviceId"].as_str().unwrap()), service);
    let one = client.result(GET, &format!("{service}/snapshots/{}", list[1]["id"].as_str().unwrap()), None).await;
    assert_eq!(one, list[1]);

    client.advance(10_000 * HOUR);
    assert_eq!(snapshots(&client, &service).await.len(), 49, "one each half hour, and one at both ends of the day");
    let gone = format!("{service}/snapshots/{}", list[1]["id"].as_str().unwrap());
    assert_eq!(client.call(GET, &gone, None).await.0, 404);
}

#[tokio::test]
async fn every_fifth_snapshot_is_throttled_first() {
    let (client, service) = start().await;
    client.advance(5 * 30 * MINUTE);
    let list = snapshots(&client, &service).await;
    assert_eq!(statuses(&list), ["throttled", "done", "done", "done", "done"]);
    let path = format!("{service}/snapshots/{}", list[0]["id"].as_str().unwrap());
    for (seconds, status) in [(119, "throttled"), (1, "in_progress"), (8, "done")] {
        client.advance(seconds);
        assert_eq!(client.result(GET, &path, None).await["status"], status);
    }
    assert_eq!(client.result(GET, &path, None).await["durationInSeconds"], 128.0);
}

#[tokio::test]
async fn a_snapshot_fails_if_it_is_told_to() {
    let (client, service) = start().await;
    client.advance(30 * MINUTE);
    let id = snapshots(&client, &service).await[0]["id"].clone();
    client.simulator.set_state(id.as_str().unwrap().parse().unwrap(), "error").unwrap();
    let failed = client.result(GET, &format!("{service}/snapshots/{}", id.as_str().unwrap()), None).await;
    assert_eq!((&failed["status"], failed["finishedAt"].is_string()), (&json!("error"), true));
}

#[tokio::test]
async fn gap_and_time_frame_are_one_of_two_pairs() {
    let client = Client::start().await;
    let service = client.create_running().await;
    let path = format!("{service}/snapshotConfiguration");
    let disabled = json!({ "enabled": false });
    assert_eq!(client.result(GET, &path, None).await, disabled);
    for body in [
        json!({}),
        json!({ "enabled": true }),
        json!({ "gap": 30 }),
        json!({ "timeFrame": 1440 }),
        json!({ "gap": 30, "timeFrame": 2880 }),
        json!({ "enabled": false, "gap": 15, "timeFrame": 1440 }),
        json!({ "enabled": null }),
        json!({ "gap": null, "timeFrame": null }),
    ] {
        let (status, message) = client.refusal(PATCH, &path, Some(body.clone())).await;
        assert_eq!(status, 400, "{body}: {message}");
    }
    assert_eq!(client.result(GET, &path, None).await, disabled, "nothing is changed by a refusal");

    let hourly = json!({ "enabled": true, "gap": 60, "timeFrame": 2880 });
    assert_eq!(configure(&client, &service, hourly.clone()).await, hourly);
    let off = json!({ "enabled": false, "gap": 60, "timeFrame": 2880 });
    assert_eq!(configure(&client, &service, disabled).await, off, "what is left out is kept");
    assert_eq!(configure(&client, &service, json!({ "enabled": true })).await, hourly);
}

#[tokio::test]
async fn snapshots_end_with_the_configuration_and_while_the_service_is_not_up() {
    let (client, service) = start().await;
    client.advance(70 * MINUTE);
    configure(&client, &service, json!({ "enabled": false })).await;
    client.advance(5 * HOUR);
    assert_eq!(snapshots(&client, &service).await.len(), 2);
    configure(&client, &service, json!({ "enabled": true })).await;
    client.command(&service, "stop").await;
    client.advance(5 * HOUR);
    assert_eq!(snapshots(&client, &service).await.len(), 2);
    client.command(&service, "start").await;
    client.advance(60);
    assert_eq!(statuses(&snapshots(&client, &service).await), ["in_progress", "done", "done"]);
}

#[tokio::test]
async fn only_a_primary_service_has_snapshots() {
    let (client, service) = start().await;
    let warehouse = client.result(GET, &service, None).await["dataWarehouseId"].take();
    let body = json!({
        "name": "b", "provider": "aws", "region": "us-east-1", "ipAccessList": [], "dataWarehouseId": warehouse,
    });
    let created = client.result(POST, "", Some(body)).await;
    let secondary = format!("/{}", created["service"]["id"].as_str().unwrap());
    let path = format!("{secondary}/snapshotConfiguration");
    let (status, message) = client.refusal(PATCH, &path, Some(json!({ "enabled": false }))).await;
    assert_eq!((status, message.contains("primary")), (400, true), "{message}");
    assert_eq!(client.result(GET, &path, None).await, json!({ "enabled": false }));
    client.advance(HOUR);
    assert_eq!(snapshots(&client, &secondary).await, [json!(null); 0]);
}

#[tokio::test]
async fn snapshots_come_in_pages() {
    let (client, service) = start().await;
    client.advance(5 * 30 * MINUTE);
    let all = snapshots(&client, &service).await;
    let (_, first) = client.call(GET, &format!("{service}/snapshots?limit=3"), None).await;
    assert_eq!((&first["totalCount"], &first["limit"]), (&json!(5), &json!(3)));
    let cursor = first["nextCursor"].as_str().unwrap();
    // One more is made between the two pages.
    client.advance(30 * MINUTE);
    let (_, second) = client.call(GET, &format!("{service}/snapshots?limit=3&cursor={cursor}"), None).await;
    let ids = [&first, &second].into_iter().flat_map(|page| page["result"].as_array().unwrap()).map(|one| &one["id"]);
    assert_eq!(ids.collect::<Vec<_>>(), all.iter().map(|one| &one["id"]).collect::<Vec<_>>());
    assert_eq!(second["nextCursor"], Value::Null);
}
