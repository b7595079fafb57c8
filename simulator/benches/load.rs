//! Measures the load that the simulator can take. Prints rows of a table: what, measured, goal.
//!
//! The client is in the same process, so its work and its memory count as well.

use std::{
    env,
    error::Error,
    fs,
    time::{Duration, Instant},
};

use clickhouse_cloud_simulator::Simulator;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The number of calls at the same time.
const TASKS: u32 = 16;

const CALLS: u32 = 20_000;
const LISTED: u32 = 10_000;
const LISTINGS: u32 = 5;
const KEPT: u32 = 100_000;

#[tokio::main]
async fn main() -> Result<()> {
    // Tests of all targets run this, too, but it takes an optimized build to measure anything.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let simulator = Simulator::builder().seed(1).manual_clock().no_rate_limit().start().await?;
    let (http, key) = (reqwest::Client::new(), simulator.key());
    let services = format!("{}/v1/organizations/{}/services", simulator.base_url(), simulator.organization());
    let signed = |request: RequestBuilder| request.basic_auth(key.0, Some(key.1));
    let new = json!({ "name": "analytics", "provider": "aws", "region": "us-east-1", "ipAccessList": [] });
    let create = signed(http.post(&services).json(&new));

    let created: Value = serde_json::from_slice(&call(clone(&create)).await?)?;
    let id = created["result"]["service"]["id"].as_str().ok_or("a service without an id")?;
    let time = repeat(CALLS, &signed(http.get(format!("{services}/{id}")))).await?;
    println!(
        "| simulator: `getService` from one client process | {:.0} calls/s | 5,000 calls/s |",
        f64::from(CALLS) / time.as_secs_f64()
    );

    repeat(LISTED - 1, &create).await?;
    let list = signed(http.get(&services));
    let mut least = Duration::MAX;
    for _ in 0..LISTINGS {
        least = least.min(repeat(1, &list).await?);
    }
    println!("| simulator: a list of {LISTED} services | {} ms | 150 ms |", least.as_millis());

    repeat(KEPT - LISTED, &create).await?;
    println!("| simulator: memory with {KEPT} services, with the client in the same process | {} | 200 MB |", memory());
    Ok(())
}

/// Repeats a call, and returns the time for all.
async fn repeat(times: u32, request: &RequestBuilder) -> Result<Duration> {
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for task in 0..TASKS.min(times) {
        let request = clone(request);
        tasks.spawn(async move {
            for _ in (task..times).step_by(TASKS as usize) {
                call(clone(&request)).await?;
            }
            Result::Ok(())
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome??;
    }
    Ok(started.elapsed())
}

fn clone(request: &RequestBuilder) -> RequestBuilder {
    request.try_clone().expect("a request whose body is no stream")
}

async fn call(request: RequestBuilder) -> Result<Vec<u8>> {
    Ok(request.send().await?.error_for_status()?.bytes().await?.into())
}

/// Returns the resident memory of this process, if the system reports it.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    match kilobytes.and_then(|number| number.parse::<u64>().ok()) {
        Some(kilobytes) => format!("{} MB", kilobytes * 1024 / 1_000_000),
        None => "not reported by this system".to_owned(),
    }
}
