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
const PIPES: u32 = 10_000;
const LISTED: u32 = 10_000;
const LISTINGS: u32 = 5;
const KEPT: u32 = 100_000;

#[tokio::main]
async fn main() -> Result<()> {
    // Tests of all targets run this, too, but it takes an optimized build to measure anything.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    measure_pipes().await?;
    measure_services().await
}

async fn measure_pipes() -> Result<()> {
    let cloud = Cloud::start().await?;
    let service = format!("{}/{}", cloud.services, id_of(&call(cloud.create_service()).await?, "/result/service/id")?);
    // Pipes need a service that runs.
    cloud.simulator.advance(Duration::from_secs(600));
    let pipes = format!("{service}/clickpipes");
    let create = cloud.signed(cloud.http.post(&pipes).json(&json!({
        "name": "orders",
        "source": { "kafka": {
            "type": "kafka",
            "format": "JSONEachRow",
            "brokers": "kafka.example.com:9092",
            "topics": "orders",
            "authentication": "PLAIN",
            "credentials": { "username": "user", "password": "password" },
        } },
        "destination": { "database": "default", "table": "orders", "managedTable": false, "columns": [] },
        "fieldMappings": [],
    })));
    let first = id_of(&call(clone(&create)).await?, "/result/id")?;
    repeat(PIPES - 1, &create).await?;
    print_rate(
        &format!("`getClickPipe` among {PIPES} pipes"),
        repeat(CALLS, &cloud.signed(cloud.http.get(format!("{pipes}/{first}")))).await?,
    );
    println!("| simulator: memory with {PIPES} pipes, with the client in the same process | {} | 200 MB |", memory());
    Ok(())
}

async fn measure_services() -> Result<()> {
    let cloud = Cloud::start().await?;
    let create = cloud.create_service();
    let id = id_of(&call(clone(&create)).await?, "/result/service/id")?;
    let get = cloud.signed(cloud.http.get(format!("{}/{id}", cloud.services)));
    print_rate("`getService` from one client process", repeat(CALLS, &get).await?);

    repeat(LISTED - 1, &create).await?;
    let list = cloud.signed(cloud.http.get(&cloud.services));
    let mut least = Duration::MAX;
    for _ in 0..LISTINGS {
        least = least.min(repeat(1, &list).await?);
    }
    println!("| simulator: a list of {LISTED} services | {} ms | 150 ms |", least.as_millis());

    repeat(KEPT - LISTED, &create).await?;
    println!("| simulator: memory with {KEPT} services, with the client in the same process | {} | 200 MB |", memory());
    Ok(())
}

fn print_rate(what: &str, time: Duration) {
    println!("| simulator: {what} | {:.0} calls/s | 5,000 calls/s |", f64::from(CALLS) / time.as_secs_f64());
}

/// A simulated cloud, and a client of it.
struct Cloud {
    simulator: Simulator,
    http: reqwest::Client,
    /// The URL of all services.
    services: String,
}

impl Cloud {
    async fn start() -> Result<Self> {
        let simulator = Simulator::builder().seed(1).manual_clock().no_rate_limit().start().await?;
        let services = format!("{}/v1/organizations/{}/services", simulator.base_url(), simulator.organization());
        Ok(Self { simulator, http: reqwest::Client::new(), services })
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        let (id, secret) = self.simulator.key();
        request.basic_auth(id, Some(secret))
    }

    fn create_service(&self) -> RequestBuilder {
        let new = json!({ "name": "analytics", "provider": "aws", "region": "us-east-1", "ipAccessList": [] });
        self.signed(self.http.post(&self.services).json(&new))
    }
}

fn id_of(response: &[u8], pointer: &str) -> Result<String> {
    let response: Value = serde_json::from_slice(response)?;
    let id = response.pointer(pointer).and_then(Value::as_str);
    Ok(id.ok_or_else(|| format!("no {pointer} in {response}"))?.to_owned())
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
