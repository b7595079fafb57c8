use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Response, header::CONTENT_LENGTH},
};
use futures_util::stream;
use tokio::time::sleep;

use super::{connection::Connection, reply::Reply};
use crate::fault::{Fault, FaultRule};

/// Long enough for what was sent before to be on its way.
const BEFORE_THE_CUT: Duration = Duration::from_millis(20);

const SLOW_PIECES: u32 = 10;

/// Sends a reply, or does to it what a fault does on the way.
pub(super) async fn deliver(reply: Reply, fault: Option<&FaultRule>, connection: &Connection) -> Response<Body> {
    let Some(rule) = fault else { return reply.into_response() };
    let (head, bytes) = reply.into_parts();
    match rule.fault() {
        Fault::ResetAfter => connection.reset().await,
        Fault::CutBody => in_pieces(head, bytes.len(), vec![(Duration::ZERO, Ok(half(&bytes))), cut()]),
        Fault::SlowBody => {
            let pause = Duration::from_secs_f64(rule.seconds_or_default()) / SLOW_PIECES;
            let size = bytes.len().div_ceil(SLOW_PIECES as usize).max(1);
            let pieces = bytes.chunks(size).map(|piece| (pause, Ok(Bytes::copy_from_slice(piece))));
            in_pieces(head, bytes.len(), pieces.collect())
        }
        Fault::InvalidJson => {
            let unfinished = bytes[..bytes.len().saturating_sub(1)].to_vec();
            head.map(|()| Body::from(unfinished))
        }
        _ => head.map(|()| Body::from(bytes)),
    }
}

type Piece = (Duration, io::Result<Bytes>);

/// A body of this length that comes in pieces, each of them after a pause.
fn in_pieces(head: Response<()>, length: usize, pieces: Vec<Piece>) -> Response<Body> {
    let pieces = stream::unfold(pieces.into_iter(), |mut pieces| async {
        let (pause, piece) = pieces.next()?;
        sleep(pause).await;
        Some((piece, pieces))
    });
    let mut response = head.map(|()| Body::from_stream(pieces));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn half(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(&bytes[..bytes.len() / 2])
}

/// An error in place of the rest of a body, which makes the server close the connection.
fn cut() -> Piece {
    (BEFORE_THE_CUT, Err(io::ErrorKind::ConnectionAborted.into()))
}
