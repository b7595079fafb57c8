use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Response, header::CONTENT_LENGTH},
};
use futures_util::stream;
use tokio::time::sleep;

use super::{connection::Connection, reply::Reply};
use crate::fault::{Fault, FaultRule};

/// The pause before a connection is cut, after which the bytes before the cut are sent.
const PAUSE_BEFORE_CUT: Duration = Duration::from_millis(20);

/// The number of pieces of a slow body.
const SLOW_PIECES: u32 = 10;

/// Sends a reply, with the faults that apply on the way.
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

/// Returns a response whose body comes in pieces, each after a pause.
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

/// Returns an error in place of the rest of a body, which makes the server close the connection.
fn cut() -> Piece {
    (PAUSE_BEFORE_CUT, Err(io::ErrorKind::ConnectionAborted.into()))
}
