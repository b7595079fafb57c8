use std::{fs, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};

use super::{row_of_ratio, scratch::Scratch};
use crate::workspace::{self, EMITTED};

/// Prints what the first build of a small program costs, on `clickhouse-cloud` and on `clickhouse-cloud-api`.
///
/// The time is that of the processor, because a first build uses all cores, and other programs would delay it.
pub(super) fn run() -> Result<()> {
    let ours = format!("\nclickhouse-cloud = {{ path = \"{}\" }}\n", workspace::root().join(EMITTED).display());
    let ours = cpu_time("first-build", &ours, OURS)?;
    let by_hand = cpu_time("first-build-by-hand", "\nclickhouse-cloud-api = \"=0.5.0\"\n", BY_HAND)?;
    println!("| what | measured | goal |\n|---|---|---|");
    let what = "the first build of a small program on `clickhouse-cloud` : on `clickhouse-cloud-api` 0.5.0, in s of the \
                processor";
    row_of_ratio(what, seconds(ours), seconds(by_hand), 0.5);
    Ok(())
}

fn seconds(time: Duration) -> usize {
    usize::try_from(time.as_secs()).unwrap_or(usize::MAX)
}

/// Builds a program with all of its dependencies in a workspace of its own, and returns the time of the processor.
fn cpu_time(workspace: &str, dependency: &str, main: &str) -> Result<Duration> {
    let scratch = Scratch::new(workspace, &["program"])?;
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n";
    scratch.write("program", &[("src/main.rs", main)], &format!("{dependency}{tokio}"))?;
    let target = scratch.0.join("target");
    if target.exists() {
        fs::remove_dir_all(&target).with_context(|| format!("cannot remove {}", target.display()))?;
    }
    let fetch = Command::new("cargo").args(["fetch", "--quiet"]).current_dir(&scratch.0).status()?;
    ensure!(fetch.success(), "`cargo fetch` in {} fails", scratch.0.display());
    // `times` prints the times of the shell, and in a second line those of what it has run: user and system.
    let build = "cargo build --quiet --target-dir target >&2 && times";
    let output = Command::new("sh").args(["-c", build]).current_dir(&scratch.0).output()?;
    ensure!(output.status.success(), "`cargo build` fails:\n{}", String::from_utf8_lossy(&output.stderr));
    let times = String::from_utf8(output.stdout)?;
    let times = times.lines().nth(1).with_context(|| format!("`times` prints {times:?}"))?;
    times.split_whitespace().map(duration).sum()
}

/// Reads a time like `1m18.67s`.
fn duration(text: &str) -> Result<Duration> {
    let read = || {
        let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
        let minutes = Duration::from_secs(minutes.parse::<u64>().ok()?.checked_mul(60)?);
        Some(minutes + Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?)
    };
    read().with_context(|| format!("`times` prints {text:?}, which is no time"))
}

const OURS: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cloud = clickhouse_cloud::Client::from_env()?;
    for organization in cloud.list_organizations().await?.iter() {
        println!("{}", organization.id()?);
    }
    Ok(())
}
"#;

const BY_HAND: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (id, secret) = (std::env::var("CLICKHOUSE_CLOUD_API_KEY_ID")?, std::env::var("CLICKHOUSE_CLOUD_API_KEY_SECRET")?);
    let cloud = clickhouse_cloud_api::Client::new(id, secret);
    for organization in cloud.organization_get_list(None, None).await?.result.unwrap_or_default() {
        println!("{:?}", organization.id);
    }
    Ok(())
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_shell_are_read() {
        assert_eq!(duration("1m18.5s").unwrap(), Duration::from_millis(78_500));
        assert_eq!(duration("0m0.000s").unwrap(), Duration::ZERO);
        for text in ["", "1.5s", "m1s", "1m-1s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
