//! Creates a hundred services at once, within the rate limit, and waits until all of them run.
//!
//! Runs against an embedded simulator in which time goes by faster, and so does the window of the rate limit.

use std::{collections::BTreeMap, error::Error, sync::Arc, time::Duration};

use clickhouse_cloud::{Client, types::*};
use clickhouse_cloud_simulator::{RateLimit, Simulator};
use tokio::{
    sync::Mutex,
    task::JoinSet,
    time::{Interval, MissedTickBehavior, interval},
};

const SERVICES: usize = 100;
/// The limit of the real API is as many calls in ten seconds.
const CALLS: u32 = 10;
const WINDOW: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let limit = RateLimit::new(CALLS, WINDOW)?;
    let simulator = Simulator::builder().speed(120.0).rate_limit(limit).start().await?;
    let (key, secret) = simulator.key();
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).build()?;
    let org = simulator.organization();
    let pace = Pace::new(CALLS, WINDOW);

    let mut tasks = JoinSet::new();
    for number in 0..SERVICES {
        let (cloud, pace) = (cloud.clone(), pace.clone());
        tasks.spawn(async move {
            pace.wait().await;
            let service = CreateService::new(format!("fleet {number}"), Provider::Gcp, Region::EuropeWest4);
            cloud.create_service(org, &service).await
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome??;
    }

    loop {
        pace.wait().await;
        let services = cloud.list_services(org).await?;
        let mut states: BTreeMap<_, usize> = BTreeMap::new();
        for service in services.iter() {
            *states.entry(service.state()?.to_string()).or_default() += 1;
        }
        println!("{states:?}");
        if states.get("running") == Some(&SERVICES) {
            return Ok(());
        }
    }
}

/// Spreads calls so that no window of time ever sees too many of them.
#[derive(Clone)]
struct Pace(Arc<Mutex<Interval>>);

impl Pace {
    fn new(calls: u32, window: Duration) -> Self {
        // Calls do not arrive as evenly as they were sent, so a tenth more than needed lies between them.
        let mut interval = interval(window / calls * 11 / 10);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(Arc::new(Mutex::new(interval)))
    }

    async fn wait(&self) {
        self.0.lock().await.tick().await;
    }
}
