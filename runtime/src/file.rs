use std::fmt;

use bytes::Bytes;
use serde::{
    Serialize, Serializer,
    ser::{Error, SerializeMap},
};

use crate::{
    Violation,
    file_reader::FileReader,
    text_tree::Files,
    validate::{Constraint, Path, Validate},
};

/// A file in a `multipart/form-data` form, with its name and media type.
///
/// ```
/// use clickhouse_cloud_runtime::FilePart;
///
/// let file = FilePart::new("a,b\n1,2\n").name("table.csv").content_type("text/csv");
/// let debug = r#"FilePart { name: Some("table.csv"), content_type: Some("text/csv"), length: 8 }"#;
/// assert_eq!(format!("{file:?}"), debug);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct FilePart {
    pub(crate) content: FileContent,
    pub(crate) name: Option<String>,
    pub(crate) content_type: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum FileContent {
    Bytes(Bytes),
    #[cfg_attr(
        not(all(feature = "file-streams", not(target_family = "wasm"))),
        expect(dead_code, reason = "nothing makes a reader without the feature")
    )]
    Reader(FileReader),
}

impl FileContent {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Reader(reader) => reader.length(),
        }
    }
}

impl FilePart {
    /// Makes a file with this content, the name `file` and the media type `application/octet-stream`.
    pub fn new(content: impl Into<Bytes>) -> Self {
        Self { content: FileContent::Bytes(content.into()), name: None, content_type: None }
    }

    /// Makes a file that is read while it is sent, and so may be larger than the memory. `length` is the number of
    /// bytes that are read.
    ///
    /// A reader is read once. An attempt that fails before its first byte is retried like any other; one that fails
    /// after it is not, and a clone of the call cannot be sent. The attempt timeout is for the whole file: see
    /// [`Call::attempt_timeout`](crate::Call::attempt_timeout).
    ///
    /// With the feature `file-streams`, and not in a browser.
    #[cfg(all(feature = "file-streams", not(target_family = "wasm")))]
    pub fn from_reader(reader: impl tokio::io::AsyncRead + Send + 'static, length: u64) -> Self {
        Self { content: FileContent::Reader(FileReader::new(reader, length)), name: None, content_type: None }
    }

    /// Sets the name of the file.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the media type of the file.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }
}

impl<T: Into<Bytes>> From<T> for FilePart {
    fn from(content: T) -> Self {
        Self::new(content)
    }
}

// Without the content, which may be a secret.
impl fmt::Debug for FilePart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FilePart")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .field("length", &self.content.length())
            .finish()
    }
}

// Serde has no files, so this writes a reference to the file in `Files`, which only a form can resolve.
impl Serialize for FilePart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some((key, number)) = Files::register(self) else {
            return Err(S::Error::custom("a file can only be sent in a multipart form"));
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&key, &number)?;
        map.end()
    }
}

impl Validate for FilePart {
    fn violations(&self, _: &[Constraint<'_>], _: &Path<'_>, _: &mut Vec<Violation>) {}
}
