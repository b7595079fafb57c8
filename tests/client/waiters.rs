//! Waiting for a service or a backup, against a simulator in which time flies, and against given responses.

use std::{
    future::IntoFuture,
    sync::{Arc, Mutex},
    time::Duration,
};

use clickhouse_cloud::{Backoff, Client, Error, NoRetry, WaitError, reqwest::StatusCode, types::*, uuid::Uuid};
use clickhouse_cloud_runtime::WaitStates;
use clickhouse_cloud_simulator::Simulator;
use serde_json::{Value, json};
use tests::{
    fake_api::{FakeApi, refusal, result},
    ids::{ORGANIZATION, SERVICE},
    raw_server::raw_server,
    simulated_cloud::new_service,
};
use tokio::{io::AsyncWriteExt, sync::Notify, task::JoinHandle};
use wiremock::ResponseTemplate;

use crate::clock;

const EVERY: Duration = Duration::from_millis(5);
const MINUTE: Duration = Duration::from_secs(60);
const QUICK: Backoff = Backoff::new().first(Duration::from_millis(2)).longest(Duration::from_millis(10));

/// A simulator, and a client without a rate limit.
struct Cloud {
    simulator: Simulator,
    client: Client,
    org: OrganizationId,
}

impl Cloud {
    /// Half an hour takes a second.
    async fn start() -> Self {
        let simulator = Simulator::builder().seed(1).no_rate_limit().speed(1_800.0).start().await.unwrap();
        let (key, secret) = simulator.key();
        let builder = Client::builder().base_url(simulator.base_url()).key(key, secret);
        let client = builder.no_rate_limit().retry(QUICK).build().unwrap();
        Self { org: simulator.organization().into(), simulator, client }
    }

    async fn create(&self) -> ServiceId {
        self.client.create_service(self.org, &new_service()).await.unwrap().service().unwrap().id().unwrap()
    }

    async fn command(&self, id: ServiceId, command: StateCommand) {
        self.client.update_service_state(self.org, id, &UpdateServiceState::new(command)).await.unwrap();
    }
}

#[tokio::test]
async fn waits_follow_a_service_from_creation_to_deletion() {
    let cloud = Cloud::start().await;
    let (client, org, id) = (&cloud.client, cloud.org, cloud.create().await);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let waiting = client.wait_until_service_running(org, id).every(EVERY).within(Duration::from_secs(60)).on_poll({
        let seen = Arc::clone(&seen);
        move |service| seen.lock().unwrap().extend(service.state.clone())
    });
    assert_eq!(waiting.await.unwrap().state().unwrap(), &ServiceState::Running);
    let seen = seen.lock().unwrap().clone();
    // On a slow machine the first states are over before they are seen.
    let (last, before) = seen.split_last().unwrap();
    assert_eq!(*last, ServiceState::Running);
    assert!(
        before.iter().all(|state| matches!(state, ServiceState::Provisioning | ServiceState::Starting)),
        "{seen:?}"
    );

    cloud.command(id, StateCommand::Stop).await;
    let stopped = client.wait_until_service_stopped(org, id).every(EVERY).await.unwrap();
    assert_eq!(stopped.state().unwrap(), &ServiceState::Stopped);

    while let Err(error) = client.delete_service(org, id).await {
        assert_eq!(error.status(), Some(StatusCode::CONFLICT), "{error}");
    }
    client.wait_until_service_deleted(org, id).every(EVERY).await.unwrap();
    let error = client.get_service(org, id).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    client.wait_until_service_deleted(org, id).await.unwrap();
}

#[tokio::test]
async fn an_idle_service_counts_as_running() {
    let api = FakeApi::responding(result(&json!({"state": "idle"}))).await;
    let service = api.client().wait_until_service_running(ORGANIZATION, SERVICE).await.unwrap();
    assert_eq!(service.state().unwrap(), &ServiceState::Idle);
}

#[tokio::test]
async fn a_backup_is_waited_for() {
    let cloud = Cloud::start().await;
    let (client, org, id) = (&cloud.client, cloud.org, cloud.create().await);
    client.wait_until_service_running(org, id).every(EVERY).await.unwrap();
    let backup = loop {
        if let Some(backup) = client.list_backups(org, id).await.unwrap().first() {
            break backup.id().unwrap();
        }
        cloud.simulator.advance(Duration::from_secs(3600));
    };
    let done = client.wait_until_backup_done(org, id, backup).every(EVERY).await.unwrap();
    assert_eq!((*done).status().unwrap(), &BackupStatus::Done);
}

/// Responses that show a service in these states, one after the other.
fn states(states: &[&str]) -> Vec<ResponseTemplate> {
    states.iter().map(|state| result(&json!({"state": state}))).collect()
}

fn failed_in(error: &Error, state: &str) {
    let Error::Wait(wait) = error else { panic!("{error:?}") };
    let WaitError::Failed { operation: "getService", field: "state", value, .. } = &**wait else { panic!("{wait:?}") };
    assert_eq!(value, state);
    let text =
        format!("getService: `state` is `{state}`, and from there it does not become `running` or `idle` by itself");
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_failure_state_after_another_state_ends_the_wait_at_once() {
    for state in ["stopped", "terminating", "failed"] {
        let api = FakeApi::responding_in_turn(states(&["starting", state])).await;
        let error = api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).await.unwrap_err();
        failed_in(&error, state);
        assert_eq!(api.requests().await.len(), 2);
    }
}

#[tokio::test]
async fn a_failure_state_from_before_the_change_does_not_end_the_wait() {
    let api = FakeApi::responding_in_turn(states(&["stopped", "stopped", "stopped", "starting", "running"])).await;
    let service = api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).await.unwrap();
    assert_eq!(service.state().unwrap(), &ServiceState::Running);
    assert_eq!(api.requests().await.len(), 5);
}

#[tokio::test]
async fn a_failure_state_that_stays_ends_the_wait_after_the_grace() {
    let api = FakeApi::responding_in_turn(states(&["stopped"])).await;
    let waiting =
        tokio::spawn(api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).into_future());
    goes_on(&api, &waiting).await;
    clock::advance(Duration::from_secs(20)).await;
    goes_on(&api, &waiting).await;
    clock::advance(Duration::from_secs(11)).await;
    failed_in(&waiting.await.unwrap().unwrap_err(), "stopped");

    let api = FakeApi::responding_in_turn(states(&["stopped"])).await;
    let error = api.client().wait_until_service_running(ORGANIZATION, SERVICE).grace(Duration::ZERO).await.unwrap_err();
    failed_in(&error, "stopped");
    assert_eq!(api.requests().await.len(), 1);
}

#[tokio::test]
async fn a_service_that_had_failed_before_it_was_deleted_is_waited_for() {
    let responses = [states(&["failed", "failed", "terminating"]), vec![refusal(404, "NOT_FOUND: no such service")]];
    let api = FakeApi::responding_in_turn(responses.concat()).await;
    api.client().wait_until_service_deleted(ORGANIZATION, SERVICE).every(EVERY).await.unwrap();
    assert_eq!(api.requests().await.len(), 4);
}

/// Sees to it that a wait polls twice more, and is not over then.
async fn goes_on<T>(api: &FakeApi, waiting: &JoinHandle<T>) {
    let before = api.requests().await.len();
    while api.requests().await.len() < before + 2 {
        assert!(!waiting.is_finished());
        tokio::time::sleep(EVERY).await;
    }
    assert!(!waiting.is_finished());
}

#[tokio::test]
async fn a_404_just_after_the_creation_does_not_end_the_wait() {
    let not_found = || refusal(404, "NOT_FOUND: no such service");
    let responses = [vec![not_found(), not_found(), not_found()], states(&["provisioning"]), vec![not_found()]];
    let api = FakeApi::responding_in_turn([responses.concat(), states(&["running"])].concat()).await;
    let service = api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).await.unwrap();
    assert_eq!(service.state().unwrap(), &ServiceState::Running);
    assert_eq!(api.requests().await.len(), 6);
}

#[tokio::test]
async fn a_404_after_the_grace_ends_the_wait() {
    let api = FakeApi::responding(refusal(404, "NOT_FOUND: no such service")).await;
    let waiting =
        tokio::spawn(api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).into_future());
    goes_on(&api, &waiting).await;
    clock::advance(Duration::from_secs(20)).await;
    goes_on(&api, &waiting).await;
    clock::advance(Duration::from_secs(11)).await;
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(&error, Error::Api(refusal) if refusal.is_not_found()), "{error:?}");
    assert!(error.to_string().contains("404 Not Found: NOT_FOUND: no such service; check the ids"), "{error}");

    let longer = Duration::from_secs(120);
    let waiting =
        api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).grace(longer).into_future();
    let waiting = tokio::spawn(waiting);
    goes_on(&api, &waiting).await;
    clock::advance(Duration::from_secs(60)).await;
    goes_on(&api, &waiting).await;
    clock::advance(Duration::from_secs(61)).await;
    assert!(matches!(waiting.await.unwrap().unwrap_err(), Error::Api(_)));
}

/// What gateways, load balancers and frameworks say of a path that they do not know.
fn not_found_by_others() -> Vec<ResponseTemplate> {
    let not_found = || ResponseTemplate::new(404);
    let json = |body: Value| not_found().set_body_json(body);
    vec![
        not_found(),
        not_found().set_body_raw("<!DOCTYPE html><pre>Cannot GET /v1/v1/organizations</pre>", "text/html"),
        not_found().set_body_string("404 page not found"),
        not_found().set_body_raw("{\"error\": \"NOT_FOUND", "application/json"),
        json(json!({"message": "no Route matched with those values"})),
        json(json!({"error": "404 page not found"})),
        json(json!({"error": true, "requestId": Uuid::nil()})),
        json(json!({"error": {"code": 404, "message": "not found"}, "requestId": Uuid::nil()})),
        json(json!({"statusCode": 404, "message": "Cannot GET /v1/v1/organizations", "error": "Not Found"})),
        json(json!({"timestamp": "2026-09-01", "status": 404, "error": "Not Found", "path": "/v1/v1/organizations"})),
        json(json!({"status": 404, "requestId": Uuid::nil(), "error": null})),
        json(json!(["error"])),
        json(json!("error")),
        json(json!(null)),
    ]
}

#[tokio::test]
async fn a_404_that_is_not_of_the_api_ends_calls_and_waits_and_names_the_base_url() {
    for response in not_found_by_others() {
        let api = FakeApi::responding(response).await;
        let base_url = format!("{}/v1", api.url());
        let cloud = Client::builder().base_url(&base_url).no_rate_limit().build().unwrap();
        let called = cloud.get_service(ORGANIZATION, SERVICE).await.map(drop).unwrap_err();
        let waited = cloud.wait_until_service_running(ORGANIZATION, SERVICE).await.map(drop).unwrap_err();
        let deleted = cloud.delete_service(ORGANIZATION, SERVICE).await.map(drop).unwrap_err();
        let gone = cloud.wait_until_service_deleted(ORGANIZATION, SERVICE).await.unwrap_err();
        let until = cloud.get_service(ORGANIZATION, SERVICE).until(|_| true).await.map(drop).unwrap_err();
        for error in [called, waited, deleted, gone, until] {
            let Error::Api(refusal) = &error else { panic!("{error:?}") };
            assert!(!refusal.is_not_found());
            let text = error.to_string();
            let advice = format!("something other than the API may have responded at {base_url}); check the base URL");
            assert!(text.contains(&advice), "{text}");
        }
        assert_eq!(api.requests().await.len(), 5);
    }
}

#[tokio::test]
async fn a_retried_deletion_succeeded_only_by_a_404_of_the_api() {
    let lost = || ResponseTemplate::new(500);
    let api = FakeApi::responding_in_turn([lost(), refusal(404, "NOT_FOUND: no such service")]).await;
    let response = api.client().delete_service(ORGANIZATION, SERVICE).retry(QUICK).await.unwrap();
    assert_eq!((response.attempts(), response.status()), (2, StatusCode::NOT_FOUND));

    for response in not_found_by_others() {
        let api = FakeApi::responding_in_turn([lost(), response]).await;
        let error = api.client().delete_service(ORGANIZATION, SERVICE).retry(QUICK).await.unwrap_err();
        assert!(!matches!(error, Error::Api(_)), "the first attempt may have deleted it: {error:?}");
        assert_eq!((error.attempts(), error.status()), (2, Some(StatusCode::NOT_FOUND)));
        assert!(error.to_string().contains(&format!("may have responded at {}", api.url())), "{error}");
    }
}

/// A server that breaks off its first responses, which are 404, and then gives a whole 404.
async fn breaks_off(times: usize) -> String {
    let left = Arc::new(Mutex::new(times));
    raw_server(move |mut connection| {
        let left = Arc::clone(&left);
        async move {
            let body = r#"{"status": 404, "error": "NOT_FOUND: no such service", "requestId": "1"}"#;
            let is_whole = *left.lock().unwrap() == 0;
            *left.lock().unwrap() -= usize::from(!is_whole);
            let head = format!("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            let sent = if is_whole { body } else { &body[..20] };
            connection.write_all(format!("{head}{sent}").as_bytes()).await.unwrap();
        }
    })
    .await
}

#[tokio::test]
async fn a_404_that_broke_off_is_retried() {
    let cloud = |url: String| Client::builder().base_url(url).no_rate_limit().retry(QUICK).build().unwrap();
    let error = cloud(breaks_off(2).await).get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    assert!(matches!(&error, Error::Api(refusal) if refusal.is_not_found()), "{error:?}");
    assert_eq!(error.attempts(), 3);
    cloud(breaks_off(2).await).wait_until_service_deleted(ORGANIZATION, SERVICE).await.unwrap();
    // It says by its status that nothing was deleted, and it is not for a second attempt to call that a success.
    let error = cloud(breaks_off(2).await).delete_service(ORGANIZATION, SERVICE).await.unwrap_err();
    assert_eq!((error.attempts(), error.status()), (1, Some(StatusCode::NOT_FOUND)));
}

#[tokio::test]
async fn a_404_that_broke_off_is_not_one_of_the_api() {
    let url = raw_server(|mut connection| async move {
        let head = "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n";
        connection.write_all(format!("{head}{{\"error\": \"NOT").as_bytes()).await.unwrap();
    })
    .await;
    let cloud = Client::builder().base_url(url).no_rate_limit().retry(NoRetry).build().unwrap();
    let error = cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    assert!(!matches!(error, Error::Api(_)), "{error:?}");
    let within = Duration::from_millis(50);
    let error = cloud.wait_until_service_deleted(ORGANIZATION, SERVICE).every(EVERY).within(within).await.unwrap_err();
    assert!(!matches!(error, Error::Api(_)), "{error:?}");
}

#[tokio::test]
async fn a_refusal_that_the_document_calls_gone_ends_the_wait_for_a_deletion() {
    let gone = "BAD_REQUEST: Invalid service id string:\"00000000-0000-0000-0000-000000000000\"";
    let api = FakeApi::responding(refusal(400, gone)).await;
    api.client().wait_until_service_deleted(ORGANIZATION, SERVICE).await.unwrap();
    assert_eq!(api.requests().await.len(), 1);
    let error = api.client().wait_until_service_running(ORGANIZATION, SERVICE).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));

    let elsewhere = json!({"message": gone});
    for response in [
        refusal(400, "BAD_REQUEST: Invalid organization id string:\"1\""),
        refusal(400, "Sorry. BAD_REQUEST: Invalid service id"),
        refusal(403, gone),
        ResponseTemplate::new(400).set_body_json(elsewhere),
        ResponseTemplate::new(400).set_body_string(gone),
        ResponseTemplate::new(400),
    ] {
        let api = FakeApi::responding(response).await;
        let error = api.client().wait_until_service_deleted(ORGANIZATION, SERVICE).await.unwrap_err();
        assert!(matches!(error, Error::Api(_)), "{error:?}");
        assert_eq!(api.requests().await.len(), 1);
    }
}

#[tokio::test]
async fn a_target_state_may_have_to_settle() {
    let restarting = states(&["running", "running", "starting", "running", "running", "running"]);
    let api = FakeApi::responding_in_turn(restarting).await;
    let waiting = api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).settle(3);
    assert_eq!(waiting.await.unwrap().state().unwrap(), &ServiceState::Running);
    assert_eq!(api.requests().await.len(), 6);

    let not_found = || refusal(404, "NOT_FOUND: no such service");
    let responses = [vec![not_found()], states(&["terminating"]), vec![not_found(), not_found()]];
    let api = FakeApi::responding_in_turn(responses.concat()).await;
    api.client().wait_until_service_deleted(ORGANIZATION, SERVICE).every(EVERY).settle(2).await.unwrap();
    assert_eq!(api.requests().await.len(), 4);
}

#[tokio::test]
async fn a_failed_poll_restarts_the_count() {
    let [running, broken] = [|| result(&json!({"state": "running"})), || ResponseTemplate::new(503)];
    let api = FakeApi::responding_in_turn([running(), broken(), running()]).await;
    api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).settle(2).await.unwrap();
    assert_eq!(api.requests().await.len(), 4);
}

#[tokio::test]
async fn a_state_that_does_not_settle_times_out() {
    let api = FakeApi::responding_in_turn(states(&["running"])).await;
    let polled = Arc::new(Notify::new());
    let waiting = api
        .client()
        .wait_until_service_running(ORGANIZATION, SERVICE)
        .every(2 * MINUTE)
        .settle(2)
        .within(MINUTE)
        .on_poll({
            let polled = Arc::clone(&polled);
            move |_| polled.notify_one()
        });
    let waiting = tokio::spawn(waiting.into_future());
    polled.notified().await;
    clock::advance(MINUTE).await;
    let error = waiting.await.unwrap().unwrap_err();
    let text = "getService: after 60s, it was `running` or `idle` in 1 of 2 consecutive polls; allow more time with \
                `.within(..)`";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn any_condition_can_be_waited_for() {
    let replicas = |number: u32| result(&json!({"state": "running", "numReplicas": number}));
    let responses = [refusal(404, "NOT_FOUND: no such service"), replicas(3), ResponseTemplate::new(503), replicas(5)];
    let api = FakeApi::responding_in_turn(responses).await;
    let seen = Arc::new(Mutex::new(0));
    let scaled = api
        .client()
        .get_service(ORGANIZATION, SERVICE)
        .until(|service| service.num_replicas == Some(5))
        .every(EVERY)
        .on_poll({
            let seen = Arc::clone(&seen);
            move |_| *seen.lock().unwrap() += 1
        });
    // In another task, to which it can be sent.
    let service = tokio::spawn(scaled.into_future()).await.unwrap().unwrap();
    assert_eq!(service.num_replicas, Some(5));
    assert_eq!((api.requests().await.len(), *seen.lock().unwrap()), (4, 2));
}

#[tokio::test]
async fn a_condition_remembers_and_settles() {
    let api = FakeApi::responding_in_turn(states(&["idle", "running", "idle", "running", "running"])).await;
    let mut polls = 0;
    let condition = move |service: &clickhouse_cloud::Response<Service>| {
        polls += 1;
        polls > 2 && service.state == Some(ServiceState::Running)
    };
    api.client().get_service(ORGANIZATION, SERVICE).until(condition).every(EVERY).settle(2).await.unwrap();
    assert_eq!(api.requests().await.len(), 5);
}

#[tokio::test]
async fn a_condition_that_does_not_come_true_times_out() {
    let api = FakeApi::responding_in_turn(states(&["running"])).await;
    let waiting = api.client().get_service(ORGANIZATION, SERVICE).until(|_| false).every(EVERY).within(MINUTE);
    let waiting = tokio::spawn(waiting.into_future());
    goes_on(&api, &waiting).await;
    clock::advance(MINUTE).await;
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(&error, Error::Wait(error) if matches!(**error, WaitError::TimedOut { .. })), "{error:?}");
    let text = "getService: after 60s, the condition does not hold yet; allow more time with `.within(..)`";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_call_that_costs_money_each_time_is_not_polled() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let cloud = api.client();
    let created = cloud.create_service(ORGANIZATION, &new_service()).until(|_| true).await.map(drop).unwrap_err();
    let changed = cloud.update_service_password(ORGANIZATION, SERVICE, &UpdateServicePassword::new()).until(|_| true);
    for (operation, error) in
        [("createService", created), ("updateServicePassword", changed.await.map(drop).unwrap_err())]
    {
        assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
        let text = format!(
            "{operation}: nothing was sent, because it is not idempotent, so it cannot be polled; poll a GET instead"
        );
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(api.requests().await.len(), 0);
}

#[tokio::test]
async fn a_service_has_ninety_minutes_to_start() {
    let api = FakeApi::responding_in_turn(states(&["provisioning"])).await;
    let waiting =
        tokio::spawn(api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).into_future());
    goes_on(&api, &waiting).await;
    for _ in 0..89 {
        clock::advance(Duration::from_secs(60)).await;
        tokio::time::sleep(EVERY).await;
    }
    goes_on(&api, &waiting).await;
    clock::advance(Duration::from_secs(60)).await;
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(&error, Error::Wait(error) if matches!(**error, WaitError::TimedOut { .. })), "{error:?}");
}

#[tokio::test]
async fn a_wait_that_times_out_names_the_last_state() {
    for (response, value) in [(json!({"state": "starting"}), "`starting`"), (json!({}), "unknown")] {
        let api = FakeApi::responding(result(&response)).await;
        let waiting = api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).within(MINUTE);
        let waiting = tokio::spawn(waiting.into_future());
        goes_on(&api, &waiting).await;
        clock::advance(MINUTE).await;
        let error = waiting.await.unwrap().unwrap_err();
        assert!(matches!(&error, Error::Wait(error) if matches!(**error, WaitError::TimedOut { .. })), "{error:?}");
        let text = format!(
            "getService: after 60s, `state` is {value}, and not yet `running` or `idle`; allow more time with `.within(..)`"
        );
        assert_eq!(error.to_string(), text);
    }
}

#[tokio::test]
async fn the_error_of_a_wait_for_several_fields_names_the_one_that_it_is_about() {
    let name = || WaitStates {
        field: "name",
        value: |service: &Service| service.name.as_deref(),
        target: &[],
        failure: &["broken"],
    };
    let state = || WaitStates {
        field: "state",
        value: |service: &Service| service.state.as_ref().map(ServiceState::as_str),
        target: &["running"],
        failure: &[],
    };
    for (state_of_service, settle, text) in [
        ("idle", 1, "after 60s, `state` is `idle`, and not yet `running`; "),
        ("running", u32::MAX, "it was `running` in "),
    ] {
        let api = FakeApi::responding(result(&json!({"name": "a", "state": state_of_service}))).await;
        let wait = api.client().get_service(ORGANIZATION, SERVICE).wait_until([name(), state()]);
        let waiting = tokio::spawn(wait.every(EVERY).settle(settle).within(MINUTE).into_future());
        goes_on(&api, &waiting).await;
        clock::advance(MINUTE).await;
        let error = waiting.await.unwrap().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    let api = FakeApi::responding(result(&json!({"name": "broken", "state": "idle"}))).await;
    let wait = api.client().get_service(ORGANIZATION, SERVICE).wait_until([name(), state()]);
    let error = wait.grace(Duration::ZERO).await.map(drop).unwrap_err().to_string();
    assert_eq!(error, "getService: `name` is `broken`, a failure state, which ends the wait");
}

#[tokio::test]
async fn a_deleted_service_is_not_waited_for() {
    let cloud = Cloud::start().await;
    let waiting = cloud.client.wait_until_service_running(cloud.org, SERVICE).every(EVERY).grace(10 * EVERY);
    let error = waiting.await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn a_wait_outlasts_passing_failures() {
    let cloud = Cloud::start().await;
    let id = cloud.create().await;
    for fault in ["internal-error", "reset-before", "invalid-json", "missing-field,field=state"] {
        cloud.simulator.faults().add(format!("getService={fault},times=20").parse().unwrap()).unwrap();
    }
    let waiting = cloud.client.wait_until_service_running(cloud.org, id).every(EVERY);
    assert_eq!(waiting.await.unwrap().state().unwrap(), &ServiceState::Running);
    assert!(cloud.simulator.log().count("getService") > 80);
}

#[tokio::test]
async fn a_wait_without_any_response_ends_with_the_last_failure() {
    let api = FakeApi::responding(ResponseTemplate::new(500)).await;
    let waiting = api.client().wait_until_service_running(ORGANIZATION, SERVICE).every(EVERY).within(MINUTE);
    let waiting = tokio::spawn(waiting.into_future());
    goes_on(&api, &waiting).await;
    clock::advance(MINUTE).await;
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR), "{error:?}");
}

#[tokio::test]
async fn a_lasting_refusal_ends_the_wait_at_once() {
    for status in [400, 401, 403, 404] {
        let api = FakeApi::responding(ResponseTemplate::new(status)).await;
        let error = api.client().wait_until_service_running(ORGANIZATION, SERVICE).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(api.requests().await.len(), 1);
    }
}
