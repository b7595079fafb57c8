//! The simulator as a command.

mod arguments;
mod keys;

use std::{
    io::{self, IsTerminal, Write, stderr},
    process::ExitCode,
};

use anyhow::Context;
use arguments::Arguments;
use clickhouse_cloud_simulator::Simulator;
use tracing_subscriber::EnvFilter;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let arguments = Arguments::parse_command_line();
    let filter = EnvFilter::builder().with_default_directive(tracing::Level::INFO.into()).from_env_lossy();
    let colors = stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_ansi(colors).with_writer(stderr).init();

    if !arguments.listen.ip().is_loopback() {
        tracing::warn!("listening on {}: everybody who can reach this machine can use the simulator", arguments.listen);
    }
    let simulator = arguments.into_builder()?.start().await?;
    let stopped = async { tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C") };
    let printed =
        async { print_environment(&simulator, &mut io::stdout()).context("cannot print how to reach the simulator") };
    // Ctrl-C is waited for first: it may be pressed as soon as the lines are printed.
    tokio::try_join!(stopped, printed)?;
    tracing::info!("stopping");
    Ok(())
}

/// Prints lines to paste into a shell, for our client and for those of ClickHouse.
fn print_environment(simulator: &Simulator, out: &mut impl Write) -> io::Result<()> {
    let (url, organization) = (simulator.base_url(), simulator.organization());
    for (name, value) in simulator.client_env() {
        writeln!(out, "export {name}={}", quoted(&value))?;
    }
    writeln!(out, "export CLICKHOUSE_CLOUD_ORGANIZATION_ID={organization}")?;
    writeln!(out, "# For the Terraform provider, the key above and:")?;
    writeln!(out, "export CLICKHOUSE_API_URL={}", quoted(&format!("{url}/v1")))?;
    writeln!(out, "export CLICKHOUSE_ORG_ID={organization}")?;
    writeln!(
        out,
        "# The official command line takes the key from above, unless one is saved in .clickhouse/ where it runs,"
    )?;
    writeln!(out, "# but no URL: clickhousectl cloud --url {url} service list --org-id {organization}")?;
    writeln!(out, "# To look at: {url}/ and {url}/reference/")?;
    out.flush()
}

/// Returns the text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
