//! What benchmarks and fuzzing see of the inside. Anything here may change in any release.

use serde::de::DeserializeOwned;

use crate::{Envelope, Mismatch, decode};

/// Decodes the body of an answer as a call does; or else says where it does not decode, and why.
pub fn decode<T: DeserializeOwned>(
    envelope: Option<Envelope>,
    body: &[u8],
) -> Result<(T, Vec<Mismatch>), (String, String)> {
    match decode::json(envelope, body) {
        Ok(decoded) => Ok((decoded.value, decoded.mismatches)),
        Err(undecodable) => Err((undecodable.path, undecodable.problem)),
    }
}
