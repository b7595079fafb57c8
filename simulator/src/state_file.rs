//! The file that keeps the state across restarts. It is replaced as a whole, or not at all.

mod check;
mod upgrade;

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Deserializer, Value};
use tempfile::NamedTempFile;

use crate::{
    cloud::{Cloud, NewKey},
    resources::Models,
};
use check::Violation;

/// The format that is written. Format 1 had the secrets of the keys themselves, and formats 1 and 2 had services in their
/// organizations, and one organization for each key. Format 3 had the keys apart from the other resources.
const FORMAT: u32 = 4;

/// The path of the keys in a state of format 1 to 3.
const KEYS: &str = "cloud.keys";

/// The number of symbolic links that operating systems follow.
const MAX_LINKS: usize = 40;

/// The state cannot be read from its file, or written there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateFileError {
    /// The operating system does not let the simulator lock, read or write the file.
    #[error("cannot use the state file {}", path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Another simulator uses the file.
    #[error("another simulator uses the state file {}; stop that one, or name another file", path.display())]
    InUse {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file does not hold a state. It is left as it is.
    #[error("{} is not a state file of this simulator, and is left as it is: {field}", path.display())]
    Corrupt {
        /// The path of the file.
        path: PathBuf,
        /// The path of the field that cannot be read, or `.` for the whole file.
        field: String,
        /// Why it cannot be read.
        source: serde_json::Error,
    },
    /// The state breaks the API's document, or contradicts itself. The file is left as it is.
    #[error(
        "the state in {} breaks the API's document, and is left as it is: {field}: {problem}; correct that field, or \
         start with another file",
        path.display()
    )]
    Invalid {
        /// The path of the file.
        path: PathBuf,
        /// The path of the first field that is wrong. It ends in the document's name of the field, if there is one.
        field: String,
        /// The problem, without the value of the field.
        problem: String,
    },
    /// The file was written by another version.
    #[error(
        "{} is in format {found}, and this simulator reads formats 1 to {FORMAT}; it is left as it is",
        path.display()
    )]
    Format {
        /// The path of the file.
        path: PathBuf,
        /// The format of the file.
        found: u32,
    },
}

/// The file that keeps the state, locked against other simulators.
pub(crate) struct StateFile {
    /// The path without symbolic links.
    path: PathBuf,
    /// The folder of the file, where new contents are written first.
    folder: PathBuf,
    /// The lock ends when this is closed.
    _lock: File,
}

/// Writes changes to the file, one time for all that are waiting.
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
    /// Finds and locks the file that a path leads to. It need not exist yet.
    pub(crate) fn open(path: PathBuf) -> Result<Self, StateFileError> {
        let path = follow_links(&path).map_err(|source| StateFileError::File { path, source })?;
        match lock(&path) {
            Ok(lock) => Ok(Self { folder: folder_of(&path).to_owned(), path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StateFileError::InUse { path }),
            Err(TryLockError::Error(source)) => Err(StateFileError::File { path, source }),
        }
    }

    /// Returns the state and the time when it was saved, or nothing if there is no file yet.
    pub(crate) fn load(&self, models: &Models) -> Result<Option<(Cloud, DateTime<Utc>)>, StateFileError> {
        let contents = match fs::read(&self.path) {
            Ok(contents) => contents,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.file_error(error)),
        };
        // Only this reads to the end of the file, and so refuses text behind the state.
        let header = serde_json::from_slice(&contents);
        let Header { format } = header.map_err(|source| self.corrupt(".".to_owned(), source))?;
        let Loaded { now, cloud } = match format {
            FORMAT => self.parse(&mut Deserializer::from_slice(&contents))?,
            1..=3 => {
                let mut state: Value = self.parse(&mut Deserializer::from_slice(&contents))?;
                if format == 1 {
                    upgrade::hash_secrets(&mut state);
                }
                let organizations = upgrade::split_organizations(&mut state);
                let upgrade::WithKeys { cloud: upgrade::Keys { keys } } = self.parse(&state)?;
                let mut loaded: Loaded = self.parse(&state)?;
                for (id, settings) in organizations {
                    loaded.cloud.add_organization(models, Some(id), loaded.now);
                    loaded.cloud.set_organization_fields(id, settings);
                }
                for organization in loaded.cloud.organizations().collect::<Vec<_>>() {
                    // The roles of the keys come with it.
                    loaded.cloud.add_organization(models, Some(organization), loaded.now);
                }
                for (id, upgrade::Key { secret_hash, roles, is_generated }) in keys {
                    for (organization, role) in roles {
                        let key = NewKey { id: &id, hash: secret_hash.clone(), role: role.into(), is_generated };
                        loaded.cloud.add_key(models, &key, organization, loaded.now);
                    }
                }
                if format == 1 {
                    tracing::warn!(
                        path = %self.path.display(),
                        "the state file is upgraded from format 1, which held the secrets of the keys: it has their \
                         hashes from now on, and copies of it should be deleted"
                    );
                }
                loaded
            }
            found => return Err(StateFileError::Format { path: self.path.clone(), found }),
        };
        match check::find_violation(&cloud, now, models) {
            None => Ok(Some((cloud, now))),
            Some(Violation { field, problem }) => {
                Err(StateFileError::Invalid { path: self.path.clone(), field, problem })
            }
        }
    }

    fn parse<'de, T: Deserialize<'de>, D>(&self, deserializer: D) -> Result<T, StateFileError>
    where
        D: serde::Deserializer<'de, Error = serde_json::Error>,
    {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let field = error.path().to_string();
            let source = if field.starts_with(KEYS) {
                // The original error may repeat the value, which may be a secret.
                serde::de::Error::custom("this is not a stored key")
            } else {
                error.into_inner()
            };
            self.corrupt(field, source)
        })
    }

    fn corrupt(&self, field: String, source: serde_json::Error) -> StateFileError {
        StateFileError::Corrupt { path: self.path.clone(), field, source }
    }

    /// Returns the contents of the file for a state.
    fn contents(&self, cloud: &Cloud, now: DateTime<Utc>) -> Result<Vec<u8>, StateFileError> {
        serde_json::to_vec(&Stored { format: FORMAT, now, cloud }).map_err(|error| self.file_error(error.into()))
    }

    /// Replaces the contents of the file, all or none.
    fn replace(&self, contents: &[u8]) -> Result<(), StateFileError> {
        self.try_replace(contents).map_err(|error| self.file_error(error))
    }

    fn try_replace(&self, contents: &[u8]) -> io::Result<()> {
        // The path may lead to something else by now. Only a file is replaced, and no link or device.
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

/// Locks a state file for this simulator. The lock is on a file beside it, because the state file itself is replaced with
/// each change.
fn lock(path: &Path) -> Result<File, TryLockError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file = File::options().write(true).create(true).truncate(false).open(beside).map_err(TryLockError::Error)?;
    file.try_lock()?;
    Ok(file)
}

/// Follows symbolic links to the file at their end, which need not exist yet.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
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
    io::Error::new(io::ErrorKind::InvalidInput, "this is neither a file nor a symbolic link to one")
}

impl Saving {
    pub(crate) fn new(file: StateFile) -> Self {
        Self { file, changes: AtomicU64::new(0), saved: Mutex::new(0) }
    }

    /// Returns once the change that the caller has just made to the cloud is in the file. One caller writes the changes of
    /// all that wait at the same time.
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
