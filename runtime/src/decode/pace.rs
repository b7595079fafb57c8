//! Lets others have their turn while something long is decoded.

use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
use std::time::Instant;

#[cfg(target_family = "wasm")]
use web_time::Instant;

/// The longest time that is worked on end, but for what cannot be interrupted. An executor may look after timers and
/// sockets only every few dozen turns, so this is far below what anybody would notice.
#[cfg(not(target_family = "wasm"))]
const TURN: Duration = Duration::from_micros(500);

/// A browser takes some milliseconds to come back, so it is not left that often.
#[cfg(target_family = "wasm")]
const TURN: Duration = Duration::from_millis(12);

/// What may be decoded before the clock is looked at, in bytes that fit.
const BYTES: usize = 8 * 1024;

pub(super) struct Pace {
    begun: Instant,
    bytes: usize,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), bytes: 0 }
    }

    /// Counts bytes as done. Returns whether it is time for a break.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        if self.bytes < BYTES {
            return false;
        }
        self.bytes = 0;
        self.begun.elapsed() >= TURN
    }

    /// Lets others have their turn.
    pub(super) async fn pause(&mut self) {
        pause().await;
        self.begun = Instant::now();
    }
}

/// Unlike a future that only wakes itself, this gives tokio's timers and sockets a turn as well.
#[cfg(not(target_family = "wasm"))]
async fn pause() {
    tokio::task::yield_now().await;
}

/// Comes back by a timer, because a browser neither paints nor reads while promises wake each other.
#[cfg(target_family = "wasm")]
async fn pause() {
    crate::clock::sleep(Duration::ZERO).await;
}
