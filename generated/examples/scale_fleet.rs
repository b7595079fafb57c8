//! Scales all services with a tag, and prints what that changed.
//!
//! Runs against an embedded simulator with some services.

use std::error::Error;

use clickhouse_cloud::{Client, types::*};
use clickhouse_cloud_simulator::Simulator;

const FILTER: &str = "tag:team=data";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::builder().manual_clock().start().await?;
    let (key, secret) = simulator.key();
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).build()?;
    let org = cloud.list_organizations().await?.only()?.id()?;
    for (name, team) in [("orders", "data"), ("clicks", "web"), ("reports", "data")] {
        let new = CreateService::new(name, Provider::Aws, Region::EuCentral1, []).tags([Tag::new("team").value(team)]);
        cloud.create_service(org, &new).await?;
    }

    let scaling = UpdateServiceReplicaScaling::new()
        .min_replica_memory_gb(16)
        .max_replica_memory_gb(64)
        .num_replicas(2)
        .idle_scaling(true)
        .idle_timeout_minutes(30);
    scale(&cloud, org, FILTER, &scaling).await
}

/// Scales all services with a tag. A service that cannot be scaled does not keep the others from it.
pub(crate) async fn scale(
    cloud: &Client,
    org: OrganizationId,
    filter: &str,
    scaling: &UpdateServiceReplicaScaling,
) -> Result<(), Box<dyn Error>> {
    let services = cloud.list_services(org).filter([filter]).await?;
    println!("{} services have {filter}", services.len());
    let mut failures = 0;
    for service in &services {
        match cloud.update_service_replica_scaling(org, service.id()?, scaling).await {
            Ok(scaled) => println!("{}: {} -> {}", service.name()?, describe(service)?, describe(&scaled)?),
            Err(error) => {
                println!("{}: {error}", service.name()?);
                failures += 1;
            }
        }
    }
    if failures > 0 { Err(format!("{failures} services are not scaled").into()) } else { Ok(()) }
}

/// Describes the scaling that is in effect.
fn describe(service: &Service) -> Result<String, Box<dyn Error>> {
    let scaling = service.current_scaling()?;
    let range = |min: Option<i64>, max: Option<i64>| match (min, max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        _ => "?".to_owned(),
    };
    let replicas = range(scaling.effective_min_replicas, scaling.effective_max_replicas);
    let memory = range(scaling.effective_min_replica_memory_gb, scaling.effective_max_replica_memory_gb);
    Ok(format!("{replicas} replicas of {memory} GB"))
}
