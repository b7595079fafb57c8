//! The simulator as a command.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Output, Stdio},
};

use clickhouse_cloud_simulator::Simulator;

const ORGANIZATION: &str = "f9379e4a-8450-4f8e-a872-fb01296f9734";

/// The number of lines that the command prints.
const LINES: usize = 10;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clickhouse-cloud-simulator"));
    command.args(arguments).env_remove("RUST_LOG");
    for role in ["KEY", "DEVELOPER_KEY"] {
        let variable = format!("CLICKHOUSE_CLOUD_SIMULATOR_{role}");
        command.env_remove(format!("{variable}_FILE")).env_remove(variable);
    }
    command
}

/// Starts the command, and returns it with the lines that it printed.
fn run(arguments: &[&str]) -> (Child, Vec<String>) {
    spawn(&mut command(arguments))
}

fn spawn(command: &mut Command) -> (Child, Vec<String>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(LINES).map(Result::unwrap).collect();
    (child, lines)
}

/// Presses Ctrl-C, and returns what the command printed on stderr.
fn interrupt(mut child: Child) -> String {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    stderr
}

fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    let prefix = format!("export {name}=");
    lines.iter().find_map(|line| line.strip_prefix(&prefix)).unwrap().trim_matches('\'')
}

#[tokio::test]
async fn it_prints_variables_logs_requests_and_stops_on_ctrl_c() {
    let arguments = ["--listen", "127.0.0.1:0", "--organization", ORGANIZATION, "--key", "id:it's:secret"];
    let (child, lines) = run(&arguments);
    assert_eq!(value(&lines, "CLICKHOUSE_CLOUD_API_KEY"), "id");
    assert_eq!(lines[2], r"export CLICKHOUSE_CLOUD_API_SECRET='it'\''s:secret'");
    assert_eq!(value(&lines, "CLICKHOUSE_CLOUD_ORGANIZATION_ID"), ORGANIZATION);
    let url = format!("{}/v1/organizations/{ORGANIZATION}/services", value(&lines, "CLICKHOUSE_CLOUD_API_URL"));
    let response = reqwest::Client::new().get(url).basic_auth("id", Some("it's:secret")).send().await.unwrap();
    assert_eq!(response.status(), 200);

    // The official clients have other variables, and one of them has none.
    let base_url = value(&lines, "CLICKHOUSE_CLOUD_API_URL");
    assert_eq!(value(&lines, "CLICKHOUSE_API_URL"), format!("{base_url}/v1"));
    assert_eq!(value(&lines, "CLICKHOUSE_ORG_ID"), ORGANIZATION);
    let official = format!("clickhousectl cloud --url {base_url} service list --org-id {ORGANIZATION}");
    assert!(lines.iter().any(|line| line.starts_with('#') && line.ends_with(&official)), "{lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("export ") || line.starts_with('#')), "{lines:?}");

    let stderr = interrupt(child);
    assert!(stderr.contains("listServices") && stderr.contains("200") && stderr.contains("stopping"), "{stderr}");
    assert!(!stderr.contains("secret"), "{stderr}");
}

#[tokio::test]
async fn keys_belong_to_the_organization_before_them() {
    let other = "00000000-0000-4000-8000-000000000001";
    let arguments = [
        ["--listen=127.0.0.1:0", "--organization", ORGANIZATION, "--key=a:1", "--key=both:3"].as_slice(),
        &["--organization", other, "--key=b:2", "--key=both:3"],
    ];
    let arguments = arguments.concat();
    let (child, lines) = run(&arguments);
    let base_url = value(&lines, "CLICKHOUSE_CLOUD_API_URL").to_owned();
    for (organization, key, secret, status) in [
        (ORGANIZATION, "a", "1", 200),
        (other, "b", "2", 200),
        (other, "a", "1", 404),
        (ORGANIZATION, "both", "3", 200),
        (other, "both", "3", 200),
    ] {
        let url = format!("{base_url}/v1/organizations/{organization}/services");
        let response = reqwest::Client::new().get(url).basic_auth(key, Some(secret)).send().await.unwrap();
        assert_eq!(response.status(), status, "{organization} {key}");
    }
    interrupt(child);
}

async fn status(base_url: &str, organization: &str, key: &str) -> u16 {
    let (id, secret) = key.split_once(':').unwrap();
    let url = format!("{base_url}/v1/organizations/{organization}/services");
    reqwest::Client::new().get(url).basic_auth(id, Some(secret)).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn keys_come_from_files_and_the_environment() {
    let other = "00000000-0000-4000-8000-000000000001";
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, contents).unwrap();
        make_private(&path);
        path.to_str().unwrap().to_owned()
    };
    let first = file("first", "# two keys\n\na:1\r\n  b:2:3  \n");
    let second = file("second", "c:4");
    let developers = file("developers", "d:5\n");
    let arguments =
        ["--listen=127.0.0.1:0", "--organization", ORGANIZATION, "--key-file", &first, "--organization", other];
    let mut command = command(&arguments);
    command.args(["--key-file", &second]).env("CLICKHOUSE_CLOUD_SIMULATOR_KEY", "e:6");
    command.env("CLICKHOUSE_CLOUD_SIMULATOR_DEVELOPER_KEY_FILE", &developers);
    let (child, lines) = spawn(&mut command);
    assert_eq!((value(&lines, "CLICKHOUSE_CLOUD_API_KEY"), value(&lines, "CLICKHOUSE_CLOUD_API_SECRET")), ("a", "1"));
    let base_url = value(&lines, "CLICKHOUSE_CLOUD_API_URL");
    for (organization, keys) in [(ORGANIZATION, &["a:1", "b:2:3", "d:5", "e:6"][..]), (other, &["c:4"])] {
        for key in keys {
            assert_eq!(status(base_url, organization, key).await, 200, "{key}");
        }
    }
    assert_eq!(status(base_url, ORGANIZATION, "a:2").await, 401);
    let stderr = interrupt(child);
    assert!(!stderr.contains("WARN"), "{stderr}");
}

#[cfg(unix)]
fn make_private(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn make_private(_: &std::path::Path) {}

#[cfg(unix)]
#[test]
fn it_warns_of_a_key_file_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    std::fs::write(&path, "id:hunter2").unwrap();
    for (mode, warns) in [(0o600, false), (0o640, false), (0o644, true)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let (child, _) = run(&["--listen=127.0.0.1:0", "--key-file", path.to_str().unwrap()]);
        let stderr = interrupt(child);
        assert_eq!(stderr.contains("everybody on this machine can read the key file"), warns, "{mode:o}: {stderr}");
        assert!(!stderr.contains("hunter2"), "{stderr}");
    }
}

#[test]
fn possible_secrets_are_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    std::fs::write(&path, "# one without an id\n:hunter2\n").unwrap();
    let file = path.to_str().unwrap();
    let path = folder.path().join("key.json");
    std::fs::write(&path, "{\n  \"keyId\": \"id\",\n  \"keySecret\": \"hunter2\"\n}\n").unwrap();
    let json = path.to_str().unwrap();
    for (flag, reason) in [
        (["--key", "hunter2"], "--key"),
        (["--key", ":hunter2"], "--key"),
        (["--developer-key", "hunter2:"], "--developer-key"),
        (["--key-file", file], "line 2"),
        (["--key", " {\"keyId\": \"id\", \"keySecret\": \"hunter2\"}"], "this is JSON"),
        (["--key-file", json], "line 1: this is JSON"),
    ] {
        let stderr = failure(&flag);
        assert!(stderr.contains("ID:SECRET") && stderr.contains(reason) && !stderr.contains("hunter2"), "{stderr}");
    }
    for (variable, value, reason) in [
        ("CLICKHOUSE_CLOUD_SIMULATOR_KEY", "hunter2", "ID:SECRET"),
        ("CLICKHOUSE_CLOUD_SIMULATOR_KEY", "{\"keyId\": \"id\", \"keySecret\": \"hunter2\"}", "this is JSON"),
        ("CLICKHOUSE_CLOUD_SIMULATOR_KEY_FILE", "/nowhere/at/all", "/nowhere/at/all"),
    ] {
        let Output { status, stderr, .. } = command(&[]).env(variable, value).output().unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && stderr.contains(variable) && stderr.contains(reason), "{stderr}");
        assert!(!stderr.contains("hunter2"), "{stderr}");
    }
}

#[tokio::test]
async fn other_host_names_can_be_allowed() {
    let (child, lines) = run(&["--listen=127.0.0.1:0", "--allow-host", "simulator", "--allow-host", "other.example"]);
    let url = format!("{}/_simulator/clock", value(&lines, "CLICKHOUSE_CLOUD_API_URL"));
    for (host, expected) in [("simulator:8123", 200), ("other.example", 200), ("third.example", 421)] {
        let response = reqwest::Client::new().get(&url).header("host", host).send().await.unwrap();
        assert_eq!(response.status(), expected, "{host}");
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
    let stderr = interrupt(child);
    assert!(stderr.contains("everybody who can reach this machine"), "{stderr}");
}

fn failure(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = command(arguments).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

#[tokio::test]
async fn it_explains_why_it_does_not_start() {
    let taken = Simulator::start().await.unwrap();
    let address = taken.address().to_string();
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    std::fs::write(&state, "corrupt").unwrap();
    let empty = folder.path().join("keys");
    std::fs::write(&empty, "# nothing here").unwrap();
    for (arguments, message) in [
        (vec!["--listen", &address], "choose another port"),
        (vec!["--listen", "127.0.0.1:0", "--state", state.to_str().unwrap()], "is left as it is"),
        (vec!["--listen", "127.0.0.1:0", "--fault", "explode=cut-body"], "no operation `explode`"),
        (vec!["--fault", "*=explode"], "no fault `explode`"),
        (vec!["--rate-limit", "often"], "REQUESTS/SECONDS"),
        (vec!["--key", "secret"], "ID:SECRET"),
        (vec!["--key-file", "/nowhere/at/all"], "/nowhere/at/all"),
        (vec!["--key-file", empty.to_str().unwrap()], "there is no key in"),
        (vec!["--listen", "127.0.0.1:0", "--allow-host", "http://simulator"], "without a scheme"),
        (vec!["--listen", "127.0.0.1:0", "--speed", "inf"], "the speed has to be"),
    ] {
        let stderr = failure(&arguments);
        assert!(stderr.contains(message), "{stderr}");
        for cause in ["os error", "expected value"] {
            assert!(stderr.matches(cause).count() <= 1, "a cause is printed once: {stderr}");
        }
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}
