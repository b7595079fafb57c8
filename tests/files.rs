//! The files of packages that a test lets cargo build.

use std::{collections::BTreeSet, fs, path::Path};

/// Writes a file, unless it has this content already: by the time of a file cargo sees what to build anew.
pub fn write(path: &Path, content: impl AsRef<[u8]>) {
    if fs::read(path).is_ok_and(|old| old == content.as_ref()) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    fs::write(path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The files below a folder, as paths from there.
pub fn list(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.flat_map(|entry| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        if path.is_dir() {
            list(&path).into_iter().map(|below| format!("{name}/{below}")).collect()
        } else {
            vec![name]
        }
    });
    paths.collect()
}
