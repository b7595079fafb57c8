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
    let (status, error) = client.refusal(DELETE, &service, None).await;
    assert_eq!(status, 409);
    assert!(error.ends_with("Current state: 'terminating'"), "{error}");
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

    assert_eq!(client.command(&service, "start").await, 200);
    assert_eq!(client.state(&service).await, "idle", "`start` does nothing to it");
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
                client.command(&service, "start").await,
                client.command(&service, "stop").await,
            ]
        }
    };
    assert_eq!(outcomes(service.clone()).await, [409, 200, 409], "provisioning");
    client.advance(30);
    assert_eq!(outcomes(service.clone()).await, [409, 200, 409], "starting");
    client.advance(60);
    assert_eq!(outcomes(service.clone()).await, [200, 200, 200], "running");
    assert_eq!(outcomes(service.clone()).await, [409, 409, 200], "stopping");
    client.advance(30);
    assert_eq!(client.command(&service, "awake").await, 400, "stopped");
    assert_eq!(client.command(&service, "stop").await, 200, "stopped");
    client.advance(5);
    assert_eq!(client.call(DELETE, &service, None).await.0, 200, "stopped");
    assert_eq!(outcomes(service.clone()).await, [409, 409, 409], "terminating");
    for below in ["", "/scaling", "/password", "/backupConfiguration"] {
        assert_eq!(client.call(PATCH, &format!("{service}{below}"), Some(json!({}))).await.0, 400, "{below}");
    }
}

#[tokio::test]
async fn a_service_is_deleted_in_the_states_in_which_the_api_allows_it() {
    let client = Client::start().await;
    let refused = |state: &str| {
        format!(
            "CONFLICT: Only instance in one of the following states: 'provisioning','starting','awaking','idle',\
             'stopped','degraded','failed' can be terminated. Current state: '{state}'"
        )
    };
    let idling = json!({ "idleScaling": true, "idleTimeoutMinutes": 5 });
    for (state, allowed) in [
        ("provisioning", true),
        ("starting", true),
        ("running", false),
        ("idle", true),
        ("awaking", true),
        ("stopping", false),
        ("stopped", true),
    ] {
        let service = client.create().await;
        if state == "starting" {
            client.advance(30);
        } else if state != "provisioning" {
            client.advance(90);
        }
        if ["idle", "awaking"].contains(&state) {
            client.result(PATCH, &format!("{service}/scaling"), Some(idling.clone())).await;
            client.advance(5 * 60);
        }
        if state == "awaking" {
            client.command(&service, "awake").await;
        }
        if ["stopping", "stopped"].contains(&state) {
            client.command(&service, "stop").await;
        }
        if state == "stopped" {
            client.advance(30 + 5);
        }
        assert_eq!(client.state(&service).await, state);
        if allowed {
            assert_eq!(client.call(DELETE, &service, None).await.0, 200, "{state}");
            assert_eq!(client.state(&service).await, "terminating");
        } else {
            assert_eq!(client.refusal(DELETE, &service, None).await, (409, refused(state)));
            assert_eq!(client.state(&service).await, state);
        }
    }
}
