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

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use tempfile::TempDir;

    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: format!("src/{path}"), text: format!("// @generated\n{text}\n") }
    }

    /// The words for what a run does, in the order of the paths.
    fn run(folder: &TempDir, files: &[File]) -> Vec<String> {
        let output = Output::open(folder.path(), false).unwrap();
        let changes = output.compare(files).unwrap();
        output.write(&changes).unwrap();
        changes.iter().map(|change| format!("{} {}", change.word(), change.path())).collect()
    }

    /// What is in the folder, without `src/`.
    fn content(folder: &TempDir) -> Vec<String> {
        let mut output = Output { folder: folder.path().to_owned(), current: BTreeMap::new() };
        output.read("src").unwrap();
        let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(entries.eq(["src"]), "something is left beside src");
        output.current.into_iter().map(|(path, text)| format!("{path} {}", text.lines().last().unwrap())).collect()
    }

    #[test]
    fn what_is_emitted_is_all_that_is_there() {
        let folder = TempDir::new().unwrap();
        let first = [file("lib.rs", "1"), file("types/a.rs", "1"), file("types/b.rs", "1")];
        assert_eq!(run(&folder, &first), ["written src/lib.rs", "written src/types/a.rs", "written src/types/b.rs"]);

        let second = [file("client.rs", "2"), file("lib.rs", "1"), file("types/b.rs", "2")];
        assert_eq!(
            run(&folder, &second),
            ["written src/client.rs", "unchanged src/lib.rs", "removed src/types/a.rs", "written src/types/b.rs"]
        );
        assert_eq!(content(&folder), ["src/client.rs 2", "src/lib.rs 1", "src/types/b.rs 2"]);
    }

    #[test]
    fn unchanged_files_keep_their_times() {
        let folder = TempDir::new().unwrap();
        run(&folder, &[file("a.rs", "1"), file("b.rs", "1")]);
        let modified = || fs::metadata(folder.path().join("src/a.rs")).unwrap().modified().unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(1000);
        fs::File::options().append(true).open(folder.path().join("src/a.rs")).unwrap().set_modified(long_ago).unwrap();
        let before = modified();

        run(&folder, &[file("a.rs", "1"), file("b.rs", "2")]);
        assert_eq!(modified(), before);
        assert_eq!(content(&folder), ["src/a.rs 1", "src/b.rs 2"]);
    }

    #[test]
    fn an_interrupted_run_leaves_a_whole_crate_and_is_cleaned_up_by_the_next() {
        let folder = TempDir::new().unwrap();
        let (old, new) = ([file("lib.rs", "old")], [file("lib.rs", "new")]);
        run(&folder, &old);
        let path = |name: &str| folder.path().join(name);

        // While the new one was being built.
        fs::create_dir_all(path(".src.new/types")).unwrap();
        fs::write(path(".src.new/types/half.rs"), "// @gen").unwrap();
        assert_eq!(run(&folder, &old), ["unchanged src/lib.rs"]);
        assert_eq!(content(&folder), ["src/lib.rs old"]);

        // After the swap, before the old one was removed.
        fs::create_dir(path(".src.new")).unwrap();
        fs::write(path(".src.new/lib.rs"), "// @generated\nolder\n").unwrap();
        assert_eq!(run(&folder, &new), ["written src/lib.rs"]);
        assert_eq!(content(&folder), ["src/lib.rs new"]);

        // Between the two steps of a swap that takes two.
        fs::rename(path("src"), path(".src.old")).unwrap();
        assert_eq!(run(&folder, &new), ["unchanged src/lib.rs"]);
        assert_eq!(content(&folder), ["src/lib.rs new"]);

        // After them.
        fs::create_dir(path(".src.old")).unwrap();
        assert_eq!(run(&folder, &old), ["written src/lib.rs"]);
        assert_eq!(content(&folder), ["src/lib.rs old"]);
    }

    #[test]
    fn a_swap_in_steps_is_a_swap() {
        let folder = TempDir::new().unwrap();
        let (new, old) = (folder.path().join(".src.new"), folder.path().join("src"));
        fs::create_dir(&new).unwrap();
        fs::create_dir(&old).unwrap();
        fs::write(new.join("lib.rs"), "// @generated\nnew").unwrap();
        swap_in_steps(&new, &old).unwrap();
        fs::remove_dir(&new).unwrap();
        assert_eq!(content(&folder), ["src/lib.rs new"]);
    }

    #[test]
    fn what_the_generator_did_not_write_is_left_alone() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/main.rs"), "fn main() {}\n").unwrap();
        let refusal = Output::open(folder.path(), false).err().unwrap().to_string();
        assert!(refusal.contains("src/main.rs was not written by the generator"), "{refusal}");

        let refusal = Output::open(&folder.path().join("src/main.rs"), false).err().unwrap().to_string();
        assert!(refusal.contains("main.rs is a file"), "{refusal}");
    }

    #[test]
    fn looking_changes_nothing() {
        let folder = TempDir::new().unwrap();
        run(&folder, &[file("a.rs", "old"), file("b.rs", "1")]);
        fs::create_dir(folder.path().join(".src.new")).unwrap();

        let output = Output::open(folder.path(), true).unwrap();
        let changes = output.compare(&[file("a.rs", "new"), file("c.rs", "1")]).unwrap();
        let diffs: String = changes.iter().map(|change| change.diff(change.path())).collect();
        assert_eq!(
            diffs,
            "\
--- src/a.rs
+++ src/a.rs
@@ -1,2 +1,2 @@
 // @generated
-old
+new
--- src/b.rs
+++ /dev/null
@@ -1,2 +0,0 @@
-// @generated
-1
--- /dev/null
+++ src/c.rs
@@ -0,0 +1,2 @@
+// @generated
+1
"
        );
        assert!(folder.path().join(".src.new").exists());
    }
}
