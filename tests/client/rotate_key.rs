//! The promise of the example: a key works at any time, and no key is left behind.

use std::time::Duration;

use clickhouse_cloud::{Client, NoRetry, types::ApiKeyState};
use clickhouse_cloud_simulator::Simulator;

#[path = "../../generated/examples/rotate_key.rs"]
#[expect(dead_code, reason = "it is a program of its own, of which a part is called here")]
mod example;

const PAUSE: Duration = Duration::from_millis(1);

/// Rotates a key against a simulator with this fault, and returns whether that succeeded.
async fn rotate(fault: Option<&str>) -> bool {
    let mut builder = Simulator::builder().seed(1).manual_clock().no_rate_limit().key("admin", "a").key("old", "o");
    if let Some(fault) = fault {
        builder = builder.fault(fault.parse().unwrap());
    }
    let simulator = builder.start().await.unwrap();
    let connect = |id: &str, secret: &str| {
        let builder = Client::builder().base_url(simulator.base_url()).key(id, secret).no_rate_limit();
        builder.retry(NoRetry).build()
    };
    let org = simulator.organization().into();
    let old = connect("old", "o").unwrap();
    let outcome = example::rotate(&old, connect, PAUSE).await;

    simulator.faults().clear();
    let left = connect("admin", "a").unwrap().list_api_keys(org).await.unwrap();
    assert_eq!(left.len(), 2, "{fault:?}: {left:?}");
    let key = &left[1];
    assert_eq!(key.state().unwrap(), &ApiKeyState::Enabled);
    assert_eq!(key.assigned_roles().unwrap()[0].role_name().unwrap(), "Admin");
    let is_rotated = key.name().unwrap().starts_with("rotated-");
    assert_eq!(is_rotated, outcome.is_ok(), "{fault:?}: {left:?}");
    outcome.as_ref().unwrap_or(&old).list_api_keys(org).await.expect("this key works");
    outcome.is_ok()
}

#[tokio::test]
async fn another_key_takes_over() {
    assert!(rotate(None).await);
    for fault in [
        "getApiKey=not-yet-found,times=2",
        "deleteApiKey=internal-error,times=3",
        "deleteApiKey=reset-before,times=2",
        "deleteApiKey=reset-after,times=1",
    ] {
        assert!(rotate(Some(fault)).await, "{fault}");
    }
}

#[tokio::test]
async fn the_old_key_goes_on_if_something_fails_before() {
    for fault in [
        "whoami=internal-error",
        "createApiKey=internal-error",
        "createApiKey=reset-after,times=1",
        "createApiKey=cut-body,times=1",
        "getApiKey=not-yet-found,seconds=60",
    ] {
        assert!(!rotate(Some(fault)).await, "{fault}");
    }
}
