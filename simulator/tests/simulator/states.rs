//! The states of a service, by a clock that is advanced by hand.

use serde_json::json;

use crate::client::{Client, DELETE, GET, PATCH};

#[tokio::test]
async fn a_service_lives_from_its_creation_to_its_deletion() {
    let client = Client::start().await;
    let service = client.create().await;
    assert_eq!(client.state(&service).await, "provisioning");
    client.advance(30);
    assert_eq!(client.state(&service).await, "starting");
    client.advance(60);
    assert_eq!(client.state(&service).await, "running");

    assert_eq!(client.command(&service, "stop").await, 200);
    assert_eq!(client.state(&service).await, "stopping");
    client.advance(30);
    assert_eq!(client.state(&service).await, "stopped");

    assert_eq!(client.command(&service, "start").await, 200);
    assert_eq!(client.state(&service).await, "starting");
    client.advance(60);
    assert_eq!(client.state(&service).await, "running");

    client.command(&service, "stop").await;
    client.advance(30);
    assert_eq!(client.call(DELETE, &service, None).await.0, 409);
    client.advance(5);
    assert_eq!(client.call(DELETE, &service, None).await.0, 200);
    assert_eq!(client.state(&service).await, "terminating");
    assert_eq!(client.call(DELETE, &service, None).await.0, 200);
    client.advance(30);
    assert_eq!(client.call(GET, &service, None).await.0, 404);
    assert_eq!(client.call(DELETE, &service, None).await.0, 404);
    assert_eq!(client.result(GET, "", None).await, json!([]));
}

#[tokio::test]
async fn several_transitions_can_be_due_at_once() {
    let client = Client::start().await;
    let service = client.create().await;
    client.advance(365 * 24 * 60 * 60);
    assert_eq!(client.state(&service).await, "running");
}

#[tokio::test]
async fn an_untouched_service_idles_and_wakes() {
    let client = Client::start().await;
    let service = client.create_running().await;
    let scaling = json!({ "idleScaling": true, "idleTimeoutMinutes": 10 });
    client.result(PATCH, &format!("{service}/scaling"), Some(scaling)).await;
    client.advance(9 * 60);
    client.result(PATCH, &service, Some(json!({ "name": "touched" }))).await;
    client.advance(9 * 60);
    assert_eq!(client.state(&service).await, "running");
    client.advance(60);
    assert_eq!(client.state(&service).await, "idle");

    assert_eq!(client.command(&service, "start").await, 400);
    assert_eq!(client.command(&service, "awake").await, 200);
    assert_eq!(client.state(&service).await, "awaking");
    assert_eq!(client.command(&service, "awake").await, 200);
    client.advance(10);
    assert_eq!(client.state(&service).await, "running");
    client.advance(10 * 60);
    assert_eq!(client.state(&service).await, "idle");
    assert_eq!(client.command(&service, "stop").await, 200);
    assert_eq!(client.state(&service).await, "stopping");
}

#[tokio::test]
async fn commands_are_allowed_by_the_state() {
    let client = Client::start().await;
    let service = client.create().await;
    let outcomes = |service: String| {
        let client = &client;
        async move {
            [
                client.command(&service, "awake").await,
                client.call(DELETE, &service, None).await.0,
                client.command(&service, "start").await,
                client.command(&service, "stop").await,
            ]
        }
    };
    assert_eq!(outcomes(service.clone()).await, [409, 400, 200, 409], "provisioning");
    client.advance(30);
    assert_eq!(outcomes(service.clone()).await, [409, 400, 200, 409], "starting");
    client.advance(60);
    assert_eq!(outcomes(service.clone()).await, [200, 400, 200, 200], "running");
    assert_eq!(outcomes(service.clone()).await, [409, 409, 409, 200], "stopping");
    client.advance(30);
    assert_eq!(client.command(&service, "awake").await, 400, "stopped");
    assert_eq!(client.command(&service, "stop").await, 200, "stopped");
    client.advance(5);
    assert_eq!(client.call(DELETE, &service, None).await.0, 200, "stopped");
    assert_eq!(outcomes(service.clone()).await, [409, 200, 409, 409], "terminating");
    for below in ["", "/scaling", "/password", "/backupConfiguration"] {
        assert_eq!(client.call(PATCH, &format!("{service}{below}"), Some(json!({}))).await.0, 400, "{below}");
    }
}
