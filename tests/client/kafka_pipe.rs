//! The promise of the example: a topic gets into an idle service through one pipe, whatever is lost on the way.

use std::time::Duration;

use clickhouse_cloud::{Client, Error, types::*};
use clickhouse_cloud_simulator::{LogEntry, Simulator};

use crate::clock;

#[path = "../../generated/examples/kafka_pipe.rs"]
#[expect(dead_code, reason = "it is a program of its own, of which a part is called here")]
mod example;

const HOUR: Duration = Duration::from_secs(60 * 60);
const SECRET: &str = "hunter2";

/// Takes a pipe through its life in an idle service, and returns the log's counts of what was carried out.
async fn life(fault: Option<&str>) -> impl Fn(&str, Option<&str>) -> usize {
    let simulator = Simulator::builder().seed(1).manual_clock().no_rate_limit().start().await.unwrap();
    let (key, secret) = simulator.key();
    let builder = Client::builder().base_url(simulator.base_url()).key(key, secret).no_rate_limit().wake(true);
    let cloud = builder.timeout(HOUR).attempt_timeout(HOUR).build().unwrap();
    let org = simulator.organization().into();
    let new = CreateService::new("orders", Provider::Aws, Region::UsEast1, []);
    let service = cloud.create_service(org, &new).await.unwrap().service().unwrap().id().unwrap();
    simulator.advance(HOUR);
    assert_eq!(cloud.get_service(org, service).await.unwrap().state(), Ok(&ServiceState::Idle));
    if let Some(fault) = fault {
        simulator.faults().add(fault.parse().unwrap()).unwrap();
    }

    let life = Box::pin(async {
        let pipe = example::create(&cloud, org, service, example::kafka(SECRET)).await.unwrap();
        // A second run finds the pipe.
        assert_eq!(example::create(&cloud, org, service, example::kafka(SECRET)).await.unwrap(), pipe);
        let running = cloud.get_click_pipe(org, service, pipe).await.unwrap();
        assert_eq!(running.state(), Ok(&ClickPipeState::Running));
        assert_eq!(running.destination().unwrap().columns.as_ref().unwrap().len(), 4, "a column for each field");
        assert!(!String::from_utf8_lossy(running.body()).contains(SECRET));

        example::change(&cloud, org, service, pipe).await.unwrap();
        let changed = cloud.get_click_pipe(org, service, pipe).await.unwrap();
        let scaling = changed.scaling.as_ref().unwrap();
        assert_eq!((scaling.replicas, scaling.replica_cpu_millicores), (Some(2), Some(125)));
        assert_eq!(changed.settings.as_ref().unwrap().kafka_read_committed, Some(true));

        example::delete(&cloud, org, service, pipe).await.unwrap();
        let error = cloud.get_click_pipe(org, service, pipe).await.unwrap_err();
        assert!(matches!(&error, Error::Api(refusal) if refusal.is_not_found()), "{error:?}");
    });
    clock::pass(&simulator, life).await;
    let log = simulator.log().entries();
    move |operation, command| {
        let is_it = |entry: &&LogEntry| {
            entry.operation.as_deref() == Some(operation) && entry.command.as_deref() == command && entry.carried_out
        };
        log.iter().filter(is_it).count()
    }
}

#[tokio::test]
async fn a_topic_gets_into_an_idle_service() {
    let times = life(None).await;
    assert_eq!(times("updateServiceState", Some("awake")), 1);
    assert_eq!(times("createClickPipe", None), 1);
}

#[tokio::test]
async fn no_second_pipe_is_created_if_a_response_is_lost() {
    for fault in [
        "createClickPipe=reset-after,times=1",
        "createClickPipe=invalid-json,times=1",
        "updateServiceState=reset-after,times=1",
        "getClickPipe=internal-error,times=5",
        "updateClickPipeScaling=reset-after,times=1",
        "deleteClickPipe=reset-after,times=1",
    ] {
        let times = life(Some(fault)).await;
        assert_eq!(times("createClickPipe", None), 1, "{fault}");
        assert_eq!(times("updateServiceState", Some("awake")), 1, "{fault}");
    }
}
