//! The promise of the example: a table is added to a database that is replicated, and the pipe resumes.

use std::time::Duration;

use clickhouse_cloud::{Client, types::*};
use tests::simulated_cloud::SimulatedCloud;

use crate::clock;

#[path = "../../generated/examples/replicate_postgres.rs"]
#[expect(dead_code, reason = "it is a program of its own, of which a part is called here")]
mod example;

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn a_table_is_added_to_a_database_that_is_replicated() {
    let cloud = SimulatedCloud::start().await;
    let service = cloud.create_running_service().await;
    let (simulator, org) = (&cloud.simulator, cloud.organization);
    let (key, secret) = simulator.key();
    let builder = Client::builder().base_url(simulator.base_url()).key(key, secret).no_rate_limit();
    let client = builder.timeout(HOUR).attempt_timeout(HOUR).build().unwrap();
    let tables = |pipe: &ClickPipe| {
        let mappings = pipe.source().unwrap().postgres.as_ref().unwrap().table_mappings().unwrap();
        mappings.iter().map(|mapping| mapping.source_table().unwrap().to_owned()).collect::<Vec<_>>()
    };

    let replication = async {
        let pipe = example::replicate(&client, org, service, "hunter2").await.unwrap();
        example::scale(&client, org, service, 4).await.unwrap();
        let scaling = client.get_cdc_scaling(org, service).await.unwrap();
        assert_eq!((scaling.replica_cpu_millicores(), scaling.replica_memory_gb()), (Ok(4_000), Ok(16)));

        let before = client.wait_until_click_pipe_running(org, service, pipe).await.unwrap();
        assert_eq!(tables(&before), ["customers", "orders"]);
        example::add_table(&client, org, service, pipe, "invoices").await.unwrap();
        let after = client.wait_until_click_pipe_running(org, service, pipe).await.unwrap();
        assert_eq!(tables(&after), ["customers", "orders", "invoices"]);
    };
    clock::pass(simulator, replication).await;
    let log = simulator.log().entries();
    let commands: Vec<_> = log.iter().filter_map(|entry| entry.command.as_deref()).collect();
    assert_eq!(commands, ["stop"], "it resumes by itself");
}
