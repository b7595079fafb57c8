//! The file that keeps the state across restarts. It is replaced whole, or not at all.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::cloud::Cloud;

const FORMAT: u32 = 1;

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
    #[error("{} is not a state file of this simulator, and is left as it is: {source}", path.display())]
    Corrupt {
        /// Which file.
        path: PathBuf,
        /// Where it goes wrong.
        source: serde_json::Error,
    },
    /// The file was written by another version.
    #[error("{} is in format {found}, and this simulator reads format {FORMAT}; it is left as it is", path.display())]
    Format {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
}

/// Where the state is kept.
pub(crate) struct StateFile {
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
    pub(crate) fn new(path: PathBuf) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { folder: folder.to_owned(), path }
    }

    /// The state, and the time at which it was that, or nothing if there is no file yet.
    pub(crate) fn load(&self) -> Result<Option<(Cloud, DateTime<Utc>)>, StateFileError> {
        let contents = match fs::read(&self.path) {
            Ok(contents) => contents,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.file_error(error)),
        };
        let Header { format } = self.parse(&contents)?;
        if format != FORMAT {
            return Err(StateFileError::Format { path: self.path.clone(), found: format });
        }
        let Loaded { now, cloud } = self.parse(&contents)?;
        Ok(Some((cloud, now)))
    }

    fn parse<'de, T: Deserialize<'de>>(&self, contents: &'de [u8]) -> Result<T, StateFileError> {
        serde_json::from_slice(contents).map_err(|source| StateFileError::Corrupt { path: self.path.clone(), source })
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
