//! The quickstart's promise: whatever fails, no service is left behind that costs money.

use std::time::Duration;

use clickhouse_cloud::{Client, NoRetry};
use clickhouse_cloud_simulator::Simulator;

#[path = "../../generated/examples/quickstart.rs"]
#[expect(dead_code, reason = "it is a program of its own, of which a part is called here")]
mod example;

const PAUSE: Duration = Duration::from_millis(20);

/// Runs the quickstart against a simulator with this fault, and returns whether it succeeded.
async fn run(fault: Option<&str>) -> bool {
    let mut builder = Simulator::builder().seed(1).speed(600.0).no_rate_limit();
    if let Some(fault) = fault {
        builder = builder.fault(fault.parse().unwrap());
    }
    let simulator = builder.start().await.unwrap();
    let (key, secret) = simulator.key();
    let builder = Client::builder().base_url(simulator.base_url()).key(key, secret).no_rate_limit();
    let cloud = builder.retry(NoRetry).build().unwrap();
    let outcome = example::run(&cloud, PAUSE).await.map_err(|error| error.to_string());

    simulator.faults().clear();
    let created = simulator
        .log()
        .entries()
        .iter()
        .any(|entry| entry.operation.as_deref() == Some("createService") && entry.carried_out);
    assert!(created, "{fault:?}: {outcome:?}");
    let left = cloud.list_services(simulator.organization().into()).await.unwrap();
    assert!(left.is_empty(), "{fault:?}: {outcome:?} left {left:?}");
    outcome.is_ok()
}

#[tokio::test]
async fn no_service_is_left_when_all_goes_well() {
    assert!(run(None).await);
}

#[tokio::test]
async fn no_service_is_left_when_something_fails_in_between() {
    for fault in [
        "createService=reset-after,times=1",
        "createService=invalid-json,times=1",
        "createService=cut-body,times=1",
        "createService=missing-field,field=password,times=1",
        "createService=missing-field,field=id,times=1",
        "updateBackupConfiguration=internal-error",
        "updateBackupConfiguration=reset-after",
    ] {
        assert!(!run(Some(fault)).await, "{fault}");
    }
}

#[tokio::test]
async fn no_service_is_left_when_the_deletion_fails_at_first() {
    for fault in [
        "deleteService=internal-error,times=3",
        "deleteService=reset-before,times=2",
        "deleteService=reset-after,times=1",
        "updateServiceState=bad-gateway,times=2",
        "*=stale-state,seconds=20",
        "deleteService=not-yet-found,seconds=120",
    ] {
        assert!(run(Some(fault)).await, "{fault}");
    }
}
