//! Releases the packages: works out the version, checks what would be released, and publishes it if asked to.
//!
//! Everything is done in a checkout of its own (`tree`), so that the person's files are as they were until all checks
//! have passed. What `--execute` then does is in an order in which each step can be seen to be done, so that a run that
//! was interrupted is finished by the next:
//!
//! 1. The release commit gets on the branch. A version that is in the changelog and has no tag is one that was begun.
//! 2. Each package is published from that commit. The registry says which ones are there.
//! 3. The commit is tagged. A tag means that nothing is left to do.

mod begun;
mod cargo;
mod changelog;
mod changes;
mod checks;
mod manifests;
mod prepare;
mod repository;
mod token;
mod tree;
mod version;

use anyhow::{Context, Result};
use semver::Version;

use crate::{FINE, FOUND, arguments};
use cargo::Cargo;
use repository::Repository;
use tree::Tree;

/// The parts of the repository that a release is about, from its root.
const DOCUMENT: &str = "spec/clickhouse-cloud.yaml";
const EMITTED: &str = "generated";
const EMITTED_PACKAGE: &str = "clickhouse-cloud";
const CHANGELOG: &str = "CHANGELOG.md";
const MANIFEST: &str = "Cargo.toml";
const LOCK: &str = "Cargo.lock";

/// What is to be mended before there can be a release.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

fn refused(problem: impl Into<String>) -> anyhow::Error {
    Refused(problem.into()).into()
}

/// A version, and the commit that it is made of.
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
    repository.refuse_changes()?;
    if arguments.execute {
        token::refuse_none()?;
    }

    let stated = arguments.version.as_ref();
    let begun_or_new = match begun::find(&repository, stated)? {
        None => prepare::next(&repository, &branch, stated)?,
        begun => begun,
    };
    let Some((tree, release)) = begun_or_new else { return Ok(()) };
    let packages = cargo.packages(tree.folder())?;
    let missing = checks::all(&repository, &cargo, &tree, &release, &packages)?;
    if arguments.execute {
        publish(&repository, &cargo, &tree, &release, &missing)?;
    } else {
        show_what_is_left(&repository, &branch, &release, &missing)?;
    }
    println!("  git push --atomic origin {branch} v{}", release.version);
    Ok(())
}

fn publish(repository: &Repository, cargo: &Cargo, tree: &Tree, release: &Release, missing: &[String]) -> Result<()> {
    let Release { version, commit } = release;
    repository.advance_to(commit)?;
    for package in missing {
        println!("publishing {package} {version}");
        cargo.publish(tree.folder(), package, version).context(
            "mend what cargo says above and run this command again: what is published stays, and is passed over",
        )?;
    }
    repository.tag(version, commit)?;
    println!("{version} is out, and tagged v{version}. Nothing is pushed yet:");
    Ok(())
}

fn show_what_is_left(repository: &Repository, branch: &str, release: &Release, missing: &[String]) -> Result<()> {
    let Release { version, commit } = release;
    println!(
        "\nAll checks pass. Nothing is published, and your files are as they were. With --execute, this command would"
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
