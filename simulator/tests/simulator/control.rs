//! The endpoints that control the simulator.

use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, NOBODY, POST};

async fn get(client: &Client, path: &str) -> Value {
    client.request(GET, path).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn faults_are_added_listed_and_dropped() {
    let client = Client::start().await;
    let rule = json!({ "fault": "bad-gateway", "operation": "listServices", "times": 1 });
    let added = client.request(POST, "/_simulator/faults").json(&rule).send().await.unwrap();
    assert_eq!((added.status().as_u16(), added.json::<Value>().await.unwrap()), (200, json!([rule])));
    assert_eq!(get(&client, "/_simulator/faults").await, json!([rule]));
    let path = client.path("");
    assert_eq!(client.signed(GET, &path).send().await.unwrap().status(), 502);
    assert_eq!(get(&client, "/_simulator/faults").await, json!([]));

    let late = json!({ "fault": "stale-state", "seconds": 2.5 });
    let added = client.request(POST, "/_simulator/faults").json(&late).send().await.unwrap();
    assert_eq!((added.status().as_u16(), added.json::<Value>().await.unwrap()), (200, json!([late])));

    client.request(POST, "/_simulator/faults").json(&rule).send().await.unwrap();
    assert_eq!(client.request(DELETE, "/_simulator/faults").send().await.unwrap().status(), 204);
    assert_eq!(client.signed(GET, &path).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn invalid_requests_are_refused_with_a_reason() {
    let client = Client::start().await;
    for (path, body, reason) in [
        ("/_simulator/faults", json!({ "fault": "explode" }), "explode"),
        ("/_simulator/faults", json!({ "fault": "cut-body", "operation": "explode" }), "no operation `explode`"),
        ("/_simulator/faults", json!({ "fault": "cut-body", "probability": 2 }), "probability"),
        ("/_simulator/faults", json!({ "fault": "cut-body", "when": "always" }), "when"),
        ("/_simulator/clock", json!({ "seconds": -1 }), "seconds"),
        ("/_simulator/clock", json!({ "seconds": 1e300 }), "seconds"),
        ("/_simulator/clock", json!({}), "seconds"),
        ("/_simulator/states", json!({ "id": NOBODY, "state": "Ready" }), NOBODY),
        ("/_simulator/states", json!({ "id": "x", "state": "Ready" }), "id"),
        ("/_simulator/states", json!({ "id": NOBODY }), "state"),
    ] {
        let response = client.request(POST, path).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{body}");
        let response: Value = response.json().await.unwrap();
        assert!(response["error"].as_str().unwrap().contains(reason), "{response}");
    }
    assert_eq!(client.request(DELETE, "/_simulator/clock").send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn the_log_lists_requests_and_their_outcomes() {
    let client = Client::start().await;
    let service = client.create().await;
    client.advance(90);
    client.call(DELETE, &service, None).await;
    client.request(GET, "/nowhere?secret=1").send().await.unwrap();

    let log = get(&client, "/_simulator/log").await;
    assert_eq!(log["total"], 3);
    let [create, delete, nowhere] = &log["requests"].as_array().unwrap()[..] else { panic!("{log}") };
    assert_eq!(
        (&create["operation"], &create["status"], &create["carriedOut"]),
        (&json!("createService"), &json!(200), &json!(true))
    );
    assert_eq!(create["key"], client.simulator.key().0);
    assert_eq!(
        (&delete["operation"], &delete["status"], &delete["carriedOut"]),
        (&json!("deleteService"), &json!(409), &json!(false))
    );
    assert_eq!(
        (&nowhere["operation"], &nowhere["status"], &nowhere["path"]),
        (&Value::Null, &json!(404), &json!("/nowhere"))
    );
    assert!(!log.to_string().contains(client.simulator.key().1));

    assert_eq!(client.simulator.log().count("createService"), 1);
    assert_eq!(client.request(DELETE, "/_simulator/log").send().await.unwrap().status(), 204);
    assert_eq!((client.simulator.log().total(), client.simulator.log().entries().len()), (0, 0));
}

#[tokio::test]
async fn the_clock_is_advanced() {
    let client = Client::start().await;
    let service = client.create().await;
    let before = get(&client, "/_simulator/clock").await;
    assert_eq!(before["speed"], 0.0);
    let response = client.request(POST, "/_simulator/clock").json(&json!({ "seconds": 90 })).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_ne!(get(&client, "/_simulator/clock").await["now"], before["now"]);
    assert_eq!(client.state(&service).await, "running");
}

#[tokio::test]
async fn the_state_of_a_resource_is_set() {
    let client = Client::start().await;
    let endpoints = format!("{}/clickpipesReversePrivateEndpoints", client.create_running().await);
    let body = json!({
        "description": "Orders",
        "type": "GCP_PSC_SERVICE_ATTACHMENT",
        "gcpServiceAttachment": "projects/a/regions/us-central1/serviceAttachments/b",
    });
    let created = client.result(POST, &endpoints, Some(body)).await;
    let path = format!("{endpoints}/{}", created["id"].as_str().unwrap());
    let set = |state| client.request(POST, "/_simulator/states").json(&json!({ "id": created["id"], "state": state }));

    assert_eq!(set("Ready").send().await.unwrap().status(), 204);
    assert_eq!(client.result(GET, &path, None).await["status"], "Ready");
    let response = set("ready").send().await.unwrap();
    assert_eq!(response.status(), 400);
    let refused: Value = response.json().await.unwrap();
    assert_eq!(refused["error"], "a reverse private endpoint cannot be `ready`");
    assert_eq!(client.result(GET, &path, None).await["status"], "Ready");

    // From there, it goes on by itself.
    set("Deleting").send().await.unwrap();
    client.advance(60);
    assert_eq!(client.refusal(GET, &path, None).await.0, 404);
    assert_eq!(set("Ready").send().await.unwrap().status(), 400);
}
