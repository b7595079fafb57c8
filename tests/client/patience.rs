//! Calls that wait for refusals that pass by themselves, over HTTP. The test moves the client's clock.

use std::{future::IntoFuture, time::Duration};

use clickhouse_cloud::{Backoff, Error, reqwest::StatusCode, types::*, uuid::Uuid};
use serde_json::json;
use tests::fake_api::{FakeApi, refusal, result};
use tokio::time::Instant;
use wiremock::ResponseTemplate;

use crate::clock::end_of;

const ORG: OrganizationId = OrganizationId(Uuid::nil());
const ID: ServiceId = ServiceId(Uuid::nil());
const HOUR: Duration = Duration::from_secs(3_600);

fn conflict() -> ResponseTemplate {
    refusal(409, "CONFLICT: the service is not completely stopped yet")
}

/// Deletes a service with patience, and with a timeout that no test exhausts.
async fn delete(api: &FakeApi) -> Result<u32, Error> {
    let call = api.client().delete_service(ORG, ID).timeout(HOUR).attempt_timeout(HOUR).patient();
    end_of(tokio::spawn(call.into_future())).await.map(|response| response.attempts())
}

#[tokio::test]
async fn a_patient_call_is_sent_again_until_it_is_accepted_whatever_the_retry_policy() {
    let responses = [vec![conflict(); 12], vec![result(&json!(null))]].concat();
    let api = FakeApi::responding_in_turn(responses).await;
    assert_eq!(delete(&api).await.unwrap(), 13);
}

#[tokio::test]
async fn another_call_is_refused_at_once_and_its_error_names_the_way() {
    let api = FakeApi::responding(conflict()).await;
    let Error::Api(refusal) = api.client().delete_service(ORG, ID).await.unwrap_err() else { panic!("it is refused") };
    assert_eq!((refusal.waited(), api.requests().await.len()), (Some(Duration::ZERO), 1));
    let end = "then try again (or, if it may pass by itself, make the call with `.patient()`) (request ";
    assert!(refusal.to_string().contains(end), "{refusal}");
}

#[tokio::test]
async fn the_last_error_says_how_long_the_call_has_waited() {
    let api = FakeApi::responding(conflict()).await;
    let Error::Api(refusal) = delete(&api).await.unwrap_err() else { panic!("it is refused") };
    let waited = refusal.waited().unwrap();
    assert!((Duration::from_secs(900)..Duration::from_secs(1_200)).contains(&waited), "{waited:?}");
    let attempts = api.requests().await.len();
    assert!(attempts > 40, "{attempts}");
    let text = refusal.to_string();
    assert!(text.contains(&format!(" in {attempts} attempts over {}", waited.as_secs())), "{text}");
}

#[tokio::test]
async fn only_the_refusals_of_the_document_in_the_envelope_are_waited_for() {
    let others = [
        refusal(409, "another conflict"),
        refusal(400, "CONFLICT: a bad request"),
        ResponseTemplate::new(409).set_body_json(json!({"message": "CONFLICT"})),
        ResponseTemplate::new(409).set_body_string("CONFLICT"),
    ];
    for response in others {
        let api = FakeApi::responding(response).await;
        let Error::Api(refusal) = delete(&api).await.unwrap_err() else { panic!("it is refused") };
        assert_eq!((refusal.waited(), api.requests().await.len()), (None, 1), "{refusal}");
    }
}

#[tokio::test]
async fn no_call_is_patient_after_an_attempt_of_unknown_outcome() {
    let api = FakeApi::responding_in_turn([ResponseTemplate::new(503), conflict()]).await;
    let call = api.client().delete_service(ORG, ID).retry(Backoff::new()).timeout(HOUR);
    let error = end_of(tokio::spawn(call.attempt_timeout(HOUR).patient().into_future())).await.unwrap_err();
    let Error::OutcomeUnknown(unknown) = error else { panic!("{error:?}") };
    assert_eq!((unknown.status(), api.requests().await.len()), (Some(StatusCode::CONFLICT), 2));
}

#[tokio::test]
async fn a_wait_with_patient_polls_ends_in_its_own_time() {
    let api = FakeApi::responding(conflict()).await;
    let (start, minute) = (Instant::now(), Duration::from_secs(60));
    let wait = api.client().delete_service(ORG, ID).patient().until(|_| true).within(minute);
    let error = end_of(tokio::spawn(wait.into_future())).await.map(drop).unwrap_err();
    assert!(matches!(error, Error::Wait(_)), "{error:?}");
    assert!((minute..2 * minute).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_retry_policy_does_not_count_the_refusals_that_pass() {
    let responses = [vec![conflict(); 20], vec![refusal(429, "slow down")], vec![result(&json!(null))]].concat();
    let api = FakeApi::responding_in_turn(responses).await;
    let retry = Backoff::new().max_attempts(2);
    let call = api.client().delete_service(ORG, ID).retry(retry).timeout(HOUR).attempt_timeout(HOUR).patient();
    let response = end_of(tokio::spawn(call.into_future())).await.unwrap();
    assert_eq!(response.attempts(), 22);
}
