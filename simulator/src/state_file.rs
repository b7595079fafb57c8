//! The file that keeps the state across restarts. It is replaced whole, or not at all.

mod check;

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Deserializer, Value};
use tempfile::NamedTempFile;

use crate::{
    cloud::{Cloud, SecretHash},
    document::Document,
};
use check::Misfit;

/// Format 1 had the secrets of the keys themselves.
const FORMAT: u32 = 2;

/// The path of the keys in a state.
const KEYS: &str = "cloud.keys";

/// As many as operating systems follow.
const MAX_LINKS: usize = 40;

/// The state cannot be read from its file, or written there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateFileError {
    /// The operating system says no.
    #[error("the state file {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// What is in the file is not a state. The file is left as it is.
    #[error("{} is not a state file of this simulator, and is left as it is: {field}: {source}", path.display())]
    Corrupt {
        /// Which file.
        path: PathBuf,
        /// The path of the field at which it goes wrong, or `.` for the whole file.
        field: String,
        /// What is wrong there.
        source: serde_json::Error,
    },
    /// The state breaks the API's document, or contradicts itself. The file is left as it is.
    #[error(
        "the state in {} breaks the API's document, and is left as it is: {field}: {problem}; correct that field, or \
         start with another file",
        path.display()
    )]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// The path of the first field that is wrong. What the document has a name for ends in that name.
        field: String,
        /// What is wrong with it, without its value.
        problem: String,
    },
    /// The file was written by another version.
    #[error(
        "{} is in format {found}, and this simulator reads formats 1 to {FORMAT}; it is left as it is",
        path.display()
    )]
    Format {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
}

/// Where the state is kept.
pub(crate) struct StateFile {
    /// The file itself, whatever links lead to it.
    path: PathBuf,
    /// The folder of the file, where new contents are written first.
    folder: PathBuf,
}

/// Sees to it that changes are in the file, without writing it more often than necessary.
pub(crate) struct Saving {
    file: StateFile,
    /// The number of the last change.
    changes: AtomicU64,
    /// The number of the last change that is in the file.
    saved: Mutex<u64>,
}

#[derive(Serialize)]
struct Stored<'a> {
    format: u32,
    now: DateTime<Utc>,
    cloud: &'a Cloud,
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Deserialize)]
struct Loaded {
    now: DateTime<Utc>,
    cloud: Cloud,
}

impl StateFile {
    /// Finds the file that a path leads to.
    pub(crate) fn open(path: PathBuf) -> Result<Self, StateFileError> {
        match follow(&path) {
            Ok(path) => Ok(Self { folder: folder_of(&path).to_owned(), path }),
            Err(source) => Err(StateFileError::File { path, source }),
        }
    }

    /// The state, and the time at which it was that, or nothing if there is no file yet.
    pub(crate) fn load(&self, document: &Document) -> Result<Option<(Cloud, DateTime<Utc>)>, StateFileError> {
        let contents = match fs::read(&self.path) {
            Ok(contents) => contents,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.file_error(error)),
        };
        // This one reads to the end of the file, so that nothing can come after what the others read.
        let header = serde_json::from_slice(&contents);
        let Header { format } = header.map_err(|source| self.corrupt(".".to_owned(), source))?;
        let Loaded { now, cloud } = match format {
            FORMAT => self.parse(&mut Deserializer::from_slice(&contents))?,
            1 => {
                let mut state: Value = self.parse(&mut Deserializer::from_slice(&contents))?;
                hash_secrets(&mut state);
                let loaded = self.parse(&state)?;
                tracing::warn!(
                    path = %self.path.display(),
                    "the state file is upgraded from format 1, which held the secrets of the keys: it has their hashes \
                     from now on, and copies of it should be deleted"
                );
                loaded
            }
            found => return Err(StateFileError::Format { path: self.path.clone(), found }),
        };
        match check::find_misfit(&cloud, now, document) {
            None => Ok(Some((cloud, now))),
            Some(Misfit { field, problem }) => Err(StateFileError::Invalid { path: self.path.clone(), field, problem }),
        }
    }

    fn parse<'de, T: Deserialize<'de>, D>(&self, deserializer: D) -> Result<T, StateFileError>
    where
        D: serde::Deserializer<'de, Error = serde_json::Error>,
    {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let field = error.path().to_string();
            let source = if field.starts_with(KEYS) {
                // The original text may repeat what stands there, and that may be a secret.
                serde::de::Error::custom("it is not what this simulator stores of a key")
            } else {
                error.into_inner()
            };
            self.corrupt(field, source)
        })
    }

    fn corrupt(&self, field: String, source: serde_json::Error) -> StateFileError {
        StateFileError::Corrupt { path: self.path.clone(), field, source }
    }

    /// The contents of the file for a state.
    fn contents(&self, cloud: &Cloud, now: DateTime<Utc>) -> Result<Vec<u8>, StateFileError> {
        serde_json::to_vec(&Stored { format: FORMAT, now, cloud }).map_err(|error| self.file_error(error.into()))
    }

    /// Replaces the file. Whatever happens meanwhile, it holds either what it held or all of the new contents.
    fn replace(&self, contents: &[u8]) -> Result<(), StateFileError> {
        self.try_replace(contents).map_err(|error| self.file_error(error))
    }

    fn try_replace(&self, contents: &[u8]) -> io::Result<()> {
        // What the path leads to may have changed since the start. Only a file is replaced, and no link or device.
        match fs::symlink_metadata(&self.path) {
            Ok(found) if !found.is_file() => return Err(not_a_file()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut beside = NamedTempFile::new_in(&self.folder)?;
        beside.write_all(contents)?;
        beside.as_file().sync_all()?;
        beside.persist(&self.path)?;
        Ok(())
    }

    fn file_error(&self, source: io::Error) -> StateFileError {
        StateFileError::File { path: self.path.clone(), source }
    }
}

/// Follows symbolic links to the file at their end, which need not exist yet.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..=MAX_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => path = folder_of(&path).join(fs::read_link(&path)?),
            Ok(found) if found.is_file() => return Ok(path),
            Ok(_) => return Err(not_a_file()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many symbolic links lead from one to another"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is neither a file nor a symbolic link to one")
}

/// Puts the hashes of the keys of a state in format 1 in the place of their secrets.
fn hash_secrets(state: &mut Value) {
    let keys = state.pointer_mut("/cloud/keys").and_then(Value::as_object_mut);
    for (id, key) in keys.into_iter().flatten() {
        let Some(key) = key.as_object_mut() else { continue };
        if let Some(Value::String(secret)) = key.shift_remove("secret") {
            key.insert("secret_hash".to_owned(), String::from(SecretHash::new(id, &secret)).into());
        }
    }
}

impl Saving {
    pub(crate) fn new(file: StateFile) -> Self {
        Self { file, changes: AtomicU64::new(0), saved: Mutex::new(0) }
    }

    /// Returns once the change that the caller has just made to the cloud is in the file. Of those who wait at the same
    /// time, one writes for all.
    pub(crate) fn save(&self, cloud: &Mutex<Cloud>, now: DateTime<Utc>) -> Result<(), StateFileError> {
        let change = self.changes.fetch_add(1, Ordering::SeqCst) + 1;
        let mut saved = self.saved.lock();
        if *saved < change {
            let latest = self.changes.load(Ordering::SeqCst);
            let contents = self.file.contents(&cloud.lock(), now)?;
            self.file.replace(&contents)?;
            *saved = latest;
        }
        Ok(())
    }
}
