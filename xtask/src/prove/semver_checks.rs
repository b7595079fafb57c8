use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use super::{
    crates::{Crates, LIBRARY, old_package},
    outcome::RequiredRelease,
    table::Mutation,
};
use crate::workspace;

/// cargo-semver-checks, and the JSON of rustdoc for each package.
pub(super) struct SemverChecks {
    rustdoc: HashMap<String, PathBuf>,
}

impl SemverChecks {
    /// Returns nothing if the tool is not installed.
    pub(super) fn find() -> Option<Self> {
        let found = Command::new("cargo").args(["semver-checks", "--version"]).stderr(Stdio::null()).output().ok()?;
        found.status.success().then(|| Self { rustdoc: HashMap::new() })
    }

    /// Returns the release that the tool requires for a mutation.
    pub(super) fn compare(&mut self, crates: &Crates, mutation: &Mutation) -> Result<RequiredRelease> {
        let [old, new] = [old_package(mutation), mutation.slug()].map(|package| self.rustdoc(crates, package));
        let output = Command::new("cargo")
            .args(["semver-checks", "--release-type", "patch", "--color", "never", "--baseline-rustdoc"])
            .arg(old?)
            .arg("--current-rustdoc")
            .arg(new?)
            .current_dir(workspace::root())
            .output()?;
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
        let summary = printed.lines().find(|line| line.contains("Summary"));
        let summary =
            summary.with_context(|| format!("cargo-semver-checks fails on {:?}:\n{printed}", mutation.name))?;
        Ok(match summary {
            major if major.contains("requires new major version") => RequiredRelease::Major,
            minor if minor.contains("requires new minor version") => RequiredRelease::Minor,
            none if none.contains("no semver update required") => RequiredRelease::Any,
            other => bail!("cannot read the summary of cargo-semver-checks: {other:?}"),
        })
    }

    /// Returns the JSON of rustdoc for a package. Only a nightly compiler, or one with `RUSTC_BOOTSTRAP`, writes it.
    fn rustdoc(&mut self, crates: &Crates, package: String) -> Result<PathBuf> {
        if let Some(known) = self.rustdoc.get(&package) {
            return Ok(known.clone());
        }
        let output = crates
            .cargo("rustdoc")
            .args(["--lib", "--package", &package, "--", "-Z", "unstable-options", "--output-format", "json"])
            .env("RUSTC_BOOTSTRAP", "1")
            .output()?;
        ensure!(output.status.success(), "rustdoc fails on {package}:\n{}", String::from_utf8_lossy(&output.stderr));
        let written = workspace::root().join(format!("target/doc/{LIBRARY}.json"));
        let kept = crates.folder().join(format!("{package}.json"));
        fs::rename(&written, &kept).with_context(|| format!("rustdoc did not write {}", written.display()))?;
        self.rustdoc.insert(package, kept.clone());
        Ok(kept)
    }
}
