//! Files that are read while they are sent.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

use crate::content::Piece;

const MAX_CHUNK_BYTES: usize = 64 * 1024;

/// A file of a known length that is read once. Its clones share the reader.
#[derive(Clone)]
pub(crate) struct FileReader {
    shared: Arc<Mutex<Shared>>,
    length: u64,
}

struct Shared {
    reader: Pin<Box<dyn AsyncRead + Send>>,
    /// The body that reads it.
    reading: Option<Arc<()>>,
    is_read: bool,
}

impl FileReader {
    pub(crate) fn new(reader: impl AsyncRead + Send + 'static, length: u64) -> Self {
        let shared = Shared { reader: Box::pin(reader), reading: None, is_read: false };
        Self { shared: Arc::new(Mutex::new(shared)), length }
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Whether a byte of it was read.
    pub(crate) fn is_read(&self) -> bool {
        self.with(|shared| shared.is_read)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Shared) -> T) -> T {
        work(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads at most this many bytes for a body. Another body cannot read until that one is dropped, and never after
    /// the first byte.
    fn poll_read(&self, body: &Arc<()>, max_bytes: usize, context: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        self.with(|shared| {
            if !Arc::ptr_eq(shared.reading.get_or_insert_with(|| body.clone()), body) {
                return Poll::Ready(Err(io::Error::other("the file is read by another call")));
            }
            let mut bytes = vec![0; max_bytes];
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(shared.reader.as_mut().poll_read(context, &mut buffer))?;
            let length = buffer.filled().len();
            shared.is_read |= length > 0;
            bytes.truncate(length);
            Poll::Ready(Ok(bytes.into()))
        })
    }

    /// Lets another body read it, unless this one has begun.
    fn release(&self, body: &Arc<()>) {
        self.with(|shared| {
            let is_own = shared.reading.as_ref().is_some_and(|reading| Arc::ptr_eq(reading, body));
            if is_own && !shared.is_read {
                shared.reading = None;
            }
        });
    }
}

impl PartialEq for FileReader {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl Eq for FileReader {}

/// Makes the body of one attempt.
pub(crate) fn body(pieces: Vec<Piece>) -> reqwest::Body {
    reqwest::Body::wrap(Body::new(pieces))
}

struct Body {
    /// What distinguishes it from the bodies of other attempts.
    id: Arc<()>,
    pieces: VecDeque<(Piece, u64)>,
}

impl Body {
    fn new(pieces: Vec<Piece>) -> Self {
        let with_length = |piece| {
            let length = match &piece {
                Piece::Bytes(bytes) => bytes.len() as u64,
                Piece::File(file) => file.length,
            };
            (piece, length)
        };
        Self { id: Arc::new(()), pieces: pieces.into_iter().map(with_length).collect() }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let Self { id, pieces } = &mut *self;
        while pieces.front().is_some_and(|(_, left)| *left == 0) {
            pieces.pop_front();
        }
        let Some((piece, left)) = pieces.front_mut() else { return Poll::Ready(None) };
        let bytes = match piece {
            Piece::Bytes(bytes) => bytes.clone(),
            Piece::File(file) => {
                let max_bytes = usize::try_from(*left).map_or(MAX_CHUNK_BYTES, |left| left.min(MAX_CHUNK_BYTES));
                ready!(file.poll_read(id, max_bytes, context))?
            }
        };
        if bytes.is_empty() {
            let problem = format!("the reader of a file ended {left} bytes before the length that was given");
            return Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::UnexpectedEof, problem))));
        }
        *left -= bytes.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.iter().all(|(_, left)| *left == 0)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.pieces.iter().fold(0, |sum, (_, left)| sum.saturating_add(*left)))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        for (piece, _) in &self.pieces {
            if let Piece::File(file) = piece {
                file.release(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use http_body::Body as _;

    use super::*;

    fn body(file: &FileReader) -> Body {
        Body::new(vec![Piece::Bytes("head".into()), Piece::File(file.clone())])
    }

    async fn chunk(body: &mut Body) -> io::Result<Bytes> {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await.expect("a frame")?;
        Ok(frame.into_data().expect("data"))
    }

    #[tokio::test]
    async fn a_file_is_read_by_one_body_and_never_again_after_its_first_byte() {
        let file = FileReader::new(&b"content and more"[..], 7);
        let mut unread = body(&file);
        assert_eq!((chunk(&mut unread).await.unwrap(), unread.size_hint().exact()), ("head".into(), Some(7)));
        drop(unread);
        assert!(!file.is_read());

        let (mut first, mut second) = (body(&file), body(&file));
        for body in [&mut first, &mut second] {
            chunk(body).await.unwrap();
        }
        assert_eq!((chunk(&mut first).await.unwrap(), file.is_read()), ("content".into(), true));
        assert!(first.is_end_stream() && chunk(&mut second).await.is_err());
        drop(first);
        assert!(chunk(&mut second).await.is_err());
    }

    #[tokio::test]
    async fn a_reader_that_ends_early_is_an_error() {
        let mut body = body(&FileReader::new(&b"abc"[..], 5));
        for expected in ["head", "abc"] {
            assert_eq!(chunk(&mut body).await.unwrap(), expected);
        }
        assert!(chunk(&mut body).await.unwrap_err().to_string().contains("2 bytes before"));
    }
}
