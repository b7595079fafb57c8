//! Responses that are read in chunks.

use std::time::Duration;

use clickhouse_cloud::{Backoff, Client, Error};
use tests::{
    fake_api::FakeApi,
    ids::{ORGANIZATION, SERVICE},
    raw_server::{raw_server, unresponsive},
};
use tokio::io::AsyncWriteExt;
use wiremock::ResponseTemplate;

use crate::clock;

const QUICK: Backoff = Backoff::new().first(Duration::from_millis(2));
const MEGABYTE: usize = 1 << 20;

fn client(url: String) -> Client {
    Client::builder().base_url(url).no_rate_limit().retry(QUICK).build().unwrap()
}

#[tokio::test]
async fn a_response_longer_than_the_maximum_is_read_in_chunks() {
    const MEGABYTES: usize = 80;
    let url = raw_server(|mut connection| async move {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", MEGABYTES * MEGABYTE);
        connection.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..MEGABYTES {
            connection.write_all(&vec![b'#'; MEGABYTE]).await.unwrap();
        }
    })
    .await;
    let mut metrics = client(url).get_service_prometheus(ORGANIZATION, SERVICE).stream().await.unwrap();
    assert_eq!((metrics.status().as_u16(), metrics.attempts()), (200, 1));
    assert_eq!(metrics.headers()["content-length"], (MEGABYTES * MEGABYTE).to_string());
    let mut length = 0;
    while let Some(chunk) = metrics.chunk().await.unwrap() {
        assert!(chunk.len() <= MEGABYTE, "held back until there were {} bytes", chunk.len());
        length += chunk.len();
    }
    assert_eq!(length, MEGABYTES * MEGABYTE);
}

#[tokio::test]
async fn a_failure_before_the_response_is_retried_like_any_other() {
    let api = FakeApi::responding(ResponseTemplate::new(503)).await;
    let call = client(api.url()).get_service_prometheus(ORGANIZATION, SERVICE).retry(QUICK.max_attempts(3));
    let error = call.stream().await.unwrap_err();
    assert_eq!((error.status().map(|status| status.as_u16()), error.attempts()), (Some(503), 3));

    let call =
        client(unresponsive().await).get_service_prometheus(ORGANIZATION, SERVICE).timeout(Duration::from_millis(50));
    assert!(matches!(call.stream().await, Err(Error::Timeout { .. })));
}

#[tokio::test]
async fn a_failure_within_the_response_comes_after_its_first_chunks() {
    let cut = raw_server(|mut connection| async move {
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nup 1\n").await.unwrap();
    })
    .await;
    let mut metrics = client(cut).get_service_prometheus(ORGANIZATION, SERVICE).stream().await.unwrap();
    assert_eq!(metrics.chunk().await.unwrap().unwrap(), "up 1\n");
    assert!(matches!(metrics.chunk().await, Err(Error::ConnectionLost { .. })));

    let stuck = raw_server(|mut connection| async move {
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nup 1\n").await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let minute = Duration::from_secs(60);
    let mut metrics =
        client(stuck).get_service_prometheus(ORGANIZATION, SERVICE).attempt_timeout(minute).stream().await.unwrap();
    assert_eq!(metrics.chunk().await.unwrap().unwrap(), "up 1\n");
    let (chunk, ()) = tokio::join!(metrics.chunk(), clock::advance(minute));
    assert!(matches!(chunk, Err(Error::Timeout { .. })));
}
