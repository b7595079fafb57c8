//! The keys that the command is given: on the command line, in files and in the environment.

use std::{env, fs, path::Path};

use anyhow::{Context, anyhow, bail, ensure};

/// The part of `--help` about the environment.
pub(crate) const ENVIRONMENT_HELP: &str = "\
Environment, all of it for the first organization:
  CLICKHOUSE_CLOUD_SIMULATOR_KEY                 A key, as ID:SECRET
  CLICKHOUSE_CLOUD_SIMULATOR_KEY_FILE            A file with keys
  CLICKHOUSE_CLOUD_SIMULATOR_DEVELOPER_KEY       A key with the role Developer
  CLICKHOUSE_CLOUD_SIMULATOR_DEVELOPER_KEY_FILE  A file with keys with the role Developer
  RUST_LOG                                       How much is logged";

/// The environment variables that hold a key. The name of the variable for a file of keys ends in `_FILE`. The variables of
/// clients are not used, because they may hold a real key.
const VARIABLES: [(&str, Role); 2] =
    [("CLICKHOUSE_CLOUD_SIMULATOR_KEY", Role::Admin), ("CLICKHOUSE_CLOUD_SIMULATOR_DEVELOPER_KEY", Role::Developer)];

/// The permissions of a key.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    Admin,
    Developer,
}

pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// The keys of the environment.
pub(crate) struct Environment {
    pub(crate) keys: Vec<(Role, Key)>,
}

impl Environment {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let mut keys = Vec::new();
        for (variable, role) in VARIABLES {
            if let Some(text) = env::var_os(variable).filter(|text| !text.is_empty()) {
                // The error of the standard library would repeat the value.
                let text = text.into_string().map_err(|_| anyhow!("{variable} is not UTF-8"))?;
                keys.push((role, parse(&text).context(variable)?));
            }
            let file = format!("{variable}_FILE");
            if let Some(path) = env::var_os(&file).filter(|path| !path.is_empty()) {
                let found = read(Path::new(&path)).context(file)?;
                keys.extend(found.into_iter().map(|key| (role, key)));
            }
        }
        Ok(Self { keys })
    }
}

/// Parses a key. No error repeats the text, because it may be a secret.
pub(crate) fn parse(text: &str) -> anyhow::Result<Key> {
    // JSON has colons, so it would be split into an id and a secret.
    ensure!(!text.trim_start().starts_with(['{', '[', '"']), "this is JSON; a key is written ID:SECRET");
    match text.split_once(':') {
        Some((id, secret)) if !id.is_empty() && !secret.is_empty() => {
            Ok(Key { id: id.to_owned(), secret: secret.to_owned() })
        }
        _ => bail!("a key is written ID:SECRET"),
    }
}

/// Reads the keys in a file, one in each line. Skips empty lines and those that begin with `#`.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Key>> {
    let shown = path.display();
    let contents = fs::read(path).with_context(|| format!("the key file {shown}"))?;
    let text = String::from_utf8(contents).map_err(|_| anyhow!("the key file {shown} is not UTF-8"))?;
    let mut keys = Vec::new();
    for (index, line) in text.lines().map(str::trim).enumerate() {
        if !line.is_empty() && !line.starts_with('#') {
            keys.push(parse(line).with_context(|| format!("the key file {shown}, line {}", index + 1))?);
        }
    }
    if keys.is_empty() {
        bail!("there is no key in the key file {shown}: write one as ID:SECRET, each in a line of its own");
    }
    warn_if_exposed(path);
    Ok(keys)
}

/// Warns if others can read a key file. This is not an error, because it is usual for secrets that are mounted into
/// containers.
#[cfg(unix)]
fn warn_if_exposed(path: &Path) {
    use std::os::unix::fs::PermissionsExt;

    const READABLE_BY_OTHERS: u32 = 0o004;

    // Only a regular file can be read by others afterwards.
    let found =
        fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & READABLE_BY_OTHERS != 0);
    if found {
        tracing::warn!("everybody on this machine can read the key file {0}: chmod 600 {0}", path.display());
    }
}

#[cfg(not(unix))]
fn warn_if_exposed(_: &Path) {}
