//! The simulator as part of a program.

use std::{
    net::TcpStream,
    time::{Duration, Instant},
};

use clickhouse_cloud_simulator::{Simulator, StartError};

use crate::client::{Client, GET, POST};
use serde_json::json;

#[tokio::test]
async fn the_environment_of_a_client_is_known() {
    let simulator = Simulator::builder().key("id", "secret").start().await.unwrap();
    let [(url, base_url), (key, id), (secret_name, secret)] = simulator.client_env();
    assert_eq!((url, base_url), ("CLICKHOUSE_CLOUD_API_URL", simulator.base_url()));
    assert_eq!((key, id.as_str()), ("CLICKHOUSE_CLOUD_API_KEY", "id"));
    assert_eq!((secret_name, secret.as_str()), ("CLICKHOUSE_CLOUD_API_SECRET", "secret"));
}

#[tokio::test]
async fn dropping_it_stops_it() {
    let simulator = Simulator::start().await.unwrap();
    let address = simulator.address();
    let open = TcpStream::connect(address).unwrap();
    drop(simulator);
    assert!(TcpStream::connect(address).is_err());
    drop(open);
    Simulator::builder().listen(address).start().await.unwrap();
}

#[tokio::test]
async fn many_run_at_once_and_start_quickly() {
    let first = Simulator::start().await.unwrap();
    let started = Instant::now();
    let mut others = Vec::new();
    for _ in 0..50 {
        others.push(Simulator::start().await.unwrap());
    }
    assert!(started.elapsed() / 50 < Duration::from_millis(20), "{:?}", started.elapsed());
    assert!(others.iter().all(|other| other.address() != first.address()));
}

#[test]
fn it_outlives_the_runtime_that_started_it() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime().block_on(Client::start());
    let url = client.url("/_simulator/clock");
    let response = runtime().block_on(async { reqwest::get(url).await.unwrap() });
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_port_in_use_and_an_invalid_speed_are_refused() {
    let first = Simulator::start().await.unwrap();
    let error = Simulator::builder().listen(first.address()).start().await.err().unwrap();
    assert!(matches!(error, StartError::Listen { .. }));
    assert!(error.to_string().ends_with("choose another port"), "{error}");
    for speed in [-1.0, f64::NAN, f64::INFINITY] {
        let error = Simulator::builder().speed(speed).start().await.err().unwrap();
        assert!(matches!(error, StartError::Speed(_)), "{error}");
    }
}

#[tokio::test]
async fn invalid_keys_and_hosts_are_refused() {
    for (id, secret) in [("", "secret"), ("id", ""), ("id:more", "secret")] {
        let error = Simulator::builder().key(id, secret).start().await.err().unwrap();
        assert!(matches!(error, StartError::Key(_)), "{error}");
        assert!(!error.to_string().contains("more"), "{error}");
    }
    let error = Simulator::builder().allow_host("simulator:8123").start().await.err().unwrap();
    assert!(matches!(error, StartError::Host(_)), "{error}");
    assert!(error.to_string().contains("`simulator:8123`"), "{error}");
}

#[tokio::test]
async fn time_goes_by_at_its_speed() {
    let simulator = Simulator::builder().speed(1_000_000.0).start().await.unwrap();
    let (key, secret) = simulator.key();
    let url = format!("{}/v1/organizations/{}/services", simulator.base_url(), simulator.organization());
    let http = reqwest::Client::new();
    let body =
        json!({ "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [], "idleScaling": false });
    let created = http.request(POST, &url).basic_auth(key, Some(secret)).json(&body).send().await.unwrap();
    assert_eq!(created.status(), 200);
    tokio::time::sleep(Duration::from_millis(1)).await;
    let listed = http.request(GET, &url).basic_auth(key, Some(secret)).send().await.unwrap();
    let listed: serde_json::Value = listed.json().await.unwrap();
    assert_eq!(listed["result"][0]["state"], "running");
}
