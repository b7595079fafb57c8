//! Room for schemas in schemas.

use std::{io, panic, thread};

use crate::GenerateError;

/// In bytes. For each list in a list, progenitor takes some forty thousand, and so deep is the stack of a thread that
/// fifty would fill it.
const ROOM: usize = 64 << 20;

/// Does something on a stack that is large enough for any document that the [check](crate::check) lets pass.
pub(crate) fn with_room<T: Send>(work: impl FnOnce() -> Result<T, GenerateError> + Send) -> Result<T, GenerateError> {
    thread::scope(|scope| {
        let thread =
            thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, work).map_err(|error| no_thread(&error))?;
        thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
    })
}

fn no_thread(error: &io::Error) -> GenerateError {
    GenerateError::Pass { pass: "progenitor", problem: format!("there is no thread to run it on: {error}") }
}
