use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use super::{
    ROOT,
    crates::{Crates, LIBRARY, old_package},
    outcome::Release,
    table::Mutation,
};

/// The tool, and what it has to know of each package.
pub(super) struct SemverChecks {
    rustdoc: HashMap<String, PathBuf>,
}

impl SemverChecks {
    /// None where it is not installed.
    pub(super) fn find() -> Option<Self> {
        let found = Command::new("cargo").args(["semver-checks", "--version"]).stderr(Stdio::null()).output().ok()?;
        found.status.success().then(|| Self { rustdoc: HashMap::new() })
    }

    /// The release that the tool asks for.
    pub(super) fn compare(&mut self, crates: &Crates, mutation: &Mutation) -> Result<Release> {
        let [old, new] = [old_package(mutation), mutation.slug()].map(|package| self.rustdoc(crates, package));
        let output = Command::new("cargo")
            .args(["semver-checks", "--release-type", "patch", "--color", "never", "--baseline-rustdoc"])
            .arg(old?)
            .arg("--current-rustdoc")
            .arg(new?)
            .current_dir(ROOT)
            .output()?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
        let summary = said.lines().find(|line| line.contains("Summary"));
        let summary = summary.with_context(|| format!("cargo-semver-checks fails on {:?}:\n{said}", mutation.name))?;
        Ok(match summary {
            major if major.contains("requires new major version") => Release::Major,
            minor if minor.contains("requires new minor version") => Release::Minor,
            none if none.contains("no semver update required") => Release::Any,
            other => bail!("cargo-semver-checks says {other:?}"),
        })
    }

    /// What rustdoc knows of a package, as JSON. Only a nightly compiler, or one that is told to be like it, writes that.
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
        let written = Path::new(ROOT).join(format!("target/doc/{LIBRARY}.json"));
        let kept = crates.folder().join(format!("{package}.json"));
        fs::rename(&written, &kept).with_context(|| format!("rustdoc did not write {}", written.display()))?;
        self.rustdoc.insert(package, kept.clone());
        Ok(kept)
    }
}
