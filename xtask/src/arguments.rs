use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use semver::Version;

use crate::workspace;

/// Generates a typed client crate from the document of an API.
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
    /// `src/` of the output belongs to the generator, which removes files that the document no longer gives. The folder
    /// is replaced as a whole: after a run that was stopped, the next one starts from the old crate. A manifest and a
    /// README.md are written if there are none, and belong to you from then on. Exits with 1 when there are errors in
    /// the document (or, with --check, differences), and with 2 when the command cannot do its work.
    #[command(after_help = "\
Examples:
  cargo xtask generate                 Rewrite generated/src from spec/clickhouse-cloud.yaml
  cargo xtask generate --check         See whether that would change anything
  cargo xtask generate --spec petstore.yaml --out ../petstore
                                       Make a crate of another API, with a manifest to start from
  cargo xtask generate --spec petstore.yaml --out ../petstore --config petstore.toml
                                       Add what the document does not state")]
    Generate(Generate),
    /// Write the document, which may be in several files, as one file.
    ///
    /// Other tools read it, and the simulator embeds it. Paths are written out, and the components of other files
    /// become components of the root. Exits with 1 when a file or a reference to one is wrong; `lint` finds the other
    /// errors.
    #[command(after_help = "\
Examples:
  cargo xtask bundle                   Print the document
  cargo xtask bundle --spec petstore.yaml --out petstore-bundle.yaml")]
    Bundle(Bundle),
    /// List the errors in the document, and the warnings about it.
    ///
    /// A document with warnings alone gives a crate. Exits with 1 when there are errors (or, with --strict, warnings),
    /// or when the document cannot be read.
    #[command(after_help = "\
Examples:
  cargo xtask lint
  cargo xtask lint --spec petstore.yaml
  cargo xtask lint --spec petstore.yaml --config petstore.toml")]
    Lint(Lint),
    /// Show what a change of the document means for users of the emitted crate.
    ///
    /// Emits the crates of both documents and compares what programs can name: each change is breaking, additive or
    /// invisible, with the Rust items that it touches, and at the end is the release that all of them require. Exits
    /// with 1 for a change as bad as --fail-on, and with 2 when there is nothing to compare.
    #[command(after_help = "\
Examples:
  cargo xtask diff HEAD                        What is not committed yet
  cargo xtask diff v0.1.0 v0.2.0 --format json
  cargo xtask diff old.yaml new.yaml --format markdown --fail-on breaking
  cargo xtask diff v1.yaml v2.yaml --config petstore.toml")]
    Diff(Diff),
    /// List the differences between the document and the one that the service publishes.
    ///
    /// Compares the documents in what affects requests and responses: operations, parameters, fields, values, types and
    /// constraints. Expected differences are listed in `drift.toml`, beside our document. Exits with 1 when there are
    /// others, or expected ones that do not exist any more, and with 2 when there is nothing to compare.
    #[command(after_help = "\
Examples:
  cargo xtask drift published.json
  cargo xtask drift https://example.com/openapi.json
  cargo xtask drift published.json --spec petstore.yaml
  cargo xtask drift published.json --skeleton 'GET /v1/pets/{petId}'
                                       Print the start of an operation that ours lacks
  cargo xtask drift published.json --prose
                                       Find sentences that are not in our own words")]
    Drift(Drift),
    /// Work out the next version and check a release of it; publish it with --execute.
    ///
    /// The version follows from the changes for users since the last tag. All checks run in a checkout of its own,
    /// below `target/`: without --execute, nothing is committed or published. A run that was interrupted is finished by
    /// the next. Exits with 1 when a check fails, and with 2 when the command cannot do its work.
    #[command(after_help = "\
Examples:
  cargo xtask release                          Show and check what would be released
  cargo xtask release --version 1.0.0          The same, with a greater version than necessary
  cargo xtask release --execute                Commit, publish and tag it; pushing is up to you")]
    Release(Release),
    /// Check `diff` against the compiler and cargo-semver-checks, for a table of changes.
    ///
    /// For each change in `tests/diff/mutations.yaml`, both crates are emitted, and programs compiled against them. The
    /// result is written to `tests/diff/proof.tsv`; with --sample, it is compared with that file. Exits with 1 when the
    /// verdicts disagree.
    Prove(Prove),
    /// Make the packages that are published, and print their sizes.
    ///
    /// The packages are in `target/package`. Nothing is built or published. Exits with 2 when they cannot be made.
    Package,
    /// Measure the numbers in docs/performance.md.
    ///
    /// Builds the crates that it compares with in `target/bench`. The first run needs a network and a few minutes.
    #[command(after_help = "\
Examples:
  cargo xtask bench
  cargo xtask bench --published ../clickhouse-cloud-openapi.json
  cargo xtask bench --documents ../openapi-documents")]
    Bench(Bench),
    /// Compare what the generator emits with what it emitted at a revision.
    ///
    /// For changes of the generator that must not change a crate. The generator of the revision is built in
    /// `target/emitted`, and both generators get all documents of the repository and those that are named. A document
    /// `petstore.yaml` has the config `petstore.toml`, or the `config.toml` of a folder in which it is alone. Exits
    /// with 1 when a file or a message differs.
    #[command(after_help = "\
Examples:
  cargo xtask emitted HEAD
  cargo xtask emitted v0.1.0 published.json")]
    Emitted(Emitted),
    /// Print the code that progenitor alone emits for a document, for `bench`.
    #[command(hide = true)]
    Bare(Spec),
}

#[derive(Args)]
pub(crate) struct Emitted {
    /// The revision whose generator is built and run.
    pub(crate) revision: String,
    /// More documents, or folders of them.
    pub(crate) documents: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Bench {
    /// Measure this copy of the document that the service publishes instead, and a document ten times as large.
    #[arg(long, value_name = "FILE")]
    pub(crate) published: Option<PathBuf>,
    /// Measure the first build of a small program instead, against one on `clickhouse-cloud-api`.
    #[arg(long, conflicts_with = "published")]
    pub(crate) build: bool,
    /// Measure `generate` alone, on a document in several files that is as large as the whole API.
    #[arg(long, conflicts_with_all = ["published", "build"])]
    pub(crate) files: bool,
    /// Generate and check a crate for each document in a folder instead, and one by progenitor alone, and print a
    /// table.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["published", "build", "files"])]
    pub(crate) documents: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The folder of the crate, with its sources in `src/`. A `guide.rs` beside `src/` becomes a module.
    #[arg(long, value_name = "DIR", default_value_os_t = workspace::relative(workspace::EMITTED))]
    pub(crate) out: PathBuf,
    /// The name of the crate's package; if left out, the one in the config, in the manifest, or else that of the
    /// folder.
    #[arg(long, value_name = "CRATE", value_parser = crate_name)]
    pub(crate) name: Option<String>,
    /// The file to which the document is written as one file. Without --spec and this, it is simulator/openapi.yaml.
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
    /// Write nothing; show what would change, and exit with 1 if anything would.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Args)]
pub(crate) struct Bundle {
    #[command(flatten)]
    pub(crate) document: Spec,
    /// The file to write; standard output, if left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Lint {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Exit with 1 when there are warnings, too.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// A document and its config.
#[derive(Args)]
pub(crate) struct Source {
    #[command(flatten)]
    pub(crate) document: Spec,
    /// What the document does not state: names, secrets, the envelope and more, as TOML; docs/config.md has the
    /// entries.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Args, Clone)]
pub(crate) struct Spec {
    /// The document, in OpenAPI 3.0 or 3.1, as YAML or JSON.
    #[arg(long, value_name = "FILE", default_value_os_t = workspace::relative(workspace::DOCUMENT))]
    pub(crate) spec: PathBuf,
    /// Also read files outside the folder of the document, if it refers to them.
    #[arg(long)]
    pub(crate) allow_outside: bool,
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
    /// Exit with 1 if there is a change of this kind, or of a worse one.
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
    /// There is any change.
    Invisible,
}

#[derive(Args)]
pub(crate) struct Drift {
    /// The document that the service publishes, a file or a URL: OpenAPI 3.0 or 3.1, as JSON or YAML. A file may refer
    /// to others.
    #[arg(value_name = "UPSTREAM")]
    pub(crate) upstream: PathBuf,
    /// Print the YAML of an operation that our document lacks, with all facts and without descriptions. The operation
    /// is named by its `operationId` there, or as in 'GET /path'.
    #[arg(long, value_name = "OPERATION")]
    pub(crate) skeleton: Option<String>,
    /// List runs of eight words that our texts share with the published ones. Exits with 1 when there are any.
    #[arg(long, conflicts_with = "skeleton")]
    pub(crate) prose: bool,
    #[command(flatten)]
    pub(crate) document: Spec,
}

#[derive(Args)]
pub(crate) struct Release {
    /// Publish the release that was checked. Needs a token of the registry: see `cargo login`.
    #[arg(long)]
    pub(crate) execute: bool,
    /// The version, if it is to be greater than the changes require.
    #[arg(long, value_name = "X.Y.Z", value_parser = full_version)]
    pub(crate) version: Option<Version>,
}

/// Parses a version. Refuses pre-releases, because the next version does not follow from them.
fn full_version(text: &str) -> Result<Version, String> {
    let version: Version = text.parse().map_err(|error: semver::Error| error.to_string())?;
    if version.pre.is_empty() && version.build.is_empty() { Ok(version) } else { Err("write X.Y.Z alone".to_owned()) }
}

#[derive(Args)]
pub(crate) struct Prove {
    /// Compile only so many of the changes, do not run cargo-semver-checks, and write nothing.
    #[arg(long, value_name = "COUNT")]
    pub(crate) sample: Option<usize>,
}

fn crate_name(name: &str) -> Result<String, &'static str> {
    let is_name = codegen::is_crate_name(name);
    is_name.then(|| name.to_owned()).ok_or("this cannot be the name of a package; give a name like `petstore-client`")
}

impl Generate {
    /// Returns the file to which the document is written as one file.
    pub(crate) fn bundle(&self) -> Option<PathBuf> {
        let is_own = || self.source.document.spec == workspace::relative(workspace::DOCUMENT);
        self.bundle.clone().or_else(|| is_own().then(|| workspace::relative(workspace::BUNDLE)))
    }
}
