use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use semver::Version;

/// The number of changed files that are listed.
const MAX_FILES: usize = 10;

/// A git repository, in its main folder or in another checkout.
pub(super) struct Repository {
    root: PathBuf,
}

impl Repository {
    /// Opens the repository of the current folder. Refuses one without all of its history.
    pub(super) fn here() -> Result<Self> {
        let here = Self { root: PathBuf::from(".") };
        let root = here.git(["rev-parse", "--show-toplevel"]).context("there is no git repository here")?;
        let repository = Self { root: PathBuf::from(root) };
        ensure!(
            repository.git(["rev-parse", "--is-shallow-repository"])? == "false",
            "the history is cut off, so the last release may be missing; run `git fetch --unshallow --tags`"
        );
        repository.git(["rev-parse", "--verify", "HEAD"]).context("there is no commit to release")?;
        Ok(repository)
    }

    pub(super) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Refuses files that are not committed: they would not be in the release.
    pub(super) fn check_clean(&self) -> Result<()> {
        let status = self.git(["status", "--porcelain"])?;
        if status.is_empty() {
            return Ok(());
        }
        let mut files: Vec<_> = status.lines().take(MAX_FILES).collect();
        if status.lines().count() > MAX_FILES {
            files.push("...");
        }
        bail!("the tree is not clean; commit, stash or remove these first:\n{}", files.join("\n"))
    }

    pub(super) fn head(&self) -> Result<String> {
        self.git(["rev-parse", "HEAD"])
    }

    /// Returns the name of the branch that is checked out.
    pub(super) fn branch(&self) -> Result<String> {
        let branch = self.git(["symbolic-ref", "--quiet", "--short", "HEAD"]);
        branch
            .map_err(|_| anyhow!("no branch is checked out that could get the release commit; run `git switch BRANCH`"))
    }

    /// Returns the greatest version among the tags like `v1.2.3` in the history.
    pub(super) fn last_release(&self) -> Result<Option<Version>> {
        let tags = self.git(["tag", "--list", "v*", "--merged", "HEAD"])?;
        let versions = tags.lines().filter_map(|tag| Version::parse(tag.strip_prefix('v')?).ok());
        Ok(versions.filter(|version| version.pre.is_empty() && version.build.is_empty()).max())
    }

    /// Returns the commit that is tagged with a version, if there is one.
    pub(super) fn tagged(&self, version: &Version) -> Option<String> {
        self.git(["rev-parse", "--verify", "--quiet", &format!("refs/tags/v{version}^{{commit}}")]).ok()
    }

    /// Finds the first commit in the history that changed how often a file has this text.
    pub(super) fn first_with(&self, text: &str, file: &str) -> Result<Option<String>> {
        let commits = self.git(["log", "--reverse", "--format=%H", &format!("-S{text}"), "--", file])?;
        Ok(commits.lines().next().map(ToOwned::to_owned))
    }

    /// Lists the files below a folder as of a commit.
    pub(super) fn files(&self, commit: &str, folder: &str) -> Result<Vec<String>> {
        let files = self.git(["ls-tree", "-r", "-z", "--name-only", commit, "--", folder])?;
        Ok(files.split_terminator('\0').map(ToOwned::to_owned).collect())
    }

    /// Commits these files, and returns the commit.
    pub(super) fn commit(&self, files: &[&str], message: &str) -> Result<String> {
        self.git([&["add", "--"], files].concat())?;
        self.git(["commit", "--quiet", "--message", message])?;
        self.head()
    }

    /// Returns whether a commit is the checked-out one or one of its ancestors.
    pub(super) fn is_in_history(&self, commit: &str) -> Result<bool> {
        Ok(self.run(["merge-base", "--is-ancestor", commit, "HEAD"])?.status.success())
    }

    /// Moves the branch forward to a commit that was made in another checkout.
    pub(super) fn advance_to(&self, commit: &str) -> Result<()> {
        if !self.is_in_history(commit)? {
            let moved = self.git(["merge", "--ff-only", "--quiet", commit]);
            moved.context("the branch or its files have changed meanwhile; run this command again")?;
        }
        Ok(())
    }

    pub(super) fn tag(&self, version: &Version, commit: &str) -> Result<()> {
        let (tag, message) = (format!("v{version}"), version.to_string());
        self.git(["tag", "--annotate", "--message", &message, &tag, commit])
            .context("everything is published; run this command again to tag it")?;
        Ok(())
    }

    /// Checks a commit out into a new folder, without a branch.
    pub(super) fn check_out(&self, commit: &str, folder: &Path) -> Result<()> {
        let folder = folder.to_str().context("the path of the repository is not UTF-8")?;
        self.git(["worktree", "add", "--quiet", "--force", "--detach", folder, commit])?;
        Ok(())
    }

    /// Removes records of [`Self::check_out`] whose folders are gone.
    pub(super) fn prune_checkouts(&self) -> Result<()> {
        self.git(["worktree", "prune"]).map(drop)
    }

    /// Returns what git prints.
    fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<String> {
        let Output { status, stdout, stderr } = self.run(arguments)?;
        let stderr = String::from_utf8_lossy(&stderr);
        ensure!(status.success(), "git fails: {}", stderr.trim());
        let stdout = String::from_utf8(stdout).context("what git prints is not UTF-8")?;
        Ok(stdout.trim_end_matches('\n').to_owned())
    }

    fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Output> {
        let mut git = Command::new("git");
        git.arg("-C").arg(&self.root).args(arguments);
        git.output().context("cannot run git; install it")
    }
}
