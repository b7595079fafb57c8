//! The rate limit, as seen by a client.

use std::time::Duration;

use clickhouse_cloud_simulator::{RateLimit, Simulator};

use crate::client::{Client, GET, read};

#[tokio::test]
async fn the_eleventh_request_in_ten_seconds_is_refused_until_the_window_opens() {
    let client = Client::start_with(|builder| builder.rate_limit(RateLimit::default())).await;
    for _ in 0..10 {
        assert_eq!(client.call(GET, "", None).await.0, 200);
    }
    let response = client.signed(GET, &client.path("")).send().await.unwrap();
    let reset: f64 = response.headers()["x-ratelimit-reset"].to_str().unwrap().parse().unwrap();
    assert!(reset > 0.0 && reset <= 10.0, "{reset}");
    let (status, response) = read(response).await;
    assert_eq!(status, 429);
    assert_eq!(response["error"], "TOO_MANY_REQUESTS: more than 10 requests in 10 seconds");

    client.simulator.advance(Duration::from_secs_f64(reset));
    assert_eq!(client.call(GET, "", None).await.0, 200);
}

#[tokio::test]
async fn each_key_has_its_own_limit_and_unknown_keys_have_none() {
    let limit = RateLimit::new(1, Duration::from_secs(60)).unwrap();
    let simulator = Simulator::builder().key("one", "1").key("two", "2").rate_limit(limit).start().await.unwrap();
    let url = format!("{}/v1/organizations/{}/services", simulator.base_url(), simulator.organization());
    let http = reqwest::Client::new();
    let status = |key: &'static str, secret: &'static str| {
        let request = http.get(&url).basic_auth(key, Some(secret));
        async { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(status("one", "wrong").await, 401);
    assert_eq!(status("one", "1").await, 200);
    assert_eq!(status("one", "1").await, 429);
    assert_eq!(status("one", "wrong").await, 401);
    assert_eq!(status("two", "2").await, 200);
}
