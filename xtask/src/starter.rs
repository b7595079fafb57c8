//! What a crate needs beside `src/`: written where it is missing, and left alone from then on.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use codegen::{File, Surroundings, is_crate_name};
use serde::Deserialize;

use crate::output::Change;

/// Without these, the emitted sources are no crate.
const NEEDED: [&str; 2] = ["Cargo.toml", "README.md"];

/// No manifest that a person keeps is longer, in bytes.
const MAX_MANIFEST: u64 = 1 << 20;

/// The parts of a manifest that say what its package is called.
#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

/// The name of the package in a folder: what its manifest says, else what `cargo new` would call it.
pub(crate) fn package_name(folder: &Path) -> Result<String> {
    let manifest = folder.join("Cargo.toml");
    if manifest.exists() {
        let advice = || format!("cannot find the name of the package in {}; say it with --name", manifest.display());
        let length = fs::metadata(&manifest).with_context(advice)?.len();
        ensure!(length <= MAX_MANIFEST, "{}: it is longer than any manifest", advice());
        let text = fs::read_to_string(&manifest).with_context(advice)?;
        return Ok(toml::from_str::<Manifest>(&text).with_context(advice)?.package.name);
    }
    let name = absolute(folder)?.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    ensure!(is_crate_name(&name), "no package can be called like the folder, {name:?}; give it a name with --name");
    Ok(name)
}

/// What is around a folder, which may not exist yet. The runtime is the one that this program was built with.
pub(crate) fn surroundings(folder: &Path) -> Result<Surroundings> {
    let folder = absolute(folder)?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("/"));
    let runtime = workspace.join("runtime");
    Ok(Surroundings {
        is_below_a_manifest: folder.ancestors().skip(1).any(|above| above.join("Cargo.toml").exists()),
        runtime: runtime.join("Cargo.toml").exists().then(|| way(&folder, &runtime, workspace)),
    })
}

/// What is missing of these files, as changes.
pub(crate) fn missing(folder: &Path, files: Vec<File>) -> Vec<Change> {
    let is_new = !folder.join("Cargo.toml").exists();
    let files = files.into_iter().filter(|file| is_new || NEEDED.contains(&file.path.as_str()));
    let missing = files.filter(|file| !folder.join(&file.path).exists());
    missing.map(|File { path, text }| Change { path, old: None, new: Some(text) }).collect()
}

/// Writes what is missing, over nothing.
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

/// The way from a folder to another: a relative one stays right when both are moved together, and where they have
/// nothing to do with each other, they are not.
fn way(from: &Path, to: &Path, workspace: &Path) -> String {
    let is_near = workspace.parent().is_some_and(|around| around.parent().is_some() && from.starts_with(around));
    let path = if is_near { relative(from, to) } else { to.to_owned() };
    path.to_string_lossy().replace('\\', "/")
}

fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

/// A path without `.`, `..` and links, as far as it exists.
fn absolute(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).with_context(|| format!("there is no such place as {}", path.display()))?;
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
    fn the_way_to_the_runtime_is_relative_where_both_are_moved_together() {
        let way = |from: &str| way(Path::new(from), Path::new("/home/a/cloud/runtime"), Path::new("/home/a/cloud"));
        assert_eq!(way("/home/a/cloud/generated"), "../runtime");
        assert_eq!(way("/home/a/petstore"), "../cloud/runtime");
        assert_eq!(way("/srv/petstore"), "/home/a/cloud/runtime");
    }

    #[test]
    fn a_package_is_called_as_its_manifest_or_its_folder_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pet-store");
        assert_eq!(package_name(&path).unwrap(), "pet-store");
        assert_eq!(package_name(&path.join("x/..")).unwrap(), "pet-store");

        fs::create_dir(&path).unwrap();
        fs::write(path.join("Cargo.toml"), "[package]\nname = \"other\"\n").unwrap();
        assert_eq!(package_name(&path).unwrap(), "other");

        let problem = |path: &Path| format!("{:#}", package_name(path).unwrap_err());
        fs::write(path.join("Cargo.toml"), "[workspace]\n").unwrap();
        assert!(problem(&path).contains("say it with --name"), "{}", problem(&path));
        for name in ["9lives", "uuid", "test", "a b", "fn"] {
            let problem = problem(&folder.path().join(name));
            assert!(problem.contains("give it a name with --name"), "{problem}");
        }
    }
}
