//! Internals for benchmarks and fuzzing. Anything here may change in any release.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use crate::{
    Decode, Envelope, Mismatch,
    decode::{self, Decoding},
};

/// Decodes the body of a response as a call does. Returns the value, the mismatches and the number of omitted ones, or
/// the path and the problem of a body that does not decode.
pub fn decode<T: Decode>(
    envelope: Option<Envelope>,
    body: &[u8],
) -> Result<(T, Vec<Mismatch>, usize), (String, String)> {
    let decoded = match decode::json(envelope, body) {
        Decoding::Done(decoded) => decoded,
        Decoding::Pending(decoding) => block_on(decoding),
    };
    match decoded {
        Ok(decoded) => Ok((decoded.value, decoded.mismatches, decoded.omitted_mismatches)),
        Err(undecodable) => Err((undecodable.path, undecodable.problem)),
    }
}

/// Polls decoding to its end. It is pending only where it yields, so no waker is needed.
fn block_on<T>(decoding: impl Future<Output = T>) -> T {
    let mut decoding = pin!(decoding);
    loop {
        if let Poll::Ready(decoded) = decoding.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return decoded;
        }
    }
}
