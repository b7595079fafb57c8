use anyhow::{Result, ensure};

use super::{
    Refused, Release,
    cargo::{Cargo, REGISTRY},
    checkout::Checkout,
    refused,
    repository::Repository,
};
use crate::{
    FINE,
    arguments::{Generate, Source, Spec},
    generate,
    workspace::{BUNDLE, DOCUMENT, EMITTED, EMITTED_PACKAGE},
};

/// Runs all checks, the quick ones first. Returns the packages that are not published yet.
pub(super) fn run_all(
    repository: &Repository,
    cargo: &Cargo,
    checkout: &Checkout,
    release: &Release,
    packages: &[String],
) -> Result<Vec<String>> {
    step("generated/ is current");
    check_emitted_crate(checkout)?;
    step("the registry does not have this version");
    let missing = unpublished(repository, cargo, checkout, release, packages)?;
    step("the tests pass: cargo test --workspace");
    let passed = cargo.succeeds(checkout.folder(), &["test", "--workspace", "--locked"])?;
    ensure!(passed, Refused("the tests fail as shown above; correct this and commit".to_owned()));
    check_api(repository, cargo, checkout, packages)?;
    step("the packages can be made and built: cargo publish --dry-run");
    check_packages(cargo, checkout, &missing)?;
    Ok(missing)
}

fn step(what: &str) {
    println!("\nchecking that {what}");
}

fn check_emitted_crate(checkout: &Checkout) -> Result<()> {
    checkout.document()?;
    let arguments = Generate {
        source: Source {
            document: Spec { spec: checkout.folder().join(DOCUMENT), allow_outside: false },
            config: None,
        },
        out: checkout.folder().join(EMITTED),
        name: Some(EMITTED_PACKAGE.to_owned()),
        bundle: Some(checkout.folder().join(BUNDLE)).filter(|bundle| bundle.exists()),
        check: true,
    };
    let is_current = generate::run(&arguments)? == FINE;
    ensure!(is_current, Refused(format!("{EMITTED}/ is not current; run `cargo xtask generate` and commit")));
    Ok(())
}

/// Returns the packages that the registry does not have. Only an unfinished release may be published in part.
fn unpublished(
    repository: &Repository,
    cargo: &Cargo,
    checkout: &Checkout,
    release: &Release,
    packages: &[String],
) -> Result<Vec<String>> {
    let Release { version, commit } = release;
    let mut missing = Vec::new();
    for package in packages {
        if !cargo.is_published(checkout.folder(), package, version)? {
            missing.push(package.clone());
        } else if repository.is_in_history(commit)? {
            println!("{package} {version} is published already");
        } else {
            return Err(refused(format!(
                "{package} {version} is in the registry already; run `git fetch --tags`, or give another version with --version"
            )));
        }
    }
    Ok(missing)
}

/// Checks that the version allows for the changes of the packages that are written by hand.
fn check_api(repository: &Repository, cargo: &Cargo, checkout: &Checkout, packages: &[String]) -> Result<()> {
    let Some(last) = repository.last_release()? else { return Ok(()) };
    if !cargo.has(checkout.folder(), "semver-checks")? {
        println!("\nnot checked: the APIs of packages that are written by hand; `cargo install cargo-semver-checks`");
        return Ok(());
    }
    step("the version is right for the packages that are written by hand: cargo semver-checks");
    for package in packages.iter().filter(|package| *package != EMITTED_PACKAGE) {
        let baseline = format!("v{last}");
        let arguments = ["semver-checks", "check-release", "--package", package, "--baseline-rev", &baseline];
        ensure!(
            cargo.succeeds(checkout.folder(), &arguments)?,
            Refused(format!("the changes of {package} require a greater version; give one with --version"))
        );
    }
    Ok(())
}

fn check_packages(cargo: &Cargo, checkout: &Checkout, packages: &[String]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let named = packages.iter().flat_map(|package| ["--package", package]);
    let arguments: Vec<_> =
        ["publish", "--dry-run", "--locked", "--registry", REGISTRY].into_iter().chain(named).collect();
    let succeeds = cargo.succeeds(checkout.folder(), &arguments)?;
    ensure!(succeeds, Refused("the packages cannot be made as shown above; correct this and commit".to_owned()));
    Ok(())
}
