//! Which calls are retried, when, and what the caller gets: the simulator logs every attempt.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use clickhouse_cloud::{Backoff, Client, Error, FailedAttempt, NoRetry, OutcomeUnknownCause, RetryPolicy, types::*};
use clickhouse_cloud_simulator::{LogEntry, Simulator};
use tests::{
    fake_api::{FakeApi, result},
    ids::{ORGANIZATION, SERVICE},
    raw_server::{nobody, unresponsive},
    simulated_cloud::new_service,
};
use wiremock::ResponseTemplate;

use crate::clock::{self, Pause};

const MINUTE: Duration = Duration::from_secs(60);
const QUICK: Backoff = Backoff::new().first(Duration::from_millis(2)).longest(Duration::from_millis(10));

/// A simulator with a stopped service, and a client that retries quickly.
struct Cloud {
    simulator: Simulator,
    client: Client,
    org: OrganizationId,
    service: ServiceId,
}

impl Cloud {
    async fn start() -> Self {
        let simulator = Simulator::builder().seed(1).manual_clock().no_rate_limit().start().await.unwrap();
        let (key, secret) = simulator.key();
        let builder = Client::builder().base_url(simulator.base_url()).key(key, secret);
        let client = builder.no_rate_limit().retry(QUICK).build().unwrap();
        let org = simulator.organization().into();
        let created = client.create_service(org, &new_service()).await.unwrap();
        let service = created.service().unwrap().id().unwrap();
        simulator.advance(Duration::from_secs(90));
        client.update_service_state(org, service, &UpdateServiceState::new(StateCommand::Stop)).await.unwrap();
        simulator.advance(Duration::from_secs(90));
        simulator.log().clear();
        Self { simulator, client, org, service }
    }

    fn fault(&self, rule: &str) {
        self.simulator.faults().add(rule.parse().unwrap()).unwrap();
    }

    /// What became of each attempt, in their order.
    fn carried_out(&self) -> Vec<bool> {
        self.simulator.log().entries().iter().map(|entry: &LogEntry| entry.carried_out).collect()
    }

    async fn rename(&self) -> Result<u32, Error> {
        let name = UpdateService::new().name("orders");
        self.client.update_service(self.org, self.service, &name).await.map(|response| response.attempts())
    }

    async fn create(&self) -> Result<u32, Error> {
        self.client.create_service(self.org, &new_service()).await.map(|response| response.attempts())
    }

    async fn change_password(&self) -> Result<u32, Error> {
        let password = UpdateServicePassword::new();
        self.client.update_service_password(self.org, self.service, &password).await.map(|response| response.attempts())
    }
}

#[tokio::test]
async fn an_idempotent_call_is_retried_until_it_succeeds() {
    for fault in ["internal-error", "bad-gateway", "reset-before", "reset-after", "cut-body"] {
        let cloud = Cloud::start().await;
        cloud.fault(&format!("*={fault},times=3"));
        assert_eq!(cloud.client.get_service(cloud.org, cloud.service).await.unwrap().attempts(), 4, "{fault}");
        cloud.fault(&format!("*={fault},times=3"));
        assert_eq!(cloud.rename().await.unwrap(), 4, "{fault}");
    }
}

#[tokio::test]
async fn a_call_that_is_not_idempotent_is_not_retried_once_it_may_have_been_carried_out() {
    for (fault, carried_out) in [
        ("internal-error", false),
        ("bad-gateway", false),
        ("reset-before", false),
        ("reset-after", true),
        ("cut-body", true),
    ] {
        let cloud = Cloud::start().await;
        cloud.fault(&format!("*={fault}"));
        for outcome in [cloud.create().await, cloud.change_password().await] {
            let error = outcome.unwrap_err();
            let Error::OutcomeUnknown(unknown) = &error else { panic!("{fault}: {error:?}") };
            assert_eq!((unknown.attempts(), unknown.is_retry_harmless()), (1, false), "{fault}: {unknown}");
            let known = if fault == "cut-body" { "by its status it was" } else { "it may have been" };
            assert!(error.to_string().contains(&format!("; {known} carried out: ")), "{error}");
        }
        assert_eq!(cloud.carried_out(), [carried_out; 2], "{fault}");
    }
}

#[tokio::test]
async fn a_call_beyond_the_rate_limit_is_always_retried() {
    let cloud = Cloud::start().await;
    for call in 0..2 {
        cloud.fault("*=too-many-requests,times=4,seconds=0.01");
        let attempts = if call == 0 { cloud.create().await } else { cloud.change_password().await };
        assert_eq!(attempts.unwrap(), 5);
    }
    assert_eq!(cloud.carried_out().iter().filter(|carried_out| **carried_out).count(), 2);
}

#[tokio::test]
async fn a_deletion_whose_retry_finds_nothing_succeeded() {
    let cloud = Cloud::start().await;
    cloud.fault("deleteService=reset-after,times=1");
    let pause = Pause::default();
    let deletion = cloud.client.delete_service(cloud.org, cloud.service).retry(pause.clone());
    let deletion = tokio::spawn(deletion.into_future());
    pause.begun().await;
    // The service is gone before the second attempt.
    cloud.simulator.advance(MINUTE);
    clock::advance(Pause::TIME).await;
    let response = deletion.await.unwrap().unwrap();
    assert_eq!((response.attempts(), response.status().as_u16()), (2, 404));

    let error = cloud.client.delete_service(cloud.org, cloud.service).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "nothing was deleted by this call: {error:?}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
    cloud.fault("deleteService=too-many-requests,times=1,seconds=0.01");
    let error = cloud.client.delete_service(cloud.org, cloud.service).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "the first attempt was refused for certain: {error:?}");
}

#[tokio::test]
async fn a_refusal_of_the_retry_is_not_a_refusal_of_the_call() {
    let cloud = Cloud::start().await;
    cloud.fault("updateService=reset-after,times=1");
    let name = UpdateService::new().name("orders");
    let pause = Pause::default();
    let renaming = cloud.client.update_service(cloud.org, cloud.service, &name).retry(pause.clone());
    let renaming = tokio::spawn(renaming.into_future());
    pause.begun().await;
    // Somebody else deletes the service before the second attempt.
    cloud.client.delete_service(cloud.org, cloud.service).await.unwrap();
    cloud.simulator.advance(MINUTE);
    clock::advance(Pause::TIME).await;

    let error = renaming.await.unwrap().unwrap_err();
    let Error::OutcomeUnknown(unknown) = &error else { panic!("{error:?}") };
    let OutcomeUnknownCause::Refused(refusal) = unknown.cause() else { panic!("{unknown:?}") };
    assert_eq!((refusal.status().as_u16(), unknown.attempts()), (404, 2));
    assert_eq!(unknown.request_id(), refusal.request_id());
    assert_eq!(cloud.carried_out(), [true, true, false]);
    assert!(error.to_string().contains("its retry was refused: 404"), "{error}");
}

#[tokio::test]
async fn a_timeout_of_a_proxy_is_retried_if_the_call_is_idempotent() {
    for status in [408, 425] {
        let api = FakeApi::responding(ResponseTemplate::new(status)).await;
        let cloud = Client::builder().base_url(api.url()).no_rate_limit().retry(QUICK.max_attempts(3)).build().unwrap();
        let name = UpdateService::new().name("orders");
        assert_eq!(cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err().attempts(), 3);
        assert_eq!(cloud.update_service(ORGANIZATION, SERVICE, &name).await.unwrap_err().attempts(), 3);
        assert_eq!(cloud.delete_service(ORGANIZATION, SERVICE).await.unwrap_err().attempts(), 3);
        let error = cloud.create_service(ORGANIZATION, &new_service()).await.unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown(_)), "{status}: {error:?}");
        assert_eq!(api.requests().await.len(), 10, "{status}: a creation is attempted once");
    }
}

#[tokio::test]
async fn a_refusal_is_not_retried() {
    for status in [400, 401, 403, 404, 409, 422, 302] {
        let api = FakeApi::responding(ResponseTemplate::new(status)).await;
        let cloud = Client::builder().base_url(api.url()).retry(QUICK).build().unwrap();
        assert_eq!(cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err().attempts(), 1);
        assert_eq!(api.requests().await.len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_call_that_was_not_sent_is_retried_whatever_it_does() {
    let url = nobody().await;
    let cloud = Client::builder().base_url(url).retry(QUICK.max_attempts(4)).build().unwrap();
    let error = cloud.create_service(ORGANIZATION, &new_service()).await.unwrap_err();
    assert!(matches!(error, Error::Connect { attempts: 4, .. }), "{error:?}");
    assert!(error.to_string().contains("could not reach 127.0.0.1 in 4 attempts"), "{error}");
}

#[tokio::test]
async fn the_wait_that_the_server_asks_for_overrides_the_policy() {
    for header in ["x-ratelimit-reset", "retry-after"] {
        let api = FakeApi::responding(ResponseTemplate::new(429).insert_header(header, "0.2")).await;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let cloud = Client::builder().base_url(api.url()).no_rate_limit();
        let cloud = cloud.retry(Impatient { asked: Arc::clone(&asked), attempts: 3 }).build().unwrap();
        let error = cloud.create_service(ORGANIZATION, &new_service()).await.unwrap_err();
        let Error::Api(error) = error else { panic!("{error:?}") };
        assert_eq!(error.retry_after(), Some(Duration::from_millis(200)));
        assert_eq!(*asked.lock().unwrap(), [Some(Duration::from_millis(200)); 3]);
        assert!(error.to_string().contains(" in 3 attempts; make fewer calls"), "{error}");

        // The policy would not wait at all, and there is no time to wait for as long as the server asks for.
        let error =
            cloud.create_service(ORGANIZATION, &new_service()).timeout(Duration::from_millis(100)).await.unwrap_err();
        assert_eq!(error.attempts(), 1, "{header}: {error}");
    }
}

/// A policy that would not wait at all, and keeps the waits that the server asked for.
#[derive(Debug)]
struct Impatient {
    asked: Arc<Mutex<Vec<Option<Duration>>>>,
    attempts: u32,
}

impl RetryPolicy for Impatient {
    fn wait(&self, failed: &FailedAttempt) -> Option<Duration> {
        assert_eq!(failed.status().map(|status| status.as_u16()), Some(429));
        self.asked.lock().unwrap().push(failed.retry_after());
        (failed.number() < self.attempts).then_some(Duration::ZERO)
    }
}

#[tokio::test]
async fn a_reset_given_as_a_point_in_time_is_waited_for() {
    let soon = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap() + Duration::from_secs(120);
    for reset in [soon.as_secs().to_string(), soon.as_millis().to_string()] {
        let refusal = ResponseTemplate::new(429).insert_header("x-ratelimit-reset", reset.as_str());
        let api = FakeApi::responding(refusal.insert_header("retry-after", "3600")).await;
        let cloud = Client::builder().base_url(api.url()).no_rate_limit().retry(NoRetry).build().unwrap();
        let error = cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err();
        let Error::Api(refusal) = error else { panic!("{error:?}") };
        let wait = refusal.retry_after().unwrap();
        assert!(wait <= Duration::from_secs(120) && wait > Duration::from_secs(1), "{reset}: {wait:?}");
    }
}

#[tokio::test]
async fn an_absurd_reset_falls_back_to_retry_after_and_then_to_the_policy() {
    for absurd in ["1e300", "-5", "9999999999", "1000000000", "999999999", "100000", "NaN"] {
        for (retry_after, expected) in
            [(Some("0.01"), Some(Duration::from_millis(10))), (Some(absurd), None), (None, None)]
        {
            let mut refusal = ResponseTemplate::new(429).insert_header("x-ratelimit-reset", absurd);
            if let Some(seconds) = retry_after {
                refusal = refusal.insert_header("retry-after", seconds);
            }
            let api = FakeApi::responding(refusal).await;
            let asked = Arc::new(Mutex::new(Vec::new()));
            let policy = Impatient { asked: Arc::clone(&asked), attempts: 3 };
            let cloud = Client::builder().base_url(api.url()).no_rate_limit().retry(policy).build().unwrap();
            let error = cloud.create_service(ORGANIZATION, &new_service()).await.unwrap_err();
            let Error::Api(refusal) = &error else { panic!("{absurd}: {error:?}") };
            assert_eq!(refusal.retry_after(), expected, "{absurd} {retry_after:?}");
            assert_eq!(*asked.lock().unwrap(), [expected; 3], "{absurd} {retry_after:?}");
        }
    }
}

#[tokio::test]
async fn a_senseless_retry_after_is_ignored() {
    for value in ["-1", "NaN", "inf", "1e400", "soon", "", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        let response = ResponseTemplate::new(429).insert_header("retry-after", value);
        let api = FakeApi::responding(response).await;
        let cloud = Client::builder().base_url(api.url()).no_rate_limit().retry(QUICK.max_attempts(2));
        let error = cloud.build().unwrap().get_service(ORGANIZATION, SERVICE).await.unwrap_err();
        assert_eq!(error.attempts(), 2, "{value}: {error}");
    }
}

#[tokio::test]
async fn no_wait_goes_beyond_the_timeout_of_the_call() {
    let api = FakeApi::responding(ResponseTemplate::new(503).insert_header("retry-after", "3600")).await;
    let cloud = Client::builder().base_url(api.url()).no_rate_limit().build().unwrap();
    let error = cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error:?}");
    assert_eq!(api.requests().await.len(), 1, "an hour is more than a call has");

    let call = cloud.get_service(ORGANIZATION, SERVICE).retry(Pause::default()).timeout(Pause::TIME / 2);
    let error = call.await.unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn each_attempt_has_a_timeout_and_the_call_one_for_all() {
    let cloud = Client::builder().base_url(unresponsive().await).no_rate_limit();
    let cloud = cloud.retry(QUICK.max_attempts(3)).attempt_timeout(Duration::from_millis(50)).build().unwrap();
    let error = cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { attempts: 3, .. }), "{error:?}");
    let untiring = cloud.get_service(ORGANIZATION, SERVICE).retry(QUICK.max_attempts(u32::MAX));
    let error = untiring.timeout(Duration::from_millis(200)).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    let error = cloud.create_service(ORGANIZATION, &new_service()).await.unwrap_err();
    let Error::OutcomeUnknown(unknown) = &error else { panic!("{error:?}") };
    assert!(matches!(unknown.cause(), OutcomeUnknownCause::TimedOut(_)), "{unknown:?}");
    assert_eq!(unknown.attempts(), 1);
}

#[tokio::test]
async fn the_policy_of_the_client_holds_unless_a_call_has_its_own() {
    let api = FakeApi::responding(ResponseTemplate::new(500)).await;
    let builder = || Client::builder().base_url(api.url()).no_rate_limit();
    let cloud = builder().retry(QUICK.max_attempts(3)).build().unwrap();
    assert_eq!(cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err().attempts(), 3);
    assert_eq!(cloud.get_service(ORGANIZATION, SERVICE).retry(NoRetry).await.unwrap_err().attempts(), 1);
    assert_eq!(cloud.get_service(ORGANIZATION, SERVICE).retry(QUICK.max_attempts(2)).await.unwrap_err().attempts(), 2);
    assert_eq!(api.requests().await.len(), 6);
}

#[tokio::test]
async fn calls_are_retried_by_default() {
    let api = FakeApi::responding(ResponseTemplate::new(500)).await;
    let cloud = Client::builder().base_url(api.url()).build().unwrap();
    let call = tokio::spawn(cloud.get_service(ORGANIZATION, SERVICE).into_future());
    while api.requests().await.is_empty() {
        tokio::task::yield_now().await;
    }
    api.respond_with(result(&serde_json::json!({}))).await;
    assert!(call.await.unwrap().unwrap().attempts() > 1);
}
