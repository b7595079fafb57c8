//! Faults on demand.

use std::time::{Duration, Instant};

use clickhouse_cloud_simulator::{Fault, FaultRule, InvalidFault};
use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, NOBODY, PATCH, POST, read};

/// Returns a client, the path of a service, and adds a fault to reading it.
async fn client_with_fault(rule: FaultRule) -> (Client, String) {
    let client = Client::start().await;
    let service = client.create().await;
    client.simulator.faults().add(rule.operation("getService")).unwrap();
    (client, service)
}

async fn get_json(client: &Client, service: &str) -> Value {
    let (status, response) = client.call(GET, service, None).await;
    assert_eq!(status, 200);
    response["result"].clone()
}

#[tokio::test]
async fn a_rule_fails_the_next_calls_of_an_operation() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::InternalError).times(2)).await;
    assert_eq!(client.call(GET, "", None).await.0, 200);
    assert_eq!(client.refusal(GET, &service, None).await.0, 500);
    assert_eq!(client.simulator.faults().list().len(), 1);
    assert_eq!(client.refusal(GET, &service, None).await.0, 500);
    assert_eq!(client.call(GET, &service, None).await.0, 200);
    assert_eq!(client.simulator.faults().list(), []);
}

#[tokio::test]
async fn a_proxy_responds_with_html() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::BadGateway)).await;
    let response = client.signed(GET, &client.path(&service)).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (502, &"text/html; charset=utf-8".parse().unwrap())
    );
    assert!(response.text().await.unwrap().starts_with("<html>"));
    client.simulator.faults().clear();
    assert_eq!(client.call(GET, &service, None).await.0, 200);
}

#[tokio::test]
async fn a_simulated_rate_limit_says_when_it_ends() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::TooManyRequests).seconds(0.25)).await;
    let response = client.signed(GET, &client.path(&service)).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-ratelimit-reset"]),
        (429, &"0.250".parse().unwrap())
    );
}

#[tokio::test]
async fn a_reset_before_the_request_is_read_changes_nothing() {
    let client = Client::start().await;
    client.simulator.faults().add("createService=reset-before,times=1".parse().unwrap()).unwrap();
    let body = json!({ "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [] });
    let error = client.signed(POST, &client.path("")).json(&body).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("ConnectionReset"), "{error:?}");
    assert_eq!(client.result(GET, "", None).await, json!([]));
    let entry = client.simulator.log().entries().remove(0);
    assert_eq!((entry.status, entry.carried_out, entry.fault), (None, false, Some(Fault::ResetBefore)));
}

#[tokio::test]
async fn a_reset_before_the_response_leaves_the_change() {
    let client = Client::start().await;
    client.simulator.faults().add("createService=reset-after,times=1".parse().unwrap()).unwrap();
    let body = json!({ "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [] });
    let error = client.signed(POST, &client.path("")).json(&body).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("ConnectionReset"), "{error:?}");
    assert_eq!(client.result(GET, "", None).await.as_array().unwrap().len(), 1);
    let entry = client.simulator.log().entries().remove(0);
    assert_eq!((entry.status, entry.carried_out, entry.fault), (None, true, Some(Fault::ResetAfter)));
}

#[tokio::test]
async fn a_cut_body_ends_half_way() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::CutBody)).await;
    let mut response = client.signed(GET, &client.path(&service)).send().await.unwrap();
    let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let mut received = 0;
    let outcome = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => received += chunk.len(),
            other => break other,
        }
    };
    assert!(outcome.is_err());
    assert_eq!(received, length / 2);
}

#[tokio::test]
async fn a_slow_body_takes_its_time() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::SlowBody).seconds(0.3)).await;
    let started = Instant::now();
    get_json(&client, &service).await;
    assert!(started.elapsed() >= Duration::from_millis(290), "{:?}", started.elapsed());
}

#[tokio::test]
async fn invalid_json_is_whole_by_its_length() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::InvalidJson)).await;
    let body = client.signed(GET, &client.path(&service)).send().await.unwrap().text().await.unwrap();
    assert!(body.starts_with("{\"status\":200") && serde_json::from_str::<Value>(&body).is_err(), "{body}");
}

#[tokio::test]
async fn a_required_field_is_missing() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::MissingField).times(1)).await;
    let damaged = get_json(&client, &service).await;
    let whole = get_json(&client, &service).await;
    let fields = |service: &Value| service.to_string().matches("\":").count();
    assert!(fields(&damaged) < fields(&whole), "{damaged}");

    client.simulator.faults().add("getService=missing-field,field=tier".parse().unwrap()).unwrap();
    assert_eq!(get_json(&client, &service).await, whole, "there is none");
    client.simulator.faults().clear();
    client.simulator.faults().add("listServices=missing-field,field=state".parse().unwrap()).unwrap();
    client.create().await;
    for one in client.result(GET, "", None).await.as_array().unwrap() {
        assert_eq!(one.get("state"), None);
    }
}

#[tokio::test]
async fn a_field_has_another_type() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::WrongType).times(1)).await;
    let damaged = get_json(&client, &service).await;
    let whole = get_json(&client, &service).await;
    assert_ne!(damaged, whole);
    client.simulator.faults().add("getService=wrong-type,field=name".parse().unwrap()).unwrap();
    assert_eq!(get_json(&client, &service).await["name"], true);
}

#[tokio::test]
async fn a_field_has_a_value_that_is_not_listed() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::UnknownEnumValue)).await;
    let damaged = get_json(&client, &service).await;
    assert_eq!(damaged.to_string().matches("something_new").count(), 1, "{damaged}");
    assert_ne!(damaged["name"], "something_new");
    client.simulator.faults().clear();
    client.simulator.faults().add("*=unknown-enum-value".parse().unwrap()).unwrap();
    let (status, response) = client.call(PATCH, &format!("{service}/password"), Some(json!({}))).await;
    assert_eq!(status, 200, "there is none: {response}");
}

#[tokio::test]
async fn a_new_service_is_not_found_at_first() {
    let client = Client::start_with(|builder| builder.fault(FaultRule::new(Fault::NotYetFound).seconds(10.0))).await;
    let old = client.create().await;
    client.advance(10);
    let service = client.create().await;
    let not_found = (404, "NOT_FOUND: there is no such service".to_owned());
    assert_eq!(client.refusal(GET, &service, None).await, not_found);
    assert_eq!(client.refusal(PATCH, &service, Some(json!({ "name": "b" }))).await, not_found);
    assert_eq!(client.refusal(DELETE, &service, None).await, not_found);
    assert_eq!(client.call(GET, &old, None).await.0, 200, "it has been there for long enough");
    assert_eq!(client.result(GET, "", None).await.as_array().unwrap().len(), 2, "lists name no service");
    client.advance(9);
    assert_eq!(client.refusal(GET, &service, None).await, not_found);
    client.advance(1);
    assert_eq!(client.result(GET, &service, None).await["name"], "analytics");
    let entries = client.simulator.log().entries();
    assert_eq!(entries.iter().filter(|entry| entry.fault == Some(Fault::NotYetFound)).count(), 4);
}

#[tokio::test]
async fn a_new_service_is_not_found_by_a_number_of_calls() {
    let client = Client::start().await;
    client.simulator.faults().add("getService=not-yet-found,times=2".parse().unwrap()).unwrap();
    let service = client.create().await;
    assert_eq!(client.call(PATCH, &service, Some(json!({}))).await.0, 200);
    assert_eq!(client.refusal(GET, &service, None).await.0, 404);
    assert_eq!(client.refusal(GET, &service, None).await.0, 404);
    assert_eq!(client.call(GET, &service, None).await.0, 200);
}

#[tokio::test]
async fn an_old_state_is_shown_for_a_while() {
    let client = Client::start().await;
    let service = client.create_running().await;
    client.command(&service, "stop").await;
    client.advance(60);
    assert_eq!(client.state(&service).await, "stopped");

    client.simulator.faults().add("*=stale-state,seconds=10".parse().unwrap()).unwrap();
    let command = json!({ "command": "start" });
    let response = client.result(PATCH, &format!("{service}/state"), Some(command)).await;
    assert_eq!(response["state"], "stopped", "the response to a change is no better");
    client.advance(9);
    assert_eq!(client.state(&service).await, "stopped");
    assert_eq!(client.result(GET, "", None).await[0]["state"], "stopped");
    client.advance(1);
    assert_eq!(client.state(&service).await, "starting");
    client.advance(59);
    assert_eq!(client.state(&service).await, "starting", "it has been running for less than ten seconds");
    client.advance(1);
    assert_eq!(client.state(&service).await, "running");

    client.command(&service, "stop").await;
    assert_eq!(client.state(&service).await, "running");
    client.simulator.faults().clear();
    assert_eq!(client.state(&service).await, "stopping", "it is only what is shown");
}

#[tokio::test]
async fn an_id_that_does_not_exist_is_invalid() {
    let client = Client::start().await;
    let service = client.create_running().await;
    client.simulator.faults().add(FaultRule::new(Fault::InvalidId)).unwrap();
    let invalid = |thing: &str| (400, format!("BAD_REQUEST: Invalid {thing} id string:\"{NOBODY}\""));
    assert_eq!(client.refusal(GET, &format!("/{NOBODY}"), None).await, invalid("service"));
    assert_eq!(client.refusal(DELETE, &format!("/{NOBODY}"), None).await, invalid("service"));
    assert_eq!(client.refusal(GET, &format!("/{NOBODY}/backups/{NOBODY}"), None).await, invalid("service"));
    assert_eq!(client.refusal(GET, &format!("{service}/backups/{NOBODY}"), None).await, invalid("backup"));
    let other = format!("/v1/organizations/{NOBODY}/services{service}");
    let (status, response) = read(client.signed(GET, &other).send().await.unwrap()).await;
    assert_eq!((status, response["error"].as_str().unwrap().to_owned()), invalid("organization"));
    assert_eq!(client.call(GET, &service, None).await.0, 200);

    client.command(&service, "stop").await;
    client.advance(60);
    assert_eq!(client.call(DELETE, &service, None).await.0, 200);
    client.advance(60);
    assert_eq!(client.refusal(GET, &service, None).await.0, 400, "what was deleted has never been there");
}

#[tokio::test]
async fn a_call_without_access_has_no_fault() {
    let (client, service) = client_with_fault(FaultRule::new(Fault::BadGateway).times(1)).await;
    assert_eq!(client.request(GET, &client.path(&service)).send().await.unwrap().status(), 401);
    let nowhere = client.signed(GET, &client.path("/nothing/there")).send().await.unwrap();
    assert_eq!(nowhere.status(), 404);
    assert_eq!(client.simulator.faults().list().len(), 1);
}

#[tokio::test]
async fn a_fault_for_an_unknown_operation_is_refused() {
    let client = Client::start().await;
    let refused = client.simulator.faults().add(FaultRule::new(Fault::CutBody).operation("explode"));
    assert_eq!(refused, Err(InvalidFault::UnknownOperation("explode".to_owned())));
}
