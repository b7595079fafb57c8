//! Works out the next version, checks a release of it, and publishes it with `--execute`.
//!
//! The release is made and checked in a checkout of its own, so that the working tree stays as it is until all checks have
//! passed. `--execute` then takes three steps. Each leaves a trace, by which the next run finishes one that was
//! interrupted:
//!
//! 1. The branch gets the release commit. A version with an entry in the changelog and no tag is an unfinished release.
//! 2. Each package is published from that commit. The registry lists the published ones.
//! 3. The commit is tagged. A version with a tag is released.

mod cargo;
mod changelog;
mod changes;
mod checkout;
mod checks;
mod manifests;
mod next_version;
mod prepare;
mod repository;
mod token;
mod unfinished;

use anyhow::{Context, Result};
use semver::Version;

use crate::{FINE, FOUND, arguments};
use cargo::Cargo;
use checkout::Checkout;
use repository::Repository;

// Paths from the root of the repository.
const CHANGELOG: &str = "CHANGELOG.md";
const MANIFEST: &str = "Cargo.toml";
const LOCK: &str = "Cargo.lock";

/// A release is not possible until somebody corrects the problem.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

fn refused(problem: impl Into<String>) -> anyhow::Error {
    Refused(problem.into()).into()
}

/// A version, and its commit.
struct Release {
    version: Version,
    commit: String,
}

pub(crate) fn run(arguments: &arguments::Release) -> Result<u8> {
    match release(arguments) {
        Ok(()) => Ok(FINE),
        Err(error) if error.is::<Refused>() => {
            eprintln!("refused: {error:#}");
            Ok(FOUND)
        }
        Err(error) => Err(error),
    }
}

fn release(arguments: &arguments::Release) -> Result<()> {
    let repository = Repository::here()?;
    let cargo = Cargo::find(repository.root())?;
    let branch = repository.branch()?;
    repository.check_clean()?;
    if arguments.execute {
        token::check()?;
    }

    let stated = arguments.version.as_ref();
    let unfinished_or_next = match unfinished::find(&repository, stated)? {
        None => prepare::next(&repository, &branch, stated)?,
        unfinished => unfinished,
    };
    let Some((checkout, release)) = unfinished_or_next else { return Ok(()) };
    let packages = cargo.published_packages(checkout.folder())?;
    let missing = checks::run_all(&repository, &cargo, &checkout, &release, &packages)?;
    if arguments.execute {
        publish(&repository, &cargo, &checkout, &release, &missing)?;
    } else {
        show_remaining_steps(&repository, &branch, &release, &missing)?;
    }
    println!("  git push --atomic origin {branch} v{}", release.version);
    Ok(())
}

fn publish(
    repository: &Repository,
    cargo: &Cargo,
    checkout: &Checkout,
    release: &Release,
    missing: &[String],
) -> Result<()> {
    let Release { version, commit } = release;
    repository.advance_to(commit)?;
    for package in missing {
        println!("publishing {package} {version}");
        cargo
            .publish(checkout.folder(), package, version)
            .context("correct the error above and run this command again, which passes over published packages")?;
    }
    repository.tag(version, commit)?;
    println!("{version} is released and tagged v{version}. Nothing is pushed yet:");
    Ok(())
}

fn show_remaining_steps(repository: &Repository, branch: &str, release: &Release, missing: &[String]) -> Result<()> {
    let Release { version, commit } = release;
    println!(
        "\nAll checks pass. Nothing is published, and your files are unchanged. With --execute, this command would"
    );
    if !repository.is_in_history(commit)? {
        println!("  commit the changes above to {branch}, as \"{}\"", prepare::subject(version));
    }
    for package in missing {
        println!("  publish {package} {version}");
    }
    println!("  tag the commit v{version}\nand leave it to you to push:");
    Ok(())
}
