//! What benchmarks and fuzzing see of the inside. Anything here may change in any release.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use crate::{
    Decode, Envelope, Mismatch,
    decode::{self, Decoding},
};

/// Decodes the body of a response as a call does, and returns what did not fit and how much more there was of that; or
/// else says where it does not decode, and why.
pub fn decode<T: Decode>(
    envelope: Option<Envelope>,
    body: &[u8],
) -> Result<(T, Vec<Mismatch>, usize), (String, String)> {
    let decoded = match decode::json(envelope, body) {
        Decoding::Done(decoded) => decoded,
        Decoding::UnderWay(decoding) => finish(decoding),
    };
    match decoded {
        Ok(decoded) => Ok((decoded.value, decoded.mismatches, decoded.omitted)),
        Err(undecodable) => Err((undecodable.path, undecodable.problem)),
    }
}

/// Decoding waits for nothing: it only lets others have their turn.
fn finish<T>(decoding: impl Future<Output = T>) -> T {
    let mut decoding = pin!(decoding);
    loop {
        if let Poll::Ready(decoded) = decoding.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return decoded;
        }
    }
}
