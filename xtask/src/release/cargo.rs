use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context, Result, bail, ensure};
use semver::Version;
use serde::Deserialize;

use super::{checkout, token};

/// The first version that can package an unpublished package along with its dependents.
const MIN_VERSION: Version = Version::new(1, 90, 0);
pub(super) const REGISTRY: &str = "crates-io";

/// Cargo, with a target folder of its own.
pub(super) struct Cargo {
    program: OsString,
    build: PathBuf,
}

impl Cargo {
    /// Finds the cargo that runs this program, or else the one in the path.
    pub(super) fn find(root: &Path) -> Result<Self> {
        let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let cargo = Self { program, build: checkout::build_folder(root) };
        let printed = cargo.output_text(root, &["--version"])?;
        let version: Option<Version> = printed.split(' ').nth(1).and_then(|version| version.parse().ok());
        ensure!(
            version.is_some_and(|version| version >= MIN_VERSION),
            "to release, Cargo {MIN_VERSION} or later is needed, and this is {}; run `rustup update`",
            printed.trim()
        );
        Ok(cargo)
    }

    /// Runs a command that prints to the terminal. Returns whether it succeeds.
    pub(super) fn succeeds(&self, folder: &Path, arguments: &[&str]) -> Result<bool> {
        let status = self.command(folder, arguments).status().context("cannot run cargo")?;
        Ok(status.success())
    }

    /// Returns whether there is a subcommand of this name.
    pub(super) fn has(&self, folder: &Path, subcommand: &str) -> Result<bool> {
        Ok(self.output(folder, &[subcommand, "--version"])?.status.success())
    }

    /// Lists the packages that are published, each after those that it depends on.
    pub(super) fn published_packages(&self, folder: &Path) -> Result<Vec<String>> {
        let printed = self.output_text(folder, &["metadata", "--format-version", "1", "--no-deps", "--locked"])?;
        let metadata: Metadata = serde_json::from_str(&printed).context("cannot read what `cargo metadata` prints")?;
        in_order(metadata.packages)
    }

    /// Returns whether the registry has this version of a package.
    pub(super) fn is_published(&self, folder: &Path, package: &str, version: &Version) -> Result<bool> {
        let named = format!("{package}@{version}");
        let Output { status, stderr, .. } =
            self.output(folder, &["info", "--color", "never", "--registry", REGISTRY, &named])?;
        let stderr = String::from_utf8_lossy(&stderr);
        if !status.success() && !stderr.contains(&format!("could not find `{named}`")) {
            bail!("cannot ask the registry for {package} {version}: {}", stderr.trim());
        }
        Ok(status.success())
    }

    /// Publishes a package, unless the registry has it. Builds nothing, because a build script could read the token.
    pub(super) fn publish(&self, folder: &Path, package: &str, version: &Version) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["publish", "--locked", "--no-verify", "--registry", REGISTRY, "--package", package]);
        command.current_dir(folder).env("CARGO_TARGET_DIR", &self.build);
        let status = command.status().context("cannot run cargo")?;
        ensure!(
            status.success() || self.is_published(folder, package, version)?,
            "`cargo publish` of {package} {version} fails"
        );
        Ok(())
    }

    fn output_text(&self, folder: &Path, arguments: &[&str]) -> Result<String> {
        let Output { status, stdout, stderr } = self.output(folder, arguments)?;
        let stderr = String::from_utf8_lossy(&stderr);
        ensure!(status.success(), "`cargo {}` fails: {}", arguments.join(" "), stderr.trim());
        String::from_utf8(stdout).context("the output of cargo is not UTF-8")
    }

    fn output(&self, folder: &Path, arguments: &[&str]) -> Result<Output> {
        self.command(folder, arguments).output().context("cannot run cargo")
    }

    /// Returns a command without the token: it builds and runs code of others.
    fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", &self.build);
        for variable in token::VARIABLES {
            command.env_remove(variable);
        }
        command
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    /// The registries that it may be published to; any, if it does not say.
    publish: Option<Vec<String>>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Without one, a dependency for tests is left out of the package.
    req: String,
    path: Option<String>,
}

fn in_order(packages: Vec<Package>) -> Result<Vec<String>> {
    let is_published = |package: &Package| package.publish.as_ref().is_none_or(|registries| !registries.is_empty());
    let mut waiting: BTreeMap<_, BTreeSet<_>> = packages
        .into_iter()
        .filter(is_published)
        .map(|package| {
            let own = package.dependencies.into_iter().filter(|needed| needed.path.is_some() && needed.req != "*");
            (package.name, own.map(|needed| needed.name).collect())
        })
        .collect();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let free = waiting.iter().find(|(_, needed)| needed.iter().all(|name| !waiting.contains_key(name)));
        let Some((name, _)) = free else {
            let cycle: Vec<_> = waiting.into_keys().collect();
            bail!("{} depend on each other, so none can be published first", cycle.join(" and "));
        };
        let name = name.clone();
        waiting.remove(&name);
        order.push(name);
    }
    ensure!(!order.is_empty(), "no package of the workspace is to be published");
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(metadata: &str) -> Result<Vec<String>> {
        in_order(serde_json::from_str::<Metadata>(metadata).unwrap().packages)
    }

    #[test]
    fn a_package_is_published_after_its_dependencies() {
        let metadata = r#"{"packages": [
            {"name": "a", "publish": null, "dependencies": [
                {"name": "b", "req": "^0.1.0", "path": "/b"}, {"name": "serde", "req": "^1.0", "path": null}]},
            {"name": "b", "publish": null, "dependencies": [{"name": "c", "req": "^0.1.0", "path": "/c"}]},
            {"name": "c", "publish": ["crates-io"], "dependencies": [{"name": "a", "req": "*", "path": "/a"}]},
            {"name": "tests", "publish": [], "dependencies": []}]}"#;
        assert_eq!(order(metadata).unwrap(), ["c", "b", "a"]);
    }

    #[test]
    fn a_dependency_cycle_is_refused() {
        let metadata = r#"{"packages": [
            {"name": "a", "publish": null, "dependencies": [{"name": "b", "req": "^0.1.0", "path": "/b"}]},
            {"name": "b", "publish": null, "dependencies": [{"name": "a", "req": "^0.1.0", "path": "/a"}]}]}"#;
        let error = order(metadata).unwrap_err().to_string();
        assert_eq!(error, "a and b depend on each other, so none can be published first");
    }
}
