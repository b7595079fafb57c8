use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::cloud::Refusal;

/// Nothing that the document describes is nearly as long.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// How long a client may take to send a body.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Reads a body to its end.
pub(super) async fn read(body: &mut Body) -> Result<Bytes, Refusal> {
    match timeout(TIMEOUT, Limited::new(body, MAX_BODY_BYTES).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            Err(Refusal::content_too_large(format_args!("a body may have at most {MAX_BODY_BYTES} bytes")))
        }
        Ok(Err(_)) => Err(Refusal::bad_request("the body is not complete")),
        Err(_) => Err(Refusal::request_timeout("the body took too long")),
    }
}

/// Takes in the rest of a body without keeping it. A client that is still sending would not see the answer: its end of
/// the connection breaks when ours closes with data unread.
pub(super) async fn discard(body: &mut Body) {
    _ = timeout(TIMEOUT, async { while let Some(Ok(_)) = body.frame().await {} }).await;
}
