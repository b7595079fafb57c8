//! The simulator as a command.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Output, Stdio},
};

use clickhouse_cloud_simulator::Simulator;

const ORGANIZATION: &str = "f9379e4a-8450-4f8e-a872-fb01296f9734";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clickhouse-cloud-simulator"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

/// The command, running, and what it has printed.
fn run(arguments: &[&str]) -> (Child, Vec<String>) {
    let mut child = command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(5).map(Result::unwrap).collect();
    (child, lines)
}

/// Presses Ctrl-C, and gives what the command said on stderr.
fn interrupt(mut child: Child) -> String {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    said
}

fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    let prefix = format!("export {name}=");
    lines.iter().find_map(|line| line.strip_prefix(&prefix)).unwrap().trim_matches('\'')
}

#[tokio::test]
async fn it_prints_how_to_reach_it_logs_requests_and_stops_on_ctrl_c() {
    let arguments = ["--listen", "127.0.0.1:0", "--organization", ORGANIZATION, "--key", "id:it's:secret"];
    let (child, lines) = run(&arguments);
    assert_eq!(value(&lines, "CLICKHOUSE_CLOUD_API_KEY"), "id");
    assert_eq!(lines[2], r"export CLICKHOUSE_CLOUD_API_SECRET='it'\''s:secret'");
    assert_eq!(value(&lines, "CLICKHOUSE_CLOUD_ORGANIZATION_ID"), ORGANIZATION);
    let url = format!("{}/v1/organizations/{ORGANIZATION}/services", value(&lines, "CLICKHOUSE_CLOUD_API_URL"));
    let response = reqwest::Client::new().get(url).basic_auth("id", Some("it's:secret")).send().await.unwrap();
    assert_eq!(response.status(), 200);

    let said = interrupt(child);
    assert!(said.contains("listServices") && said.contains("200") && said.contains("stopping"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[tokio::test]
async fn keys_belong_to_the_organization_before_them() {
    let other = "00000000-0000-4000-8000-000000000001";
    let arguments =
        ["--listen=127.0.0.1:0", "--organization", ORGANIZATION, "--key=a:1", "--organization", other, "--key=b:2"];
    let (child, lines) = run(&arguments);
    let base_url = value(&lines, "CLICKHOUSE_CLOUD_API_URL").to_owned();
    for (organization, key, secret, status) in
        [(ORGANIZATION, "a", "1", 200), (other, "b", "2", 200), (other, "a", "1", 404)]
    {
        let url = format!("{base_url}/v1/organizations/{organization}/services");
        let response = reqwest::Client::new().get(url).basic_auth(key, Some(secret)).send().await.unwrap();
        assert_eq!(response.status(), status, "{organization} {key}");
    }
    interrupt(child);
}

#[test]
fn the_same_seed_prints_the_same_key() {
    let print = || {
        let (child, lines) = run(&["--listen", "127.0.0.1:0", "--seed", "7"]);
        interrupt(child);
        lines[1..4].to_vec()
    };
    assert_eq!(print(), print());
}

#[test]
fn it_warns_when_others_can_reach_it() {
    let (child, lines) = run(&["--listen", "0.0.0.0:0"]);
    assert!(value(&lines, "CLICKHOUSE_CLOUD_API_URL").starts_with("http://127.0.0.1:"));
    let said = interrupt(child);
    assert!(said.contains("everybody who can reach this machine"), "{said}");
}

fn failure(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = command(arguments).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

#[tokio::test]
async fn it_says_what_is_wrong() {
    let taken = Simulator::start().await.unwrap();
    let address = taken.address().to_string();
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    std::fs::write(&state, "corrupt").unwrap();
    for (arguments, message) in [
        (vec!["--listen", &address], "choose another port"),
        (vec!["--listen", "127.0.0.1:0", "--state", state.to_str().unwrap()], "is left as it is"),
        (vec!["--listen", "127.0.0.1:0", "--fault", "explode=cut-body"], "no operation `explode`"),
        (vec!["--fault", "*=explode"], "no fault `explode`"),
        (vec!["--rate-limit", "often"], "REQUESTS/SECONDS"),
        (vec!["--key", "secret"], "ID:SECRET"),
        (vec!["--listen", "127.0.0.1:0", "--speed", "inf"], "the speed has to be"),
    ] {
        let said = failure(&arguments);
        assert!(said.contains(message), "{said}");
        assert!(!said.contains("panicked") && !said.contains("stack backtrace"), "{said}");
    }
}
