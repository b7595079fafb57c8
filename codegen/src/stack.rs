//! Room for schemas in schemas.

use std::{panic, thread};

/// In bytes. For each list in a list, progenitor takes some forty thousand, and so deep is the stack of a thread that
/// fifty would fill it. What is merged can be many times as deep as the document.
const ROOM: usize = 64 << 20;

/// Does something on a stack that is large enough for any document that is read; on this one, if no thread is to be had.
pub(crate) fn on_large<T: Send>(work: impl Fn() -> T + Sync) -> T {
    thread::scope(|scope| match thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, &work) {
        Ok(thread) => thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic)),
        Err(_) => work(),
    })
}
