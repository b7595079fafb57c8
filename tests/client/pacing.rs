//! Many tasks on one key, against the simulator's real rate limit. Minutes go by in seconds, because the test moves both
//! clocks, the client's and the simulator's.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use clickhouse_cloud::{Client, ConfigurationError, Error, RateLimit};
use clickhouse_cloud_simulator::{LogEntry, Simulator};
use tests::{ids::ORGANIZATION, raw_server::unresponsive, simulated_cloud::new_service};
use tokio::{
    task::{JoinSet, spawn_blocking, yield_now},
    time::{self, Instant},
};

use crate::clock;

const STEP: Duration = Duration::from_millis(250);
const HOUR: Duration = Duration::from_secs(3600);

/// The clocks of the client and of a simulator, which are moved together. The simulator's also goes by itself, so it is
/// never behind.
struct Clocks<'a> {
    simulator: &'a Simulator,
    /// While this is there, tokio does not move its clock by itself.
    _hold: mpsc::Sender<()>,
}

impl<'a> Clocks<'a> {
    fn of(simulator: &'a Simulator) -> Self {
        let (hold, until_dropped) = mpsc::channel();
        spawn_blocking(move || until_dropped.recv());
        Self { simulator, _hold: hold }
    }

    async fn step(&self) {
        self.simulator.advance(STEP);
        time::advance(STEP).await;
    }

    /// Waits until every request that came has been answered, and no other one comes.
    async fn settle(&self, answered: &AtomicU64) {
        /// At a millisecond each, longer than any machine takes that is not stuck.
        const MAX_LOOKS: usize = 60_000;

        let mut before = u64::MAX;
        for _ in 0..MAX_LOOKS {
            for _ in 0..20 {
                yield_now().await;
            }
            let total = self.simulator.log().total();
            if total == before && total == answered.load(Ordering::Relaxed) {
                return;
            }
            before = total;
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("of {before} requests, {} have been answered", answered.load(Ordering::Relaxed));
    }
}

#[tokio::test(start_paused = true)]
async fn many_tasks_on_one_key_are_never_refused_and_lose_little_time() {
    const CALLS: u64 = 300;
    const TASKS: u64 = 30;
    let simulator = Simulator::builder().seed(1).manual_clock().start().await.unwrap();
    let (org, (key, secret)) = (simulator.organization().into(), simulator.key());
    let client = Client::builder().base_url(simulator.base_url()).key(key, secret).build().unwrap();
    let answered = Arc::new(AtomicU64::new(0));
    let clocks = Clocks::of(&simulator);
    let begun = Instant::now();

    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let (client, answered) = (client.clone(), Arc::clone(&answered));
        tasks.spawn(async move {
            for _ in 0..CALLS / TASKS {
                client.list_services(org).await.unwrap();
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while answered.load(Ordering::Relaxed) < CALLS {
        clocks.settle(&answered).await;
        clocks.step().await;
    }
    let took = begun.elapsed().as_secs_f64();

    let refused = |entry: &&LogEntry| entry.status == Some(429);
    assert_eq!(simulator.log().entries().iter().filter(refused).count(), 0);
    // Ten calls at once, and ten more after each window of ten seconds.
    let best = 290.0;
    assert!((best..best * 1.05).contains(&took), "{took} s, and {best} s is the least");
}

#[tokio::test]
async fn a_limit_of_the_client_replaces_that_of_the_document() {
    let simulator = Simulator::builder().no_rate_limit().start().await.unwrap();
    let (org, (key, secret)) = (simulator.organization().into(), simulator.key());
    let builder = || Client::builder().base_url(simulator.base_url()).key(key, secret);
    let client = builder().rate_limit(RateLimit { requests: 2, window: HOUR }).build().unwrap();
    for _ in 0..2 {
        client.clone().list_services(org).await.unwrap();
    }
    let error = client.list_services(org).timeout(Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { attempts: 0, .. }), "{error:?}");
    clock::advance(HOUR).await;
    client.list_services(org).await.unwrap();

    // By the document's limit, the eleventh call would have to wait for longer than that.
    let client = builder().no_rate_limit().build().unwrap();
    for _ in 0..20 {
        client.list_services(org).timeout(Duration::from_secs(5)).await.unwrap();
    }
}

#[tokio::test]
async fn a_call_that_gets_no_permit_in_time_is_not_sent() {
    let limit = RateLimit { requests: 1, window: HOUR };
    let simulator = Simulator::builder().start().await.unwrap();
    let (org, (key, secret)) = (simulator.organization().into(), simulator.key());
    let client = Client::builder().base_url(simulator.base_url()).key(key, secret).rate_limit(limit).build().unwrap();
    client.list_services(org).await.unwrap();
    let error = client.create_service(org, &new_service()).timeout(Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { attempts: 0, .. }), "{error:?}");
    assert!(error.to_string().contains("the rate limiter gave no permit within 50ms, so nothing was sent"), "{error}");
    assert_eq!(simulator.log().total(), 1);
}

#[tokio::test]
async fn calls_that_are_dropped_while_they_wait_for_a_permit_take_none() {
    let limit = RateLimit { requests: 1, window: HOUR };
    let simulator = Simulator::builder().no_rate_limit().start().await.unwrap();
    let (org, (key, secret)) = (simulator.organization().into(), simulator.key());
    let client = Client::builder().base_url(simulator.base_url()).key(key, secret).rate_limit(limit).build().unwrap();
    client.list_services(org).await.unwrap();
    for _ in 0..100 {
        let waiting = tokio::spawn(client.list_services(org).into_future());
        yield_now().await;
        waiting.abort();
    }
    clock::advance(HOUR).await;
    client.list_services(org).timeout(Duration::from_secs(30)).await.unwrap();
    assert_eq!(simulator.log().total(), 2);
}

#[tokio::test]
async fn a_call_that_is_dropped_after_it_was_sent_keeps_its_permit_for_a_window() {
    let limit = RateLimit { requests: 2, window: HOUR };
    let client = Client::builder().base_url(unresponsive().await).rate_limit(limit).build().unwrap();
    let call = || client.list_services(ORGANIZATION).timeout(Duration::from_millis(20));
    for _ in 0..2 {
        assert!(matches!(call().await, Err(Error::Timeout { attempts: 1, .. })));
    }
    assert!(matches!(call().await, Err(Error::Timeout { attempts: 0, .. })), "both permits are taken");
    // A request without a response may have arrived as late as that.
    clock::advance(2 * HOUR).await;
    let error = call().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { attempts: 1, .. }), "and come back after the window: {error:?}");
}

#[test]
fn a_limit_of_no_requests_or_no_window_is_refused() {
    for (requests, window) in [(0, Duration::from_secs(1)), (1, Duration::ZERO)] {
        let error = Client::builder().rate_limit(RateLimit { requests, window }).build().unwrap_err();
        assert!(matches!(error, Error::Configuration(ConfigurationError::RateLimit)), "{error:?}");
    }
}
