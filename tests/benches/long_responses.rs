//! Measures what responses cost that are as long as they may be: how much memory, and how long a task beside the call
//! has to wait for its turn. Each is measured in a process of its own, because a process keeps what it has freed.

use std::{
    env,
    error::Error,
    fs,
    io::{self, Read, Write},
    mem,
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use clickhouse_cloud::{Client, NoRetry, types::Service};
use tests::{document::operation, ids::ORGANIZATION};
use tokio::{runtime::Builder, time};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const MB: usize = 1_000_000;

/// What a response holds, and how long it is.
const CASES: [(&str, usize); 5] = [
    (r#"{"name":[1]}"#, 55_800_000),
    (r#"{"name":[1]}"#, 5_600_000),
    (r#"{"name":"a"}"#, 55_800_000),
    (r#"{"ipAccessList":[{"source":5},{"source":"a"}],"new":[[1e400]]}"#, 55_800_000),
    ("a service", 55_800_000),
];

/// How often the task beside a call asks for its turn.
const TICK: Duration = Duration::from_millis(1);

fn main() -> Result<()> {
    if let Ok(base_url) = env::var("LONG_RESPONSES_BASE_URL") {
        return call(&base_url);
    }
    // Tests of all targets run this, too, but it takes an optimized build to measure anything.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    for (element, length) in CASES {
        let service = operation("getService").responses().1[0]["result"].to_string();
        let json = if element == "a service" { &service } else { element };
        let elements = length / (json.len() + 1);
        let body = format!(r#"{{"result":[{}]}}"#, vec![json; elements].join(","));
        let bound = 8 * body.len() + elements * mem::size_of::<Service>();
        let what = format!("{:.1} MB of `[{element},..]`", megabytes(body.len()));
        let mut child = Command::new(env::current_exe()?);
        let output = child.env("LONG_RESPONSES_BASE_URL", serve(body)?).stderr(Stdio::inherit()).output()?;
        let output = String::from_utf8(output.stdout)?;
        let Some([memory, taken, waited]) = numbers(&output) else { return Err("the call failed".into()) };
        let (memory, bound) = (megabytes(memory), megabytes(bound));
        println!(
            "| {what}: memory, in MB : 8 × body + elements × `size_of` | {memory:.0} : {bound:.0} = {:.2} | 1 |",
            memory / bound
        );
        println!("| the same: a task beside it waits at most, while the call takes {taken} ms | {waited} ms | 50 ms |");
    }
    Ok(())
}

/// Makes one call, and prints how much memory it took, how long, and how long a task beside it had to wait.
fn call(base_url: &str) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let client = Client::builder().base_url(base_url).no_rate_limit().retry(NoRetry).build()?;
    let before = peak_memory()?;
    let (taken, waited) = runtime.block_on(async {
        let waited = Arc::new(AtomicU64::new(0));
        let beside = tokio::spawn(wait_for_turns(waited.clone()));
        let start = Instant::now();
        let response = client.list_services(ORGANIZATION).await?;
        let taken = start.elapsed();
        beside.abort();
        drop(response);
        Result::Ok((taken, waited.load(Relaxed)))
    })?;
    println!("{} {} {waited}", peak_memory()?.saturating_sub(before), taken.as_millis());
    Ok(())
}

/// Notes the longest time, in milliseconds, that a turn came too late.
async fn wait_for_turns(longest: Arc<AtomicU64>) {
    loop {
        let asked = Instant::now();
        time::sleep(TICK).await;
        let waited = asked.elapsed().saturating_sub(TICK).as_millis();
        longest.fetch_max(waited.try_into().unwrap_or(u64::MAX), Relaxed);
    }
}

/// The most memory that this process has had so far, in bytes.
fn peak_memory() -> Result<usize> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("this takes Linux")?;
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

fn numbers(line: &str) -> Option<[usize; 3]> {
    let numbers: Vec<_> = line.split_whitespace().map(|number| number.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

#[expect(clippy::cast_precision_loss, reason = "for a person to read")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / MB as f64
}

/// The base URL of a server that responds to one request with this.
fn serve(body: String) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let base_url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        let (connection, _) = listener.accept()?;
        respond(connection, &body)
    });
    Ok(base_url)
}

fn respond(mut connection: TcpStream, body: &str) -> io::Result<()> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !request.ends_with(b"\r\n\r\n") {
        let length = connection.read(&mut chunk)?;
        request.extend_from_slice(&chunk[..length]);
    }
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    connection.write_all(head.as_bytes())?;
    connection.write_all(body.as_bytes())
}
