//! `src/` of the emitted crate: the folder that belongs to the generator.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use codegen::File;
use similar::TextDiff;

/// A word in the first line of every emitted file.
const MARKER: &str = "@generated";

/// The folder in which a run builds the new `src/`, and sets the old one aside.
const WORK: &str = ".src.new";
/// The old `src/`, set aside.
const OLD_SRC: &str = ".src.new/old";

/// The folder of a crate, and the files of its `src/`.
pub(crate) struct Output {
    folder: PathBuf,
    /// Texts by their paths from the folder, as in [`File::path`].
    current: BTreeMap<String, String>,
}

/// A file before and after a run.
pub(crate) struct Change {
    pub(crate) path: String,
    /// The text before the run, if there was a file.
    pub(crate) old: Option<String>,
    /// The text after the run, unless the file is removed.
    pub(crate) new: Option<String>,
}

impl Output {
    /// Reads the emitted files of a crate. Unless `is_check`, cleans up after a run that was stopped.
    pub(crate) fn open(folder: &Path, is_check: bool) -> Result<Self> {
        if folder.exists() && !folder.is_dir() {
            bail!("{} is a file; name a folder with --out DIR", folder.display());
        }
        let mut output = Self { folder: folder.to_owned(), current: BTreeMap::new() };
        if !is_check {
            output.clean_up().with_context(|| format!("cannot remove {}", output.path(WORK).display()))?;
        }
        output.read("src")?;
        for (path, text) in &output.current {
            ensure!(
                text.lines().next().is_some_and(|line| line.contains(MARKER)),
                "{} was not written by the generator, which would remove it; move it out of src/, or name another \
                 folder with --out DIR",
                output.path(path).display()
            );
        }
        Ok(output)
    }

    /// Returns the path of a file, given its path from the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Returns a change for each file that exists or is emitted, in the order of their paths.
    pub(crate) fn compare(&self, files: &[File]) -> Vec<Change> {
        let emitted: BTreeMap<_, _> = files.iter().map(|file| (&file.path, &file.text)).collect();
        let paths: BTreeSet<_> = self.current.keys().chain(emitted.keys().copied()).collect();
        let change = |path: &String| Change {
            path: path.clone(),
            old: self.current.get(path).cloned(),
            new: emitted.get(path).copied().cloned(),
        };
        paths.into_iter().map(change).collect()
    }

    /// Carries out the changes, all or none: the new `src/` is complete when it takes the place of the old one.
    pub(crate) fn write(&self, changes: &[Change]) -> Result<()> {
        if changes.iter().all(Change::is_none) {
            return Ok(());
        }
        for change in changes {
            let Some(text) = &change.new else { continue };
            let path = self.path(WORK).join(&change.path);
            write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        self.replace_src().with_context(|| format!("cannot replace {}", self.path("src").display()))
    }

    fn replace_src(&self) -> io::Result<()> {
        let src = self.path("src");
        if src.exists() {
            fs::rename(&src, self.path(OLD_SRC))?;
        }
        fs::rename(self.path(WORK).join("src"), &src)?;
        self.clean_up()
    }

    /// Brings the old `src/` back if a run was stopped before the new one took its place, and removes the rest.
    fn clean_up(&self) -> io::Result<()> {
        let (src, old) = (self.path("src"), self.path(OLD_SRC));
        if old.exists() && !src.exists() {
            fs::rename(old, src)?;
        }
        if self.path(WORK).exists() { fs::remove_dir_all(self.path(WORK)) } else { Ok(()) }
    }

    fn read(&mut self, path: &str) -> Result<()> {
        let folder = self.path(path);
        if !folder.exists() {
            return Ok(());
        }
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
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

fn write(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}

impl Change {
    /// Describes the change in one word.
    pub(crate) fn word(&self) -> &'static str {
        match &self.new {
            None => "removed",
            Some(_) if self.is_none() => "unchanged",
            Some(_) => "written",
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.old == self.new
    }

    /// Returns the change as a unified diff.
    pub(crate) fn diff(&self, name: &str) -> String {
        let [(old_name, old), (new_name, new)] =
            [&self.old, &self.new].map(|text| text.as_deref().map_or(("/dev/null", ""), |text| (name, text)));
        TextDiff::from_lines(old, new).unified_diff().header(old_name, new_name).to_string()
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: format!("src/{path}"), text: format!("// @generated\n{text}\n") }
    }

    /// Emits these files, and returns what became of each.
    fn run(folder: &TempDir, files: &[File]) -> Vec<String> {
        let output = Output::open(folder.path(), false).unwrap();
        let changes = output.compare(files);
        output.write(&changes).unwrap();
        changes.iter().map(|change| format!("{} {}", change.word(), change.path)).collect()
    }

    /// Returns the last line of each file in `src/`, beside which there is nothing else.
    fn content(folder: &TempDir) -> Vec<String> {
        let output = Output::open(folder.path(), true).unwrap();
        let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(entries.eq(["src"]), "something is left beside src");
        output.current.into_iter().map(|(path, text)| format!("{path} {}", text.lines().last().unwrap())).collect()
    }

    #[test]
    fn src_holds_the_emitted_files_and_no_others() {
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
    fn files_beside_src_are_kept() {
        let folder = TempDir::new().unwrap();
        run(&folder, &[file("lib.rs", "1")]);
        fs::create_dir(folder.path().join(".git")).unwrap();
        for path in [".git/HEAD", "Cargo.toml", "guide.rs"] {
            fs::write(folder.path().join(path), "mine").unwrap();
        }
        run(&folder, &[file("lib.rs", "2")]);
        for path in [".git/HEAD", "Cargo.toml", "guide.rs"] {
            assert_eq!(fs::read_to_string(folder.path().join(path)).unwrap(), "mine");
        }
    }

    #[test]
    fn a_stopped_run_leaves_the_old_crate_and_is_cleaned_up_by_the_next() {
        let folder = TempDir::new().unwrap();
        let (old, new) = ([file("lib.rs", "old")], [file("lib.rs", "new")]);
        run(&folder, &old);
        let path = |name: &str| folder.path().join(name);

        // While the new files were written.
        write(&path(WORK).join("src/half.rs"), "// @gen").unwrap();
        assert_eq!(run(&folder, &old), ["unchanged src/lib.rs"]);
        assert_eq!(content(&folder), ["src/lib.rs old"]);

        // After the old files were set aside.
        write(&path(WORK).join("src/lib.rs"), "// @generated\nnew\n").unwrap();
        fs::rename(path("src"), path(OLD_SRC)).unwrap();
        assert_eq!(run(&folder, &old), ["unchanged src/lib.rs"]);
        assert_eq!(content(&folder), ["src/lib.rs old"]);

        // After the new files took their place.
        write(&path(OLD_SRC).join("lib.rs"), "// @generated\nolder\n").unwrap();
        assert_eq!(run(&folder, &new), ["written src/lib.rs"]);
        assert_eq!(content(&folder), ["src/lib.rs new"]);
    }

    #[test]
    fn a_file_that_a_person_wrote_is_not_removed() {
        let folder = TempDir::new().unwrap();
        write(&folder.path().join("src/main.rs"), "fn main() {}\n").unwrap();
        let error = Output::open(folder.path(), false).err().unwrap().to_string();
        assert!(error.contains("src/main.rs was not written by the generator"), "{error}");

        let error = Output::open(&folder.path().join("src/main.rs"), false).err().unwrap().to_string();
        assert!(error.contains("main.rs is a file"), "{error}");
    }

    #[test]
    fn a_check_shows_the_differences_and_writes_nothing() {
        let folder = TempDir::new().unwrap();
        run(&folder, &[file("a.rs", "old"), file("b.rs", "1"), file("same.rs", "1")]);
        fs::create_dir(folder.path().join(WORK)).unwrap();

        let output = Output::open(folder.path(), true).unwrap();
        let changes = output.compare(&[file("a.rs", "new"), file("c.rs", "1"), file("same.rs", "1")]);
        let diffs: String = changes.iter().map(|change| change.diff(&change.path)).collect();
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
        assert!(folder.path().join(WORK).exists());
    }
}
