//! Replicates a database of Postgres into a service, gives the replication more cores, and adds a table while it runs.
//!
//! Runs against an embedded simulator.

use std::{error::Error, time::Duration};

use clickhouse_cloud::{Client, types::*};
use clickhouse_cloud_simulator::Simulator;

/// How long it may take until the first database pipe of a service has what it runs on, and until a scaling is applied.
const MAX_SCALING_TIME: Duration = Duration::from_secs(15 * 60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::builder().speed(60.0).start().await?;
    let (key, secret) = simulator.key();
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).build()?;
    let org = cloud.list_organizations().await?.only()?.id()?;
    let new = CreateService::new("shop", Provider::Aws, Region::UsEast1, []).idle_scaling(false);
    let service = cloud.create_service(org, &new).await?.service()?.id()?;
    cloud.wait_until_service_running(org, service).await?;

    let pipe = replicate(&cloud, org, service, "the password of the user at Postgres").await?;
    scale(&cloud, org, service, 4).await?;
    cloud.wait_until_click_pipe_running(org, service, pipe).await?;
    println!("all rows are there, and changes follow");
    add_table(&cloud, org, service, pipe, "invoices").await
}

/// Creates a pipe of two tables, and waits until it loads their rows.
pub(crate) async fn replicate(
    cloud: &Client,
    org: OrganizationId,
    service: ServiceId,
    password: &str,
) -> Result<ClickPipeId, Box<dyn Error>> {
    let settings = PostgresSettings::new(ReplicationMode::Cdc).publication_name("clickhouse");
    let tables = ["customers", "orders"].map(mapping);
    let source = PostgresSource::new("db.example.com", 5432, "shop", settings, tables)
        .credentials(UsernamePassword::new("clickpipes", password));
    // The tables are those of the mappings.
    let new = CreateClickPipe::new("Shop", source, DatabaseDestination::new("shop"));
    let pipe = cloud.create_click_pipe(org, service, &new).or_find().await?.into_inner().id()?;
    let replicating = cloud.wait_until_click_pipe_replicating(org, service, pipe).await?;
    println!("{} is {}", replicating.name()?, replicating.state()?);
    Ok(pipe)
}

fn mapping(table: &str) -> TableMappingInput {
    TableMapping::new("public", table, table).table_engine(ReplicaTableEngine::ReplacingMergeTree)
}

/// Scales what all database pipes of a service share, and waits until that is applied.
pub(crate) async fn scale(
    cloud: &Client,
    org: OrganizationId,
    service: ServiceId,
    cores: i64,
) -> Result<(), Box<dyn Error>> {
    let (cpu, memory) = (cores * 1_000, cores * 4);
    // Until the first database pipe is there, nothing scales, and reading it is refused.
    cloud.get_cdc_scaling(org, service).until(|_| true).not_yet(&[400, 404]).within(MAX_SCALING_TIME).await?;
    cloud.update_cdc_scaling(org, service, &UpdateCdcScaling::new(cpu, memory)).await?;
    cloud
        .get_cdc_scaling(org, service)
        .until(move |now| now.replica_cpu_millicores == Some(cpu) && now.replica_memory_gb == Some(memory))
        .within(MAX_SCALING_TIME)
        .await?;
    println!("{cores} cores replicate");
    Ok(())
}

/// Adds a table to a pipe that runs. It has to be paused for that, and resumes by itself.
pub(crate) async fn add_table(
    cloud: &Client,
    org: OrganizationId,
    service: ServiceId,
    pipe: ClickPipeId,
    table: &str,
) -> Result<(), Box<dyn Error>> {
    cloud.update_click_pipe_state(org, service, pipe, &UpdateClickPipeState::new(ClickPipeCommand::Stop)).await?;
    cloud.wait_until_click_pipe_stopped(org, service, pipe).await?;
    // Without credentials: those that the pipe has stay.
    let change = UpdatePostgresSource::new().table_mappings_to_add([mapping(table)]);
    cloud.update_click_pipe(org, service, pipe, &UpdateClickPipe::new().source(change)).await?;
    let replicating = cloud.wait_until_click_pipe_replicating(org, service, pipe).await?;
    println!("{} is {}, with {table}", replicating.name()?, replicating.state()?);
    Ok(())
}
