//! Waiting for a service or a backup, against a simulator in which time flies.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use clickhouse_cloud::{Backoff, Client, Error, WaitError, reqwest::StatusCode, types::*, uuid::Uuid};
use clickhouse_cloud_simulator::{Builder, Simulator};
use serde_json::json;
use tests::{
    fake_api::{FakeApi, result},
    simulated_cloud::new_service,
};

const ID: Uuid = Uuid::nil();
const EVERY: Duration = Duration::from_millis(5);
const QUICK: Backoff = Backoff::new().first(Duration::from_millis(2)).longest(Duration::from_millis(10));

/// A simulator, and a client that does not wait for its turns.
struct Cloud {
    simulator: Simulator,
    client: Client,
    org: Uuid,
}

impl Cloud {
    /// Half an hour takes a second.
    async fn start() -> Self {
        Self::start_with(|builder| builder.speed(1_800.0)).await
    }

    async fn start_with(configure: impl FnOnce(Builder) -> Builder) -> Self {
        let simulator = configure(Simulator::builder().seed(1).no_rate_limit()).start().await.unwrap();
        let (key, secret) = simulator.key();
        let builder = Client::builder().base_url(simulator.base_url()).key(key, secret);
        let client = builder.no_rate_limit().retry(QUICK).build().unwrap();
        Self { org: simulator.organization(), simulator, client }
    }

    async fn create(&self) -> Uuid {
        self.client.create_service(self.org, &new_service()).await.unwrap().service().unwrap().id().unwrap()
    }

    async fn command(&self, id: Uuid, command: StateCommand) {
        self.client.update_service_state(self.org, id, &UpdateServiceState::new(command)).await.unwrap();
    }
}

#[tokio::test]
async fn a_service_is_waited_for_from_its_creation_to_its_end() {
    let cloud = Cloud::start().await;
    let (client, org, id) = (&cloud.client, cloud.org, cloud.create().await);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let waiting = client.wait_until_service_running(org, id).every(EVERY).within(Duration::from_secs(60)).on_poll({
        let seen = Arc::clone(&seen);
        move |service| seen.lock().unwrap().extend(service.state.clone())
    });
    assert_eq!(waiting.await.unwrap().state().unwrap(), &ServiceState::Running);
    let seen = seen.lock().unwrap().clone();
    assert_eq!((seen.first(), seen.last()), (Some(&ServiceState::Provisioning), Some(&ServiceState::Running)));

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
async fn an_idle_service_is_up() {
    let api = FakeApi::answering(result(&json!({"state": "idle"}))).await;
    let service = api.client().wait_until_service_running(ID, ID).await.unwrap();
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

#[tokio::test]
async fn a_state_that_leads_nowhere_ends_the_wait_at_once() {
    for state in ["stopped", "terminating", "failed"] {
        let api = FakeApi::answering(result(&json!({"state": state}))).await;
        let begun = Instant::now();
        let error = api.client().wait_until_service_running(ID, ID).await.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let Error::Wait(wait) = &error else { panic!("{error:?}") };
        let WaitError::Failed { operation: "getService", field: "state", value, .. } = &**wait else {
            panic!("{wait:?}")
        };
        assert_eq!(value, state);
        let text = format!("getService: `state` is `{state}`, and from there it does not become `running` or `idle`");
        assert_eq!(error.to_string(), text);
        assert_eq!(api.requests().await.len(), 1);
    }
}

#[tokio::test]
async fn a_wait_that_takes_too_long_says_how_far_it_came() {
    for (answer, value) in [(json!({"state": "starting"}), "`starting`"), (json!({}), "unknown")] {
        let api = FakeApi::answering(result(&answer)).await;
        let within = Duration::from_millis(50);
        let error = api.client().wait_until_service_running(ID, ID).every(EVERY).within(within).await.unwrap_err();
        assert!(matches!(&error, Error::Wait(error) if matches!(**error, WaitError::TimedOut { .. })), "{error:?}");
        let text = format!(
            "getService: after 50ms, `state` is {value}, and not yet `running` or `idle`; allow more time with `.within(..)`"
        );
        assert_eq!(error.to_string(), text);
        assert!(api.requests().await.len() > 1);
    }
}

#[tokio::test]
async fn what_was_deleted_before_is_not_what_one_waits_for_to_run() {
    let cloud = Cloud::start().await;
    let error = cloud.client.wait_until_service_running(cloud.org, ID).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn a_wait_outlasts_trouble_that_passes() {
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
async fn a_wait_that_never_had_an_answer_ends_with_what_went_wrong() {
    let cloud = Cloud::start_with(Builder::manual_clock).await;
    let id = cloud.create().await;
    cloud.simulator.faults().add("getService=internal-error".parse().unwrap()).unwrap();
    let waiting =
        cloud.client.wait_until_service_running(cloud.org, id).every(EVERY).within(Duration::from_millis(200));
    let error = waiting.await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR), "{error:?}");
}

#[tokio::test]
async fn trouble_that_does_not_pass_ends_the_wait_at_once() {
    for status in [400, 401, 403, 404] {
        let api = FakeApi::answering(wiremock::ResponseTemplate::new(status)).await;
        let error = api.client().wait_until_service_running(ID, ID).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(api.requests().await.len(), 1);
    }
}
