//! A call that is dropped ends, wherever it is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use clickhouse_cloud::{Client, RateLimit};
use clickhouse_cloud_simulator::Simulator;
use tests::{
    fake_api::FakeApi,
    ids::{ORGANIZATION, SERVICE},
    raw_server::nobody,
    simulated_cloud::new_service,
};
use tokio::{io::AsyncReadExt, net::TcpListener, runtime::Handle, time::sleep};
use wiremock::ResponseTemplate;

use crate::clock::{self, Pause};

/// Returns once this is so.
async fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn dropping_a_call_closes_its_connection() {
    let open = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn({
        let open = Arc::clone(&open);
        async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let open = Arc::clone(&open);
                open.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    while connection.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        }
    });
    let client = Client::builder().base_url(url).no_rate_limit().build().unwrap();
    let tasks = Handle::current().metrics().num_alive_tasks();
    let calls: Vec<_> =
        (0..20).map(|_| tokio::spawn(client.get_service(ORGANIZATION, SERVICE).into_future())).collect();
    until(|| open.load(Ordering::SeqCst) == 20).await;
    for call in calls {
        call.abort();
    }
    until(|| open.load(Ordering::SeqCst) == 0).await;
    until(|| Handle::current().metrics().num_alive_tasks() <= tasks).await;
}

#[tokio::test]
async fn a_call_that_is_dropped_between_two_attempts_makes_no_other() {
    let api = FakeApi::responding(ResponseTemplate::new(503)).await;
    let tasks = Handle::current().metrics().num_alive_tasks();
    for url in [api.url(), nobody().await] {
        let pause = Pause::default();
        let client = Client::builder().base_url(url).retry(pause.clone()).build().unwrap();
        let call = tokio::spawn(client.get_service(ORGANIZATION, SERVICE).into_future());
        pause.begun().await;
        call.abort();
    }
    until(|| Handle::current().metrics().num_alive_tasks() <= tasks).await;
    clock::advance(2 * Pause::TIME).await;
    assert_eq!(api.requests().await.len(), 1);
}

#[tokio::test]
async fn a_client_works_after_calls_were_dropped_at_any_point() {
    let simulator = Simulator::builder().seed(1).no_rate_limit().start().await.unwrap();
    let (org, (key, secret)) = (simulator.organization().into(), simulator.key());
    let limit = RateLimit { requests: 50, window: Duration::from_millis(20) };
    let client = Client::builder().base_url(simulator.base_url()).key(key, secret).rate_limit(limit).build().unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..500 {
        let call = client.list_services(org).into_future();
        // Dropped while it waits for a permit, in the connection, in the response, or not at all.
        _ = tokio::time::timeout(Duration::from_micros(random.u64(0..3_000)), call).await;
    }
    client.create_service(org, &new_service()).await.unwrap();
    let listed = client.list_services(org).timeout(Duration::from_secs(10)).await.unwrap();
    assert_eq!((listed.len(), listed.attempts()), (1, 1));
}
