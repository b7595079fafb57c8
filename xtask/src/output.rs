//! The folder that the generator owns: `src/` of the emitted crate.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use codegen::File;
use similar::TextDiff;

/// In the first line of every emitted file.
const MARKER: &str = "@generated";

/// The crate's folder, and what is in its `src/` now.
pub(crate) struct Output {
    folder: PathBuf,
    /// By the path below the folder, as in [`File::path`].
    current: BTreeMap<String, String>,
}

/// What becomes of a file.
pub(crate) enum Change {
    Written { path: String, old: Option<String>, new: String },
    Unchanged { path: String },
    Removed { path: String, old: String },
}

impl Output {
    /// Reads what is there. Unless only looking, cleans up after a run that was interrupted.
    pub(crate) fn open(folder: &Path, only_look: bool) -> Result<Self> {
        if folder.exists() && !folder.is_dir() {
            bail!("{} is a file; name a folder with --out DIR", folder.display());
        }
        let mut output = Self { folder: folder.to_owned(), current: BTreeMap::new() };
        if !only_look {
            output.recover()?;
        }
        output.read("src")?;
        for (path, text) in &output.current {
            let is_emitted = text.lines().next().is_some_and(|line| line.contains(MARKER));
            ensure!(
                is_emitted,
                "{} was not written by the generator, which would remove it; move it out of src/, or name another \
                 folder with --out DIR",
                output.path(path).display()
            );
        }
        Ok(output)
    }

    /// Where a file is, by its path below the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// What has to be done for these files to be all that is there, in the order of the paths.
    pub(crate) fn compare(&self, files: &[File]) -> Result<Vec<Change>> {
        let mut changes = BTreeMap::new();
        for (path, old) in &self.current {
            changes.insert(path.clone(), Change::Removed { path: path.clone(), old: old.clone() });
        }
        for File { path, text } in files {
            ensure!(path.starts_with("src/"), "the generator gave {path}, which is not in src/");
            let old = self.current.get(path).cloned();
            let change = match old {
                Some(old) if old == *text => Change::Unchanged { path: path.clone() },
                old => Change::Written { path: path.clone(), old, new: text.clone() },
            };
            changes.insert(path.clone(), change);
        }
        Ok(changes.into_values().collect())
    }

    /// Carries out the changes, all or none: the new `src/` is built beside the old one and takes its place in one
    /// step. Unchanged files keep their times, so that cargo does not build them again.
    pub(crate) fn write(&self, changes: &[Change]) -> Result<()> {
        if changes.iter().all(Change::is_none) {
            return Ok(());
        }
        let (src, new) = (self.folder.join("src"), self.new_src());
        for change in changes {
            let to = new.join(change.path().trim_start_matches("src/"));
            match change {
                Change::Written { new, .. } => create(&to, |to| fs::write(to, new))?,
                Change::Unchanged { path } => create(&to, |to| link(&self.path(path), to))?,
                Change::Removed { .. } => {}
            }
        }
        if src.exists() {
            swap(&new, &src).with_context(|| format!("cannot replace {}", src.display()))?;
            fs::remove_dir_all(&new).with_context(|| format!("cannot remove {}", new.display()))
        } else {
            fs::rename(&new, &src).with_context(|| format!("cannot create {}", src.display()))
        }
    }

    fn new_src(&self) -> PathBuf {
        self.folder.join(".src.new")
    }

    fn recover(&self) -> Result<()> {
        let new = self.new_src();
        if new.exists() {
            fs::remove_dir_all(&new).with_context(|| format!("cannot remove {} of an earlier run", new.display()))?;
        }
        recover_swap(&self.folder.join("src"))
    }

    fn read(&mut self, path: &str) -> Result<()> {
        let folder = self.path(path);
        if !folder.exists() {
            return Ok(());
        }
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = format!("{path}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.read(&path)?;
            } else {
                let text = fs::read(entry.path()).with_context(|| format!("cannot read {}", entry.path().display()))?;
                self.current.insert(path, String::from_utf8_lossy(&text).into_owned());
            }
        }
        Ok(())
    }
}

impl Change {
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Written { path, .. } | Self::Unchanged { path } | Self::Removed { path, .. } => path,
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Written { .. } => "written",
            Self::Unchanged { .. } => "unchanged",
            Self::Removed { .. } => "removed",
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::Unchanged { .. })
    }

    /// The change as a unified diff.
    pub(crate) fn diff(&self, name: &str) -> String {
        let (old, new) = match self {
            Self::Unchanged { .. } => return String::new(),
            Self::Written { old, new, .. } => (old.as_deref(), Some(new.as_str())),
            Self::Removed { old, .. } => (Some(old.as_str()), None),
        };
        let side = |text: Option<&str>| text.map_or("/dev/null", |_| name).to_owned();
        let diff = TextDiff::from_lines(old.unwrap_or_default(), new.unwrap_or_default());
        diff.unified_diff().header(&side(old), &side(new)).to_string()
    }
}

fn create(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<()> {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| write(path));
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// The same file under another name; a copy with the same time where a file system has no links.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| {
        fs::copy(from, to)?;
        let modified = fs::metadata(from)?.modified()?;
        fs::File::options().append(true).open(to)?.set_modified(modified)
    })
}

/// Makes two folders change places, in one step.
#[cfg(target_os = "linux")]
fn swap(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        // The file system cannot do it in one step.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => swap_in_steps(one, other),
        result => Ok(result?),
    }
}

#[cfg(not(target_os = "linux"))]
fn swap(one: &Path, other: &Path) -> io::Result<()> {
    swap_in_steps(one, other)
}

/// Interrupted in between, the old folder is whole under the name of [`set_aside`]: [`recover_swap`] brings it back.
fn swap_in_steps(new: &Path, old: &Path) -> io::Result<()> {
    let aside = set_aside(old);
    fs::rename(old, &aside)?;
    fs::rename(new, old)?;
    fs::rename(aside, new)
}

fn recover_swap(old: &Path) -> Result<()> {
    let aside = set_aside(old);
    if !aside.exists() {
        return Ok(());
    }
    let recovered = if old.exists() { fs::remove_dir_all(&aside) } else { fs::rename(&aside, old) };
    recovered.with_context(|| format!("cannot clean up {} of an earlier run", aside.display()))
}

fn set_aside(folder: &Path) -> PathBuf {
    folder.with_file_name(".src.old")
}
