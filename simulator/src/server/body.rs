use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::refusal::Refusal;

/// The bound on a request body. No body of the document is nearly as long.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The time that a client may take to send a body.
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

/// Reads the rest of a body and drops it. A client that is still sending would not see the response, because closing a
/// connection with unread data resets it.
pub(super) async fn discard(body: &mut Body) {
    _ = timeout(TIMEOUT, async { while let Some(Ok(_)) = body.frame().await {} }).await;
}
