//! Creates a hundred services at once, within the rate limit, and waits until all of them run.
//!
//! Runs against an embedded simulator in which time goes by faster, and so does the window of the rate limit.

use std::{collections::BTreeMap, error::Error, time::Duration};

use clickhouse_cloud::{Client, RateLimit, types::*};
use clickhouse_cloud_simulator::Simulator;
use tokio::task::JoinSet;

const SERVICES: usize = 100;
/// The real API takes as many calls in ten seconds, and a client keeps to that by default.
const LIMIT: RateLimit = RateLimit { requests: 10, window: Duration::from_millis(500) };

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let limit = clickhouse_cloud_simulator::RateLimit::new(LIMIT.requests, LIMIT.window)?;
    let simulator = Simulator::builder().speed(120.0).rate_limit(limit).start().await?;
    let (key, secret) = simulator.key();
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).rate_limit(LIMIT).build()?;
    let org = simulator.organization().into();

    let mut tasks = JoinSet::new();
    for number in 0..SERVICES {
        let cloud = cloud.clone();
        tasks.spawn(async move {
            let service = CreateService::new(format!("fleet {number}"), Provider::Gcp, Region::EuropeWest4, []);
            cloud.create_service(org, &service).await
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome??;
    }

    loop {
        let services = cloud.list_services(org).await?;
        let mut states: BTreeMap<_, usize> = BTreeMap::new();
        for service in &services {
            *states.entry(service.state()?.to_string()).or_default() += 1;
        }
        println!("{states:?}");
        if states.get("running") == Some(&SERVICES) {
            return Ok(());
        }
    }
}
