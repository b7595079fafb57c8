use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use codegen::{Document, Settings};

use super::{
    BARE_DEPENDENCIES, emitted_dependencies, least_of_each, lines, millis, row_of_ratio, scratch::Scratch, synthetic,
};
use crate::workspace;

/// The factor by which the large document is larger.
const FACTOR: usize = 10;

/// Prints the numbers of a document as a service publishes it.
pub(super) fn run(file: &Path) -> Result<()> {
    let scratch = Scratch::new("bench-published", &["bare", "by-hand", "published"])?;
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let document = Document::parse(file.display().to_string(), text)?;
    let large = scratch.0.join("large.json");
    fs::write(&large, serde_json::to_vec_pretty(&synthetic::multiplied(document.root(), FACTOR))?)?;

    let bare = codegen::bare(&document)?;
    scratch.write("bare", &[("src/lib.rs", &bare)], BARE_DEPENDENCIES)?;
    scratch.write("by-hand", &[("src/lib.rs", "")], "\nclickhouse-cloud-api = \"*\"\n")?;
    scratch.write("published", &[("README.md", "")], &emitted_dependencies())?;
    let emitted = codegen::generate(&document, &Settings::new("published"))?.files;
    let lines_of_emitted = emitted.iter().map(|file| lines(&file.text)).sum();

    println!("| what | measured | goal |\n|---|---|---|");
    row_of_ratio("lines of the emitted crate : of what bare progenitor emits", lines_of_emitted, lines(&bare), 0.5);

    let xtask = release_build()?;
    let generate = |document: &Path, package: &str| {
        timed(Command::new(&xtask).args(["generate", "--spec"]).arg(document).arg("--out").arg(scratch.0.join(package)))
    };
    let progenitor = || timed(Command::new(&xtask).args(["bare", "--spec"]).arg(file));
    let times = least_of_each(|| Ok([generate(file, "published")?, progenitor()?, generate(&large, "large")?]))?;
    let [ours, theirs, of_large] = times.map(millis);
    row_of_ratio("the generator : bare progenitor, each a process in a release build, in ms", ours, theirs, 1.0);
    let what = format!("the generator on {FACTOR} times the document : on the document, in ms");
    row_of_ratio(&what, of_large, ours, 10.0);

    for package in ["bare", "published", "clickhouse-cloud-api"] {
        scratch.check(package)?;
    }
    let times = least_of_each(|| {
        let [ours, bare] = [scratch.clean_check("published")?, scratch.clean_check("bare")?];
        Ok([ours, bare, scratch.clean_check("clickhouse-cloud-api")?])
    })?;
    let [ours, bare, by_hand] = times.map(millis);
    row_of_ratio("`cargo check` of the emitted crate : of what bare progenitor emits, in ms", ours, bare, 0.5);
    row_of_ratio("`cargo check` of the emitted crate : of `clickhouse-cloud-api`, in ms", ours, by_hand, 0.5);
    Ok(())
}

/// Builds this program with optimizations.
pub(super) fn release_build() -> Result<PathBuf> {
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--package", "xtask"])
        .current_dir(workspace::root())
        .status()?;
    ensure!(status.success(), "`cargo build --release` fails");
    Ok(workspace::root().join("target/release/xtask"))
}

fn timed(command: &mut Command) -> Result<Duration> {
    let start = Instant::now();
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?} fails:\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(start.elapsed())
}
