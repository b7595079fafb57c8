//! The content of a request's body.

use bytes::Bytes;

use crate::file_reader::{self, FileReader};

/// Bytes, and between them files that are read while they are sent.
#[derive(Clone, Default)]
pub(crate) struct Content(Vec<Piece>);

#[derive(Clone)]
pub(crate) enum Piece {
    Bytes(Bytes),
    File(FileReader),
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self(vec![Piece::Bytes(bytes)])
    }
}

impl Content {
    pub(crate) fn push(&mut self, piece: Piece) {
        self.0.push(piece);
    }

    /// Returns the bytes, if all are here.
    pub(crate) fn as_bytes(&self) -> Option<&Bytes> {
        match self.0.as_slice() {
            [Piece::Bytes(bytes)] => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.as_bytes().is_some_and(Bytes::is_empty)
    }

    /// Whether a file was read by an attempt, so that the content cannot be sent again.
    pub(crate) fn is_read(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::File(file) if file.is_read()))
    }

    pub(crate) fn to_body(&self) -> reqwest::Body {
        match self.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => file_reader::body(self.0.clone()),
        }
    }
}
