use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

/// Turns the document of an API into a typed client crate.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Emit the crate that the document describes.
    ///
    /// Everything under `src/` of the output belongs to the generator: what the document no longer gives is removed.
    /// The folder is replaced as a whole, so an interrupted run leaves the old crate. Exits with 1 when there are
    /// complaints about the document (or, with --check, differences), and with 2 when it cannot do its work.
    #[command(after_help = "\
Examples:
  cargo xtask generate                 Rewrite generated/src from spec/clickhouse-cloud.yaml
  cargo xtask generate --check         See whether that would change anything
  cargo xtask generate --spec petstore.yaml --out ../petstore --name petstore")]
    Generate(Generate),
    /// List everything that is wrong with the document.
    ///
    /// Exits with 1 when there are complaints, or when the document cannot be read.
    #[command(after_help = "\
Examples:
  cargo xtask lint
  cargo xtask lint --spec petstore.yaml")]
    Lint(Lint),
    /// List what the document that the service publishes says differently.
    ///
    /// Both are held against each other by what goes over the wire: operations, parameters, fields, values, types and
    /// constraints. Differences that are there on purpose are in `drift.toml`, beside our document. Exits with 1 when
    /// there are others, or entries that apply to nothing any more, and with 2 when there is nothing to compare.
    #[command(after_help = "\
Examples:
  cargo xtask drift published.json
  cargo xtask drift published.json --spec petstore.yaml")]
    Drift(Drift),
    /// Pack what is published, and print how large it is.
    ///
    /// The packages are in `target/package` then. Nothing is built or published. Exits with 2 when they cannot be made.
    Package,
    /// Measure the numbers that the README states.
    ///
    /// Builds what it compares with in `target/bench`, for which the first run needs a network and a few minutes.
    Bench,
}

#[derive(Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) document: Lint,
    /// The folder of the crate; its sources are in `src/` below. If there is a `guide.rs` beside, it becomes a module.
    #[arg(long, value_name = "DIR", default_value_os_t = in_workspace("generated"))]
    pub(crate) out: PathBuf,
    /// The name of the crate's package, for the examples in its documentation.
    #[arg(long, value_name = "CRATE", default_value = "clickhouse-cloud")]
    pub(crate) name: String,
    /// Write nothing; show what would change, and exit with 1 if anything would.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Args)]
pub(crate) struct Lint {
    /// The OpenAPI 3.0 document, as YAML or JSON.
    #[arg(long, value_name = "FILE", default_value_os_t = in_workspace("spec/clickhouse-cloud.yaml"))]
    pub(crate) spec: PathBuf,
}

#[derive(Args)]
pub(crate) struct Drift {
    /// A copy of the document that the service publishes: OpenAPI 3.0 or 3.1, as JSON or YAML.
    #[arg(value_name = "UPSTREAM")]
    pub(crate) upstream: PathBuf,
    #[command(flatten)]
    pub(crate) document: Lint,
}

/// A path below the workspace, as short as it can be said from here.
fn in_workspace(path: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let here = std::env::current_dir().unwrap_or_default();
    workspace.strip_prefix(&here).unwrap_or(workspace).join(path)
}
