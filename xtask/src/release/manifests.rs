//! Reads and changes the version in manifests and in the lock file, and leaves the rest as it is written.

use anyhow::{Context, Result};
use semver::Version;
use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::{LOCK, MANIFEST};

/// Reads the version of all packages from the manifest of the workspace.
pub(super) fn version(manifest: &str) -> Result<Version> {
    let manifest: DocumentMut = manifest.parse().context(MANIFEST)?;
    let version = manifest.get("workspace").and_then(|workspace| workspace.get("package")?.get("version")?.as_str());
    let version = version.with_context(|| format!("{MANIFEST} has no workspace.package.version"))?;
    version.parse().with_context(|| format!("workspace.package.version in {MANIFEST}"))
}

/// Changes the version in the manifest of the workspace, also where its packages require it of each other.
pub(super) fn with_version(manifest: &str, version: &Version) -> Result<String> {
    let mut manifest: DocumentMut = manifest.parse().context(MANIFEST)?;
    let stated = manifest.get_mut("workspace").and_then(|workspace| workspace.get_mut("package")?.get_mut("version"));
    set(stated.with_context(|| format!("{MANIFEST} has no workspace.package.version"))?, &version.to_string());

    let dependencies = manifest["workspace"].get_mut("dependencies").and_then(Item::as_table_like_mut);
    for (_, dependency) in dependencies.into_iter().flat_map(TableLike::iter_mut) {
        let Some(dependency) = dependency.as_table_like_mut() else { continue };
        if dependency.contains_key("path")
            && let Some(required) = dependency.get_mut("version")
        {
            let is_exact = required.as_str().is_some_and(|required| required.starts_with('='));
            set(required, &format!("{}{version}", if is_exact { "=" } else { "" }));
        }
    }
    Ok(manifest.to_string())
}

/// Changes the version of the packages of the workspace in the lock file. They are the ones without a source.
pub(super) fn lock_with_version(lock: &str, old: &Version, new: &Version) -> Result<String> {
    let mut lock: DocumentMut = lock.parse().context(LOCK)?;
    let packages = lock.get_mut("package").and_then(Item::as_array_of_tables_mut);
    for package in packages.with_context(|| format!("{LOCK} has no packages"))?.iter_mut() {
        let is_own = !package.contains_key("source");
        if let Some(version) = package.get_mut("version")
            && is_own
            && version.as_str() == Some(&old.to_string())
        {
            set(version, &new.to_string());
        }
    }
    Ok(lock.to_string())
}

fn set(item: &mut Item, text: &str) {
    let mut value = Value::from(text);
    if let Some(old) = item.as_value() {
        *value.decor_mut() = old.decor().clone();
    }
    *item = Item::Value(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_change() {
        let manifest = "\
[workspace]
members = ['a', 'b']  # both

[workspace.package]
version = \"0.1.0\" # of all

[workspace.dependencies]
a = { path = \"a\", version = \"0.1.0\", default-features = false }
b = { path = \"b\", version = \"=0.1.0\" }
c = { path = \"c\" }

# Others.
d = \"0.1.0\"
e = { version = \"0.1.0\" }
";
        let new = with_version(manifest, &Version::new(0, 2, 0)).unwrap();
        let changed: Vec<_> = new.lines().zip(manifest.lines()).filter(|(new, old)| new != old).collect();
        assert_eq!(
            changed.into_iter().map(|(new, _)| new).collect::<Vec<_>>(),
            [
                "version = \"0.2.0\" # of all",
                "a = { path = \"a\", version = \"0.2.0\", default-features = false }",
                "b = { path = \"b\", version = \"=0.2.0\" }",
            ]
        );
        assert_eq!(version(&new).unwrap(), Version::new(0, 2, 0));
    }

    #[test]
    fn only_the_packages_of_the_workspace_change_in_the_lock_file() {
        let package = |name: &str, version: &str, more: &str| {
            format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{more}")
        };
        let lock = |own: &str| {
            let source = "source = \"registry+x\"\n";
            let packages = [
                package("a", own, "dependencies = [\n \"d\",\n]\n"),
                package("b", "3.0.0", ""),
                package("d", "0.1.0", source),
            ];
            format!("# This file is made by Cargo.\nversion = 4\n{}", packages.concat())
        };
        let new = lock_with_version(&lock("0.1.0"), &Version::new(0, 1, 0), &Version::new(0, 2, 0)).unwrap();
        assert_eq!(new, lock("0.2.0"));
    }

    #[test]
    fn a_manifest_without_a_version_is_refused() {
        for (manifest, problem) in [
            ("[package]\nversion = '1.0.0'\n", "Cargo.toml has no workspace.package.version"),
            ("[workspace.package]\nversion = 'one'\n", "workspace.package.version in Cargo.toml"),
            ("[", "Cargo.toml"),
        ] {
            assert_eq!(version(manifest).unwrap_err().to_string(), problem);
        }
    }
}
