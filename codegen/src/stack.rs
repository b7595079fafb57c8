//! Room for schemas in schemas.

use std::{io, panic, thread};

use crate::GenerateError;

/// In bytes. For each list in a list, progenitor takes some forty thousand, and so deep is the stack of a thread that
/// fifty would fill it.
const ROOM: usize = 64 << 20;

/// Does something on a stack that is large enough for any document that the [check](crate::check) lets pass, and
/// something else meanwhile.
pub(crate) fn with_room<T: Send, M>(
    work: impl FnOnce() -> Result<T, GenerateError> + Send,
    meanwhile: impl FnOnce() -> M,
) -> Result<(T, M), GenerateError> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, work).map_err(no_thread)?;
        let meanwhile = meanwhile();
        Ok((thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))?, meanwhile))
    })
}

fn no_thread(error: io::Error) -> GenerateError {
    GenerateError::Pass { pass: "progenitor", problem: format!("there is no thread to run it on: {error}") }
}
