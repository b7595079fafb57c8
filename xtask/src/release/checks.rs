use anyhow::{Result, ensure};

use super::{
    DOCUMENT, EMITTED, EMITTED_PACKAGE, Refused, Release,
    cargo::{Cargo, REGISTRY},
    refused,
    repository::Repository,
    tree::Tree,
};
use crate::{
    FINE,
    arguments::{Generate, Lint},
    generate,
};

/// Checks a release from every side, the quick ones first. Gives the packages that are to be published yet.
pub(super) fn all(
    repository: &Repository,
    cargo: &Cargo,
    tree: &Tree,
    release: &Release,
    packages: &[String],
) -> Result<Vec<String>> {
    step("generated/ is what the document gives");
    emitted_crate_is_current(tree)?;
    step("the registry does not have it yet");
    let missing = missing(repository, cargo, tree, release, packages)?;
    step("the tests pass: cargo test --workspace");
    let passed = cargo.succeeds(tree.folder(), &["test", "--workspace", "--locked"])?;
    ensure!(passed, Refused("the tests fail as shown above; mend them and commit".to_owned()));
    api_is_compatible(repository, cargo, tree, packages)?;
    step("it can be packaged and built from the packages: cargo publish --dry-run");
    can_be_published(cargo, tree, &missing)?;
    Ok(missing)
}

fn step(what: &str) {
    println!("\nchecking that {what}");
}

fn emitted_crate_is_current(tree: &Tree) -> Result<()> {
    tree.document()?;
    let arguments = Generate {
        document: Lint { spec: tree.folder().join(DOCUMENT) },
        out: tree.folder().join(EMITTED),
        name: EMITTED_PACKAGE.to_owned(),
        check: true,
    };
    let is_current = generate::run(&arguments)? == FINE;
    ensure!(is_current, Refused(format!("{EMITTED}/ is not current; run `cargo xtask generate` and commit")));
    Ok(())
}

/// Only a release that was begun may be there in part.
fn missing(
    repository: &Repository,
    cargo: &Cargo,
    tree: &Tree,
    release: &Release,
    packages: &[String],
) -> Result<Vec<String>> {
    let Release { version, commit } = release;
    let mut missing = Vec::new();
    for package in packages {
        if !cargo.is_published(tree.folder(), package, version)? {
            missing.push(package.clone());
        } else if repository.is_in_history(commit)? {
            println!("{package} {version} is there already, and is passed over");
        } else {
            return Err(refused(format!(
                "{package} {version} is in the registry already; run `git fetch --tags`, or state another with --version"
            )));
        }
    }
    Ok(missing)
}

/// What no document and no generator knows: the packages that are written by hand.
fn api_is_compatible(repository: &Repository, cargo: &Cargo, tree: &Tree, packages: &[String]) -> Result<()> {
    let Some(last) = repository.last_release()? else { return Ok(()) };
    if !cargo.has(tree.folder(), "semver-checks")? {
        println!("\nnot checked: the APIs of packages that are written by hand; `cargo install cargo-semver-checks`");
        return Ok(());
    }
    step("the version is right for what is written by hand: cargo semver-checks");
    for package in packages.iter().filter(|package| *package != EMITTED_PACKAGE) {
        let baseline = format!("v{last}");
        let arguments = ["semver-checks", "check-release", "--package", package, "--baseline-rev", &baseline];
        ensure!(
            cargo.succeeds(tree.folder(), &arguments)?,
            Refused(format!("{package} has changed more than the version says; state a greater one with --version"))
        );
    }
    Ok(())
}

fn can_be_published(cargo: &Cargo, tree: &Tree, packages: &[String]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let named = packages.iter().flat_map(|package| ["--package", package]);
    let arguments: Vec<_> =
        ["publish", "--dry-run", "--locked", "--registry", REGISTRY].into_iter().chain(named).collect();
    let succeeds = cargo.succeeds(tree.folder(), &arguments)?;
    ensure!(succeeds, Refused("the packages are not right as shown above; mend them and commit".to_owned()));
    Ok(())
}
