//! A larger stack, for nested schemas.

use std::{panic, thread};

/// The size of the stack. For each nested list, progenitor takes some forty thousand bytes, so that fifty would fill
/// the stack of a thread. A merged document can be many times as deep as its source.
const STACK_BYTES: usize = 64 << 20;

/// Runs a function on a stack that is large enough for any document; on the current one, if no thread can be started.
pub(crate) fn on_large<T: Send>(work: impl Fn() -> T + Sync) -> T {
    thread::scope(|scope| match thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, &work) {
        Ok(thread) => thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic)),
        Err(_) => work(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_recursion_fits() {
        fn depth(left: usize) -> usize {
            let frame = std::hint::black_box([0_u8; 1024]);
            if left == 0 { 0 } else { 1 + depth(left - 1) + usize::from(frame[0]) }
        }
        assert_eq!(on_large(|| depth(10_000)), 10_000);
    }
}
