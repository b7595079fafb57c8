//! What the client costs, as ratios to the code that one would write by hand.
//!
//! The server is a thread that allocates nothing while it responses, so every allocation counted is the client's.

mod by_hand;

use std::{
    alloc::System,
    env,
    error::Error,
    hint::black_box,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use clickhouse_cloud::{Client, types::Service, uuid::Uuid};
use clickhouse_cloud_runtime::{Envelope, internals::decode};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tests::document::operation;
use tokio::runtime::Builder;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ENVELOPE: Envelope = Envelope { result: "result", error: Some("error"), request_id: Some("requestId") };
const KEY: (&str, &str) = ("key-id", "key-secret");
const ID: Uuid = Uuid::nil();

/// Of each measurement, the least counts, because noise only adds.
const RUNS: u32 = 15;
const CALLS: u32 = 500;
const SERVICES: usize = 10_000;
const FEWER: usize = 1_000;

fn main() -> Result<()> {
    // Tests of all targets run this, too, but it takes an optimized build to measure anything.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    calls()?;
    decoding()
}

fn calls() -> Result<()> {
    let base_url = serve(operation("getService").responses().1[0])?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ours = Client::builder().base_url(&base_url).key(KEY.0, KEY.1).no_rate_limit().build()?;
    let theirs = by_hand::client()?;

    let get = || {
        runtime.block_on(ours.get_service(ID.into(), ID.into()).into_future())?;
        Ok(())
    };
    let get_by_hand = || {
        runtime.block_on(by_hand::get_service(&theirs, &base_url, KEY, ID, ID))?;
        Ok(())
    };
    let times = cpu_times_of_each([&get, &get_by_hand])?;
    let allocations = [allocations(|| repeat(CALLS, &get))?, allocations(|| repeat(CALLS, &get_by_hand))?];
    let times: Vec<_> = times.into_iter().map(|run| run.map(|time| time * 1e6)).collect();
    row_of_runs("getService : the same by hand, in µs of the processor for the client's thread", &times, "1.05");
    row("getService : the same by hand, in allocations", allocations.map(|count| count / f64::from(CALLS)), "1.1");
    Ok(())
}

fn decoding() -> Result<()> {
    let [good, bad] = [Value::clone, with_number_for_name].map(|change| list(SERVICES, change));
    let fewer_bad = list(FEWER, with_number_for_name);
    let [of_good, of_good_by_hand, of_bad, of_fewer_bad] = least_of_each([
        &|| mismatches(&good, 0),
        &|| {
            black_box(by_hand::list_of_services(&good)?);
            Ok(())
        },
        &|| mismatches(&bad, SERVICES),
        &|| mismatches(&fewer_bad, FEWER),
    ])?
    .map(|time| time * 1e3);
    row("a list of 10,000 services : read by hand, in ms", [of_good, of_good_by_hand], "1.1");
    row("a field of each does not fit : all fit, read by hand, in ms", [of_bad, of_good_by_hand], "5");
    let per_field = [of_bad / 10_000.0, of_fewer_bad / 1_000.0].map(|time| time * 1e3);
    row("for each that does not fit, among 10,000 : among 1,000, in µs", per_field, "1.5");
    Ok(())
}

fn list(length: usize, change: impl Fn(&Value) -> Value) -> Vec<u8> {
    let responses = operation("getService").responses().1;
    let services: Vec<_> = responses.iter().cycle().take(length).map(|response| change(&response["result"])).collect();
    json!({ "status": 200, "requestId": ID, "result": services }).to_string().into()
}

fn with_number_for_name(service: &Value) -> Value {
    let mut service = service.clone();
    service["name"] = json!(5);
    service
}

fn mismatches(body: &[u8], expected: usize) -> Result<()> {
    let (services, mismatches, omitted) =
        decode::<Vec<Service>>(Some(ENVELOPE), body).map_err(|(_, problem)| problem)?;
    black_box(services);
    assert_eq!(mismatches.len() + omitted, expected);
    Ok(())
}

/// The base URL of a server that gives this response to every request.
fn serve(response: &Value) -> Result<String> {
    let response = response.to_string();
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", response.len());
    let response: Arc<[u8]> = (head + &response).into_bytes().into();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let base_url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming() {
            let (connection, response) = (connection?, response.clone());
            thread::spawn(move || serve_all(connection, &response));
        }
        io::Result::Ok(())
    });
    Ok(base_url)
}

/// Takes whatever ends with an empty line for a request, for there are none with a body.
fn serve_all(mut connection: TcpStream, response: &[u8]) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut request = [0; 4096];
    let mut length = 0;
    loop {
        length += match connection.read(&mut request[length..])? {
            0 => return Ok(()),
            read => read,
        };
        if request[..length].ends_with(b"\r\n\r\n") {
            connection.write_all(response)?;
            length = 0;
        }
    }
}

fn repeat(times: u32, work: &dyn Fn() -> Result<()>) -> Result<()> {
    (0..times).try_for_each(|_| work())
}

/// The seconds that each takes. They take turns, so that what slows the machine down slows down each of them.
fn least_of_each<const N: usize>(work: [&dyn Fn() -> Result<()>; N]) -> Result<[f64; N]> {
    let mut least = [f64::INFINITY; N];
    for _ in 0..RUNS {
        for (least, work) in least.iter_mut().zip(work) {
            let start = Instant::now();
            work()?;
            *least = least.min(start.elapsed().as_secs_f64());
        }
    }
    Ok(least)
}

/// The seconds that each keeps this thread's processor busy: the medians of each run, in which they take turns. What
/// other threads do meanwhile, and how long this one waits for them, does not count.
fn cpu_times_of_each<const N: usize>(work: [&dyn Fn() -> Result<()>; N]) -> Result<Vec<[f64; N]>> {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs().try_into().unwrap_or_default())
    };
    let run = |_| {
        let mut times = [const { Vec::new() }; N];
        for _ in 0..CALLS {
            for (times, work) in times.iter_mut().zip(work) {
                let start = now();
                work()?;
                times.push(now().saturating_sub(start).as_secs_f64());
            }
        }
        Ok(times.map(median))
    };
    // The first run connects and warms up.
    (0..=RUNS).map(run).skip(1).collect()
}

#[expect(clippy::cast_precision_loss, reason = "for a person to read")]
fn allocations(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let region = Region::new(ALLOCATOR);
    work()?;
    let change = region.change();
    Ok((change.allocations + change.reallocations) as f64)
}

/// The medians of the runs, and between which ratios the runs are.
fn row_of_runs(what: &str, runs: &[[f64; 2]], goal: &str) {
    let of_runs = |value: fn(&[f64; 2]) -> f64| runs.iter().map(value).collect::<Vec<_>>();
    let (ours, theirs) = (median(of_runs(|run| run[0])), median(of_runs(|run| run[1])));
    let ratios = of_runs(|run| run[0] / run[1]);
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    let (runs, ratio) = (runs.len(), median(ratios));
    println!("| {what} | {ours:.1} : {theirs:.1} = {ratio:.2} ({runs} runs, {least:.2} to {most:.2}) | {goal} |");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn row(what: &str, [ours, theirs]: [f64; 2], goal: &str) {
    println!("| {what} | {ours:.1} : {theirs:.1} = {:.2} | {goal} |", ours / theirs);
}
