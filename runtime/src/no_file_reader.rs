//! Stands in for `file_reader` where no file can be read while it is sent: without the feature, and in a browser.

use crate::content::Piece;

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum FileReader {}

impl FileReader {
    pub(crate) fn length(&self) -> u64 {
        match *self {}
    }

    pub(crate) fn is_read(&self) -> bool {
        match *self {}
    }
}

/// Joins the bytes.
pub(crate) fn body(pieces: Vec<Piece>) -> reqwest::Body {
    let bytes = pieces.into_iter().flat_map(|piece| match piece {
        Piece::Bytes(bytes) => bytes,
        Piece::File(file) => match file {},
    });
    bytes.collect::<Vec<_>>().into()
}
