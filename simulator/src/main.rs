//! The simulator as a command.

mod arguments;

use std::io::{self, IsTerminal, Write, stderr};

use anyhow::Context;
use arguments::Arguments;
use clickhouse_cloud_simulator::Simulator;
use tracing_subscriber::EnvFilter;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::read();
    let filter = EnvFilter::builder().with_default_directive(tracing::Level::INFO.into()).from_env_lossy();
    let colors = stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_ansi(colors).with_writer(stderr).init();

    if !arguments.listen.ip().is_loopback() {
        tracing::warn!("listening on {}: everybody who can reach this machine can use the simulator", arguments.listen);
    }
    let simulator = arguments.into_builder().start().await?;
    let stopped = async { tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C") };
    let introduced =
        async { introduce(&simulator, &mut io::stdout()).context("cannot print how to reach the simulator") };
    // In this order: whoever has read how to reach it may press Ctrl-C at once.
    tokio::try_join!(stopped, introduced)?;
    tracing::info!("stopping");
    Ok(())
}

/// Prints what to paste into a shell.
fn introduce(simulator: &Simulator, out: &mut impl Write) -> io::Result<()> {
    for (name, value) in simulator.client_env() {
        writeln!(out, "export {name}={}", quoted(&value))?;
    }
    writeln!(out, "export CLICKHOUSE_CLOUD_ORGANIZATION_ID={}", simulator.organization())?;
    writeln!(out, "# To look at: {0}/ and {0}/reference/", simulator.base_url())?;
    out.flush()
}

/// The text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
