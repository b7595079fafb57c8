use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::workspace;

/// A workspace of measured packages, kept between runs so that dependencies are built once.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    /// Opens the workspace of a name, with these packages.
    pub(super) fn new(name: &str, packages: &[&str]) -> Result<Self> {
        let folder = workspace::root().join("target").join(name);
        fs::create_dir_all(&folder)?;
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {packages:?}\n");
        fs::write(folder.join("Cargo.toml"), manifest)?;
        Ok(Self(folder))
    }

    pub(super) fn write(&self, package: &str, files: &[(&str, &str)], dependencies: &str) -> Result<()> {
        let folder = self.0.join(package);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            fs::write(path, text)?;
        }
        let manifest = format!(
            "[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]{dependencies}"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        Ok(())
    }

    pub(super) fn check(&self, package: &str) -> Result<()> {
        let status =
            Command::new("cargo").args(["check", "--quiet", "--package", package]).current_dir(&self.0).status()?;
        ensure!(status.success(), "`cargo check` of {package} in {} fails", self.0.display());
        Ok(())
    }

    /// Measures the check of a changed package whose dependencies are already checked.
    pub(super) fn recheck(&self, package: &str) -> Result<Duration> {
        let root = self.0.join(package).join("src/lib.rs");
        fs::write(&root, fs::read(&root)?)?;
        let start = Instant::now();
        self.check(package)?;
        Ok(start.elapsed())
    }

    /// Measures a check that has nothing to do.
    pub(super) fn idle_check(&self) -> Result<Duration> {
        let start = Instant::now();
        self.check("bare")?;
        Ok(start.elapsed())
    }

    pub(super) fn generate(&self) -> Result<Duration> {
        let start = Instant::now();
        let output = super::xtask("generate").arg("--out").arg(self.0.join("emitted")).output()?;
        ensure!(output.status.success(), "`cargo xtask generate` fails:\n{}", String::from_utf8_lossy(&output.stderr));
        Ok(start.elapsed())
    }

    /// Measures the check of a package from scratch whose dependencies are already checked. Cargo never
    /// checks a package of the registry again without that.
    pub(super) fn clean_check(&self, package: &str) -> Result<Duration> {
        let clean =
            Command::new("cargo").args(["clean", "--quiet", "--package", package]).current_dir(&self.0).status()?;
        ensure!(clean.success(), "`cargo clean` of {package} in {} fails", self.0.display());
        let start = Instant::now();
        self.check(package)?;
        Ok(start.elapsed())
    }
}
