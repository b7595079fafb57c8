//! Prints what the last week cost, by warehouse and by service, and how many credits are left.
//!
//! Runs against an embedded simulator, in which a week goes by at once.

use std::{collections::BTreeMap, error::Error, time::Duration};

use clickhouse_cloud::{
    Client,
    chrono::{Days, NaiveDate, Utc},
    types::*,
};
use clickhouse_cloud_simulator::Simulator;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::builder().manual_clock().no_rate_limit().start().await?;
    let (key, secret) = simulator.key();
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).build()?;
    let org = simulator.organization().into();
    // The week from tomorrow on, at whose end the simulator is.
    let first = Utc::now().date_naive() + Days::new(1);

    let orders = CreateService::new("orders", Provider::Aws, Region::EuCentral1, []).idle_scaling(false);
    cloud.create_service(org, &orders).await?;
    let clicks = CreateService::new("clicks", Provider::Gcp, Region::EuropeWest4, []).idle_timeout_minutes(60);
    let clicks = cloud.create_service(org, &clicks).await?.service()?.id()?;
    for _ in 0..8 {
        simulator.advance(DAY);
        // Every day it has something to do, for an hour.
        cloud.update_service_state(org, clicks, &UpdateServiceState::new(StateCommand::Awake)).await?;
    }

    let total = report(&cloud, org, first).await?;
    assert!(total > 0.0);
    Ok(())
}

/// Prints the cost of each entity in the seven days from `first` on, and returns that of all.
async fn report(cloud: &Client, org: OrganizationId, first: NaiveDate) -> Result<f64, clickhouse_cloud::Error> {
    let last = first + Days::new(6);
    let report = cloud.get_usage_cost(org, first, last).await?;
    let mut costs: BTreeMap<_, f64> = BTreeMap::new();
    for record in report.costs()? {
        let entity = (record.entity_name()?, record.entity_type()?.to_string(), record.entity_id()?);
        *costs.entry(entity).or_default() += record.total_chc()?;
    }

    println!("{:<16}{:<16}{:>10}", format!("{first} on"), "", "credits");
    for ((name, kind, _), cost) in &costs {
        println!("{name:<16}{kind:<16}{cost:>10.2}");
    }
    println!("{:<32}{:>10.2}", "total", report.grand_total_chc()?);

    let balances = cloud.list_credit_balances(org).await?;
    for balance in balances.balances()? {
        let expiration = balance.expiration_date()?.date_naive();
        println!("{:<32}{:>10.2}", format!("{} until {expiration}", balance.type_()?), balance.remaining_credits()?);
    }
    Ok(report.grand_total_chc()?)
}
