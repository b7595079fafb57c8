//! Room for schemas in schemas.

use std::{io, panic, sync::mpsc, thread};

/// In bytes. For each list in a list, progenitor takes some forty thousand, and so deep is the stack of a thread that
/// fifty would fill it.
const ROOM: usize = 64 << 20;

/// Does something on a stack that is large enough for any document that the [check](crate::check) lets pass, and
/// something else meanwhile. What the work leaves behind is freed without anyone waiting for it.
pub(crate) fn with_room<T, Rest, E, M>(
    work: impl FnOnce() -> Result<(T, Rest), E> + Send + 'static,
    meanwhile: impl FnOnce() -> M,
) -> io::Result<(Result<T, E>, M)>
where
    T: Send + 'static,
    E: Send + 'static,
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
    let thread = thread::Builder::new().stack_size(ROOM).spawn(tell)?;
    let meanwhile = meanwhile();
    match receiver.recv() {
        Ok(done) => Ok((done, meanwhile)),
        Err(_) => match thread.join() {
            Err(panic) => panic::resume_unwind(panic),
            Ok(()) => Err(io::ErrorKind::BrokenPipe.into()),
        },
    }
}

/// Does something on a stack of the same size, and waits for it; on this one, if no thread is to be had.
pub(crate) fn on_large<T: Send>(work: impl Fn() -> T + Sync) -> T {
    thread::scope(|scope| match thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, &work) {
        Ok(thread) => thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic)),
        Err(_) => work(),
    })
}
