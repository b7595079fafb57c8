//! Measures the numbers in docs/performance.md. Numbers that are compared come from one run, because machines differ; a
//! time is the least of several, because noise only adds to it.

mod bounded;
mod documents;
mod files;
mod first_build;
mod published;
mod scratch;
mod synthetic;

use std::{collections::BTreeSet, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use codegen::Settings;

use crate::{
    arguments::{Bench, Spec},
    input,
    workspace::{self, EMITTED_PACKAGE},
};
use scratch::Scratch;

/// The number of times that each time is measured.
const RUNS: usize = 5;

/// Prints the numbers of docs/performance.md.
pub(crate) fn run(arguments: &Bench) -> Result<()> {
    match (&arguments.published, &arguments.documents) {
        (Some(file), _) => published::run(file),
        (None, Some(folder)) => documents::run(folder),
        (None, None) if arguments.build => first_build::run(),
        (None, None) if arguments.files => files::run(),
        (None, None) => our_document(),
    }
}

/// Prints the code that progenitor alone emits.
pub(crate) fn bare(arguments: &Spec) -> Result<()> {
    let document = input::read_document(arguments, input::DOCUMENT)?.context("there are errors in the document")?;
    print!("{}", codegen::bare(&document)?);
    Ok(())
}

fn our_document() -> Result<()> {
    let scratch = Scratch::new("bench", &["bare", "by-hand", "emitted"])?;
    let document = workspace::document()?;
    let bare = codegen::bare(&document)?;
    scratch.write("bare", &[("src/lib.rs", &bare)], BARE_DEPENDENCIES)?;
    scratch.write("by-hand", &[("src/lib.rs", "")], "\nclickhouse-cloud-api = \"*\"\n")?;
    let emitted = codegen::generate(&document, &Settings { guide: true, ..Settings::new(EMITTED_PACKAGE) })?.files;
    let mut files: Vec<_> = emitted.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    files.extend([("README.md", ""), ("guide.rs", "")]);
    scratch.write("emitted", &files, &emitted_dependencies())?;

    let lines_of_emitted: usize = emitted.iter().map(|file| lines(&file.text)).sum();
    println!("| what | measured | goal |\n|---|---|---|");
    row_of_ratio("lines of the emitted crate : of what bare progenitor emits", lines_of_emitted, lines(&bare), 0.6);

    row_of_dependencies(&scratch)?;

    scratch.check("bare")?;
    scratch.check("emitted")?;
    let times = least_of_each(|| Ok([scratch.recheck("emitted")?, scratch.recheck("bare")?, scratch.idle_check()?]))?;
    let [emitted, bare, idle] = times.map(millis);
    let what = format!(
        "`cargo check` of the emitted crate : of what bare progenitor emits, in ms, less the {idle} ms in which cargo \
         sees that nothing is to do"
    );
    row_of_ratio(&what, emitted.saturating_sub(idle), bare.saturating_sub(idle), 0.6);

    scratch.check("clickhouse-cloud-api")?;
    let times = least_of_each(|| Ok([scratch.clean_check("emitted")?, scratch.clean_check("clickhouse-cloud-api")?]))?;
    let [ours, by_hand] = times.map(millis);
    row_of_ratio("`cargo check` of the emitted crate : of `clickhouse-cloud-api`, in ms", ours, by_hand, 0.3);

    let [generate] = least_of_each(|| Ok([scratch.generate()?]))?;
    println!("| `cargo xtask generate`, already built, the whole process | {:.2} s | 1 s |", generate.as_secs_f64());
    files::row()?;
    rows_of("tests", "client")?;
    rows_of("tests", "long_responses")?;
    rows_of("clickhouse-cloud-simulator", "load")
}

/// Counts the packages that a client is built from, on this platform: ours, and the one that is written by hand.
fn row_of_dependencies(scratch: &Scratch) -> Result<()> {
    let ours = dependencies(EMITTED_PACKAGE, workspace::root())?;
    let theirs = dependencies("clickhouse-cloud-api", &scratch.0)?;
    println!("| dependencies of `clickhouse-cloud` : of `clickhouse-cloud-api` | {ours} : {theirs} | |");
    Ok(())
}

fn dependencies(package: &str, folder: &Path) -> Result<usize> {
    let output = Command::new("cargo")
        .args(["tree", "--package", package, "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .current_dir(folder)
        .output()?;
    ensure!(output.status.success(), "`cargo tree` fails:\n{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout)?;
    let packages: BTreeSet<_> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    // The package itself is in the tree.
    Ok(packages.len().saturating_sub(1))
}

/// Runs a benchmark, which prints its rows itself.
fn rows_of(package: &str, bench: &str) -> Result<()> {
    let status = Command::new("cargo")
        .args(["bench", "--quiet", "--package", package, "--bench", bench])
        .current_dir(workspace::root())
        .status()?;
    ensure!(status.success(), "`cargo bench` of {package} fails");
    Ok(())
}

/// Returns the command that people type.
fn xtask(command: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["xtask", command]).current_dir(workspace::root());
    cargo
}

fn row_of_ratio(what: &str, ours: usize, theirs: usize, goal: f64) {
    #[expect(clippy::cast_precision_loss, reason = "for a person to read")]
    let ratio = ours as f64 / theirs as f64;
    println!("| {what} | {ours} : {theirs} = {ratio:.2} | {goal} |");
}

/// Counts the lines that are not empty. prettyplease formats both crates, and ours has empty lines between its items.
fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

fn millis(time: Duration) -> usize {
    usize::try_from(time.as_millis()).unwrap_or(usize::MAX)
}

fn least_of_each<const N: usize>(mut measure: impl FnMut() -> Result<[Duration; N]>) -> Result<[Duration; N]> {
    let mut least = [Duration::MAX; N];
    for _ in 0..RUNS {
        for (least, measured) in least.iter_mut().zip(measure()?) {
            *least = measured.min(*least);
        }
    }
    Ok(least)
}

const BARE_DEPENDENCIES: &str = r#"
chrono = { version = "0.4", default-features = false, features = ["serde"] }
progenitor-client = "=0.15.1"
regress = "0.12"
reqwest = { version = "0.13", default-features = false, features = ["json", "query", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
uuid = { version = "1", features = ["serde"] }
"#;

fn emitted_dependencies() -> String {
    format!(
        r#"
chrono = {{ version = "0.4", default-features = false }}
clickhouse-cloud-runtime = {{ path = "{}/runtime", default-features = false }}
serde_json = "1"
uuid = {{ version = "1", default-features = false }}
"#,
        workspace::root().display()
    )
}
