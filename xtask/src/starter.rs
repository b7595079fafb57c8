//! The files that a crate needs beside `src/`: written if they are missing, and never changed.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use codegen::{File, Surroundings, is_crate_name};
use serde::Deserialize;

use crate::{output::Change, workspace};

/// The files without which the emitted sources do not compile.
const REQUIRED: [&str; 2] = ["Cargo.toml", "README.md"];

const MAX_MANIFEST_BYTES: u64 = 1 << 20;

/// The part of a manifest with the name of the package.
#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

/// Returns the name of the package in a folder: the one in its manifest, or else the one that `cargo new` would use.
pub(crate) fn package_name(folder: &Path) -> Result<String> {
    let manifest = folder.join("Cargo.toml");
    if manifest.exists() {
        let help = || format!("cannot find the name of the package in {}; give it with --name", manifest.display());
        let length = fs::metadata(&manifest).with_context(help)?.len();
        ensure!(length <= MAX_MANIFEST_BYTES, "{}: it is longer than any manifest", help());
        let text = fs::read_to_string(&manifest).with_context(help)?;
        return Ok(toml::from_str::<Manifest>(&text).with_context(help)?.package.name);
    }
    let name = absolute(folder)?.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    ensure!(
        is_crate_name(&name),
        "the name of the folder, {name:?}, cannot be the name of a package; give one with --name"
    );
    Ok(name)
}

/// Describes the surroundings of a folder, which may not exist yet. The runtime is the one in the workspace of this
/// program.
pub(crate) fn surroundings(folder: &Path) -> Result<Surroundings> {
    let folder = absolute(folder)?;
    let runtime = workspace::root().join("runtime");
    Ok(Surroundings {
        is_below_a_manifest: folder.ancestors().skip(1).any(|above| above.join("Cargo.toml").exists()),
        runtime: runtime.join("Cargo.toml").exists().then(|| dependency_path(&folder, &runtime, workspace::root())),
    })
}

/// Returns a change for each of these files that is missing.
pub(crate) fn missing(folder: &Path, files: Vec<File>) -> Vec<Change> {
    let is_new = !folder.join("Cargo.toml").exists();
    let files = files.into_iter().filter(|file| is_new || REQUIRED.contains(&file.path.as_str()));
    let missing = files.filter(|file| !folder.join(&file.path).exists());
    missing.map(|File { path, text }| Change { path, old: None, new: Some(text) }).collect()
}

/// Writes missing files. Never overwrites a file.
pub(crate) fn write(folder: &Path, missing: &[Change]) -> Result<()> {
    for change in missing {
        let Change { path, new: Some(text), .. } = change else { continue };
        let path = folder.join(path);
        let written = fs::create_dir_all(folder).and_then(|()| create(&path, text));
        written.with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

/// Returns the path of a dependency for a manifest. It is relative if both folders are near the workspace, because they
/// are likely to be moved together.
fn dependency_path(from: &Path, to: &Path, workspace: &Path) -> String {
    let is_near = workspace.parent().is_some_and(|around| around.parent().is_some() && from.starts_with(around));
    let path = if is_near { relative(from, to) } else { to.to_owned() };
    path.to_string_lossy().replace('\\', "/")
}

fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

/// Returns a path without `.`, `..` and links, as far as it exists.
fn absolute(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).with_context(|| format!("{} is not a path", path.display()))?;
    let mut whole = PathBuf::new();
    for component in path.components() {
        if component == Component::ParentDir {
            whole.pop();
        } else {
            whole.push(component);
            whole = fs::canonicalize(&whole).unwrap_or(whole);
        }
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_runtime_is_relative_near_the_workspace() {
        let path = |from: &str| {
            dependency_path(Path::new(from), Path::new("/home/a/cloud/runtime"), Path::new("/home/a/cloud"))
        };
        assert_eq!(path("/home/a/cloud/generated"), "../runtime");
        assert_eq!(path("/home/a/petstore"), "../cloud/runtime");
        assert_eq!(path("/srv/petstore"), "/home/a/cloud/runtime");
    }

    #[test]
    fn the_name_of_a_package_comes_from_its_manifest_or_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pet-store");
        assert_eq!(package_name(&path).unwrap(), "pet-store");
        assert_eq!(package_name(&path.join("x/..")).unwrap(), "pet-store");

        fs::create_dir(&path).unwrap();
        fs::write(path.join("Cargo.toml"), "[package]\nname = \"other\"\n").unwrap();
        assert_eq!(package_name(&path).unwrap(), "other");

        let problem = |path: &Path| format!("{:#}", package_name(path).unwrap_err());
        fs::write(path.join("Cargo.toml"), "[workspace]\n").unwrap();
        assert!(problem(&path).contains("give it with --name"), "{}", problem(&path));
        for name in ["9lives", "uuid", "test", "a b", "fn"] {
            let problem = problem(&folder.path().join(name));
            assert!(problem.contains("give one with --name"), "{problem}");
        }
    }
}
