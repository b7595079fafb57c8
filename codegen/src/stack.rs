//! Room for schemas in schemas.

use std::{io, panic, sync::mpsc, thread};

use crate::diagnostic::GenerateError;

/// In bytes. For each list in a list, progenitor takes some forty thousand, and so deep is the stack of a thread that
/// fifty would fill it.
const ROOM: usize = 64 << 20;

/// Does something on a stack that is large enough for any document that the [check](crate::check) lets pass, and
/// something else meanwhile. What the work leaves behind is freed without anyone waiting for it.
pub(crate) fn with_room<T, Rest, M>(
    work: impl FnOnce() -> Result<(T, Rest), GenerateError> + Send + 'static,
    meanwhile: impl FnOnce() -> M,
) -> Result<(T, M), GenerateError>
where
    T: Send + 'static,
{
    let (sender, receiver) = mpsc::channel();
    let tell = move || match work() {
        Ok((done, rest)) => {
            // Who gave up waiting needs no answer.
            let _ = sender.send(Ok(done));
            drop(rest);
        }
        Err(error) => drop(sender.send(Err(error))),
    };
    let thread = thread::Builder::new().stack_size(ROOM).spawn(tell).map_err(|error| no_thread(&error))?;
    let meanwhile = meanwhile();
    match receiver.recv() {
        Ok(done) => Ok((done?, meanwhile)),
        Err(_) => match thread.join() {
            Err(panic) => panic::resume_unwind(panic),
            Ok(()) => Err(no_thread(&io::ErrorKind::BrokenPipe.into())),
        },
    }
}

fn no_thread(error: &io::Error) -> GenerateError {
    GenerateError::Pass { pass: "progenitor", problem: format!("there is no thread to run it on: {error}") }
}
