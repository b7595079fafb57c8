//! Waits for Postgres services, against given responses. The test moves the client's clock.

use std::{fmt::Debug, time::Duration};

use clickhouse_cloud::{Client, Error, Wait, WaitError, types::*, uuid::Uuid};
use serde_json::json;
use tests::{
    fake_api::{FakeApi, refusal, result},
    ids::ORGANIZATION,
};
use tokio::task::JoinHandle;

use crate::clock;

const POSTGRES: PostgresServiceId = PostgresServiceId(Uuid::nil());
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// A client in no hurry, of an API that shows a service in these states one after the other, the last one forever.
async fn showing(states: &[&str]) -> (FakeApi, Client) {
    let states = states.iter().map(|state| result(&json!({ "state": state })));
    client(FakeApi::responding_in_turn(states).await)
}

fn client(api: FakeApi) -> (FakeApi, Client) {
    let builder = Client::builder().base_url(api.url()).key("key-id", "key-secret").no_rate_limit();
    let client = builder.timeout(HOUR * 2).attempt_timeout(HOUR * 2).build().unwrap();
    (api, client)
}

async fn end_of<T: Send + 'static, O: Send + 'static>(wait: Wait<T, O>) -> Result<O, Error> {
    clock::end_of(tokio::spawn(wait.into_future())).await
}

/// Waits until a service is running, and returns the number of polls.
async fn polls_until_running(states: &[&str]) -> usize {
    let (api, client) = showing(states).await;
    let service = end_of(client.wait_until_postgres_running(ORGANIZATION, POSTGRES)).await.unwrap();
    assert_eq!(service.state(), Ok(&PostgresState::Running));
    api.requests().await.len()
}

fn wait_error<T: Debug>(outcome: Result<T, Error>) -> WaitError {
    match outcome.expect_err("the wait fails") {
        Error::Wait(wait) => *wait,
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn a_service_is_running_when_three_polls_show_it() {
    assert_eq!(polls_until_running(&["creating", "running"]).await, 4);
    // Just after a restart, the state may be that of before.
    assert_eq!(polls_until_running(&["running", "running", "restarting", "running"]).await, 6);
}

#[tokio::test]
async fn a_restored_service_and_a_replica_take_more_states_until_they_are_running() {
    let states = ["creating", "restoring_backup", "replaying_wal", "finalizing_restore", "unavailable", "running"];
    assert_eq!(polls_until_running(&states).await, 8);
}

#[tokio::test]
async fn a_service_that_stops_or_goes_ends_the_wait() {
    for state in ["stopped", "deleting"] {
        let (_api, client) = showing(&["creating", state]).await;
        let error = wait_error(end_of(client.wait_until_postgres_running(ORGANIZATION, POSTGRES)).await);
        assert!(matches!(&error, WaitError::Failed { value, .. } if value == state), "{error:?}");
    }
}

#[tokio::test]
async fn a_service_that_is_unavailable_is_waited_for_until_the_timeout() {
    for state in ["creating", "restarting", "unavailable"] {
        let (_api, client) = showing(&[state]).await;
        let wait = client.wait_until_postgres_running(ORGANIZATION, POSTGRES).within(2 * MINUTE);
        let error = wait_error(end_of(wait).await);
        assert!(matches!(&error, WaitError::TimedOut { value: Some(value), .. } if value == state), "{error:?}");
    }
}

#[tokio::test]
async fn a_deleted_service_is_waited_for_until_it_is_gone() {
    let states = ["running", "deleting", "deleting"].map(|state| result(&json!({ "state": state })));
    let gone = refusal(404, "NOT_FOUND: there is no such Postgres service");
    let (api, client) = client(FakeApi::responding_in_turn(states.into_iter().chain([gone])).await);
    end_of(client.wait_until_postgres_deleted(ORGANIZATION, POSTGRES)).await.unwrap();
    assert_eq!(api.requests().await.len(), 4);
}

/// Lets time go by until a wait goes on after `before` of it, and ends with a timeout a minute after that.
async fn times_out<T: Debug + Send + 'static>(waiting: JoinHandle<Result<T, Error>>, before: Duration) {
    // The first poll.
    tokio::time::sleep(Duration::from_millis(50)).await;
    clock::advance(before).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    clock::advance(MINUTE).await;
    let error = wait_error(clock::end_of(waiting).await);
    assert!(matches!(error, WaitError::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn a_service_has_an_hour_to_run_and_a_quarter_to_go() {
    let (_api, client) = showing(&["creating"]).await;
    let running = client.wait_until_postgres_running(ORGANIZATION, POSTGRES);
    times_out(tokio::spawn(running.into_future()), 59 * MINUTE + MINUTE / 2).await;
    let (_api, client) = showing(&["deleting"]).await;
    let deleted = client.wait_until_postgres_deleted(ORGANIZATION, POSTGRES);
    times_out(tokio::spawn(deleted.into_future()), 14 * MINUTE + MINUTE / 2).await;
}

#[tokio::test]
async fn a_new_size_is_waited_for_with_a_condition_and_not_with_the_waiter() {
    let show = |state: &str, size: &str| result(&json!({ "state": state, "size": size }));
    let responses = [
        show("running", "r8gd.large"),
        show("running", "r8gd.large"),
        show("restarting", "r8gd.xlarge"),
        show("running", "r8gd.xlarge"),
        show("running", "r8gd.large"),
        show("running", "r8gd.xlarge"),
    ];
    let (api, client) = client(FakeApi::responding_in_turn(responses).await);
    let wait = client.get_postgres_service(ORGANIZATION, POSTGRES).until(|service| {
        service.state == Some(PostgresState::Running) && service.size == Some(PostgresSize::R8gdXlarge)
    });
    end_of(wait.settle(3)).await.unwrap();
    assert_eq!(api.requests().await.len(), 8);
}

#[tokio::test]
async fn a_promoted_replica_is_waited_for_with_a_condition() {
    let responses = [json!({ "isPrimary": false }), json!({ "state": "restarting" }), json!({ "isPrimary": true })];
    let (api, client) = client(FakeApi::responding_in_turn(responses.map(|service| result(&service))).await);
    let wait = client.get_postgres_service(ORGANIZATION, POSTGRES).until(|service| service.is_primary == Some(true));
    end_of(wait).await.unwrap();
    assert_eq!(api.requests().await.len(), 3);
}
