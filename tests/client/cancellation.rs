//! A call that is dropped ends, wherever it is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use clickhouse_cloud::{Client, uuid::Uuid};
use clickhouse_cloud_simulator::Simulator;
use tests::{fake_api::FakeApi, raw_server::nobody, simulated_cloud::new_service};
use tokio::{io::AsyncReadExt, net::TcpListener, runtime::Handle, time::sleep};
use wiremock::ResponseTemplate;

const ID: Uuid = Uuid::nil();

async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..2_000 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("not so after ten seconds: {what}");
}

#[tokio::test]
async fn a_connection_whose_answer_is_not_awaited_is_closed() {
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
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(client.get_service(ID, ID).into_future())).collect();
    eventually("every call has its connection", || open.load(Ordering::SeqCst) == 20).await;
    for call in calls {
        call.abort();
    }
    eventually("every connection is closed", || open.load(Ordering::SeqCst) == 0).await;
    eventually("no task is left", || Handle::current().metrics().num_alive_tasks() <= tasks).await;
}

#[tokio::test]
async fn a_call_that_is_dropped_between_two_attempts_makes_no_other() {
    let api = FakeApi::answering(ResponseTemplate::new(429).insert_header("retry-after", "0.2")).await;
    let client = Client::builder().base_url(api.url()).build().unwrap();
    let tasks = Handle::current().metrics().num_alive_tasks();
    for call in [
        client.get_service(ID, ID).into_future(),
        Client::builder().base_url(nobody().await).build().unwrap().get_service(ID, ID).into_future(),
    ] {
        let call = tokio::spawn(call);
        sleep(Duration::from_millis(100)).await;
        call.abort();
    }
    sleep(Duration::from_millis(400)).await;
    assert_eq!(api.requests().await.len(), 1);
    drop(client);
    eventually("no task is left", || Handle::current().metrics().num_alive_tasks() <= tasks).await;
}

#[tokio::test]
async fn a_client_whose_calls_are_dropped_at_any_point_goes_on_as_before() {
    let simulator = Simulator::builder().seed(1).no_rate_limit().start().await.unwrap();
    let (org, (key, secret)) = (simulator.organization(), simulator.key());
    let limit = clickhouse_cloud::RateLimit { requests: 50, window: Duration::from_millis(20) };
    let client = Client::builder().base_url(simulator.base_url()).key(key, secret).rate_limit(limit).build().unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..500 {
        let call = client.list_services(org).into_future();
        // Ends in the line for a turn, in the connection, in the answer, or not at all.
        _ = tokio::time::timeout(Duration::from_micros(random.u64(0..3_000)), call).await;
    }
    client.create_service(org, &new_service()).await.unwrap();
    let listed = client.list_services(org).timeout(Duration::from_secs(10)).await.unwrap();
    assert_eq!((listed.len(), listed.attempts()), (1, 1));
}
