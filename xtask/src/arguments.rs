use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use semver::Version;

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
    /// The folder is replaced as a whole, so an interrupted run leaves the old crate. A manifest and a README.md are
    /// written where there are none, and belong to you from then on. Exits with 1 when the document has errors (or, with
    /// --check, when there are differences), and with 2 when it cannot do its work.
    #[command(after_help = "\
Examples:
  cargo xtask generate                 Rewrite generated/src from spec/clickhouse-cloud.yaml
  cargo xtask generate --check         See whether that would change anything
  cargo xtask generate --spec petstore.yaml --out ../petstore
                                       Make a crate of another API, with a manifest to start from
  cargo xtask generate --spec petstore.yaml --out ../petstore --config petstore.toml
                                       Say of the document what it does not say itself")]
    Generate(Generate),
    /// List everything that is wrong with the document.
    ///
    /// Errors keep the crate from coming out, warnings do not. Exits with 1 when there are errors (or, with --strict,
    /// warnings), or when the document cannot be read.
    #[command(after_help = "\
Examples:
  cargo xtask lint
  cargo xtask lint --spec petstore.yaml
  cargo xtask lint --spec petstore.yaml --config petstore.toml")]
    Lint(Lint),
    /// Say what a change of the document means for users of the emitted crate.
    ///
    /// Emits the crates of both documents and compares what programs can name: each change is breaking, additive or
    /// invisible, with the Rust items that it touches, and at the end is the release that all of them call for. Exits
    /// with 1 when there is what --fail-on names, and with 2 when there is nothing to compare.
    #[command(after_help = "\
Examples:
  cargo xtask diff HEAD                        What is not committed yet
  cargo xtask diff v0.1.0 v0.2.0 --format json
  cargo xtask diff old.yaml new.yaml --format markdown --fail-on breaking
  cargo xtask diff v1.yaml v2.yaml --config petstore.toml")]
    Diff(Diff),
    /// List what the document that the service publishes says differently.
    ///
    /// Both are held against each other by what goes over the wire: operations, parameters, fields, values, types and
    /// constraints. Differences that are there on purpose are in `drift.toml`, beside our document. Exits with 1 when
    /// there are others, or entries that apply to nothing any more, and with 2 when there is nothing to compare.
    #[command(after_help = "\
Examples:
  cargo xtask drift published.json
  cargo xtask drift https://example.com/openapi.json
  cargo xtask drift published.json --spec petstore.yaml")]
    Drift(Drift),
    /// Work out the next version and check everything that a release needs; publish it with --execute.
    ///
    /// The version follows from what has changed for users since the last tag. Everything is checked in a checkout of
    /// its own, below `target/`: without --execute, nothing is written and nothing published. A run that was interrupted
    /// is finished by the next. Exits with 1 when a check fails, and with 2 when it cannot do its work.
    #[command(after_help = "\
Examples:
  cargo xtask release                          See what would be released, and whether it can be
  cargo xtask release --version 1.0.0          The same, with another version than the least
  cargo xtask release --execute                Commit, publish and tag it; pushing is up to you")]
    Release(Release),
    /// Hold what `diff` says of a table of changes against the compiler and cargo-semver-checks.
    ///
    /// For each change in `tests/diff/mutations.yaml`, both crates are emitted, and programs compiled against them. What
    /// comes out is written to `tests/diff/proof.tsv`; with --sample, it is held against what is there. Exits with 1 when
    /// anything disagrees.
    Prove(Prove),
    /// Pack what is published, and print how large it is.
    ///
    /// The packages are in `target/package` then. Nothing is built or published. Exits with 2 when they cannot be made.
    Package,
    /// Measure the numbers that the README states.
    ///
    /// Builds what it compares with in `target/bench`, for which the first run needs a network and a few minutes.
    #[command(after_help = "\
Examples:
  cargo xtask bench
  cargo xtask bench --published ../clickhouse-cloud-openapi.json")]
    Bench(Bench),
    /// Compare what the generator emits with what it emitted at a revision.
    ///
    /// For changes of the generator that are to change no crate: every document of the repository, and those that are
    /// named, is given to both. Exits with 1 when a file or a message differs.
    #[command(after_help = "\
Examples:
  cargo xtask emitted HEAD
  cargo xtask emitted v0.1.0 published.json")]
    Emitted(Emitted),
    /// Print what progenitor alone emits for a document, which `bench` measures.
    #[command(hide = true)]
    Bare(Spec),
}

#[derive(Args)]
pub(crate) struct Emitted {
    /// The revision whose generator is built and run.
    pub(crate) revision: String,
    /// Documents, or folders of them, beside those of the repository.
    pub(crate) documents: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Bench {
    /// Measure this document instead, a copy of the one that the service publishes, and ten times as much of it.
    #[arg(long, value_name = "FILE")]
    pub(crate) published: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The folder of the crate; its sources are in `src/` below. If there is a `guide.rs` beside, it becomes a module.
    #[arg(long, value_name = "DIR", default_value_os_t = in_workspace("generated"))]
    pub(crate) out: PathBuf,
    /// The name of the crate's package; if left out, the one in the config, in the manifest, or else that of the folder.
    #[arg(long, value_name = "CRATE", value_parser = crate_name)]
    pub(crate) name: Option<String>,
    /// Write nothing; show what would change, and exit with 1 if anything would.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Args)]
pub(crate) struct Lint {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Exit with 1 when there are notes, too.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// A document, and what is said of it.
#[derive(Args)]
pub(crate) struct Source {
    #[command(flatten)]
    pub(crate) document: Spec,
    /// What the document does not say: names, secrets, the envelope and more, as TOML; docs/config.md has the entries.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Spec {
    /// The document, in OpenAPI 3.0 or 3.1, as YAML or JSON.
    #[arg(long, value_name = "FILE", default_value_os_t = in_workspace("spec/clickhouse-cloud.yaml"))]
    pub(crate) spec: PathBuf,
}

#[derive(Args)]
pub(crate) struct Diff {
    /// The older document: a file, or a git revision, which stands for the document of --spec as it was then.
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The newer document, in the same way; the file of --spec as it is now, if left out.
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<String>,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The name of the crate's package; if left out, the one in the config, or else `clickhouse-cloud`.
    #[arg(long, value_name = "CRATE", value_parser = crate_name)]
    pub(crate) name: Option<String>,
    /// For people, for machines, or for a pull request.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Exit with 1 if a change is of this kind, or of a worse one.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Markdown,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    /// Some programs no longer compile.
    Breaking,
    /// There is something new.
    Additive,
    /// Anything.
    Invisible,
}

#[derive(Args)]
pub(crate) struct Drift {
    /// The document that the service publishes, a file or a URL: OpenAPI 3.0 or 3.1, as JSON or YAML.
    #[arg(value_name = "UPSTREAM")]
    pub(crate) upstream: PathBuf,
    #[command(flatten)]
    pub(crate) document: Spec,
}

#[derive(Args)]
pub(crate) struct Release {
    /// Publish what has been checked. Needs a token of the registry: see `cargo login`.
    #[arg(long)]
    pub(crate) execute: bool,
    /// The version, if it is to be greater than the changes call for.
    #[arg(long, value_name = "X.Y.Z", value_parser = full_version)]
    pub(crate) version: Option<Version>,
}

/// A version that is no pre-release, because one says nothing about what may change after it.
fn full_version(text: &str) -> Result<Version, String> {
    let version: Version = text.parse().map_err(|error: semver::Error| error.to_string())?;
    if version.pre.is_empty() && version.build.is_empty() { Ok(version) } else { Err("write X.Y.Z alone".to_owned()) }
}

#[derive(Args)]
pub(crate) struct Prove {
    /// Compile only so many of the changes, do without cargo-semver-checks, and write nothing.
    #[arg(long, value_name = "COUNT")]
    pub(crate) sample: Option<usize>,
}

fn crate_name(name: &str) -> Result<String, &'static str> {
    let is_name = codegen::is_crate_name(name);
    is_name.then(|| name.to_owned()).ok_or("no package can be called so; give it a name like `petstore-client`")
}

/// A path below the workspace, as short as it can be said from here.
fn in_workspace(path: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let here = std::env::current_dir().unwrap_or_default();
    workspace.strip_prefix(&here).unwrap_or(workspace).join(path)
}
