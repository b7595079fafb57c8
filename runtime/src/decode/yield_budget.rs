//! The time for which decoding runs before it yields to other tasks.

use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
use std::time::Instant;

#[cfg(target_family = "wasm")]
use web_time::Instant;

/// The longest time between two yields, except for work that cannot be interrupted. An executor may poll timers and
/// sockets only every few dozen yields, so this is far below a noticeable time.
#[cfg(not(target_family = "wasm"))]
const MAX_TIME_BETWEEN_YIELDS: Duration = Duration::from_micros(500);

/// The longest time between two yields. A browser takes milliseconds for each of them.
#[cfg(target_family = "wasm")]
const MAX_TIME_BETWEEN_YIELDS: Duration = Duration::from_millis(12);

/// The cost between two looks at the clock, as a number of decoded bytes.
const BYTES_BETWEEN_CLOCK_READS: usize = 8 * 1024;

pub(super) struct YieldBudget {
    last_yield: Instant,
    bytes: usize,
}

impl YieldBudget {
    pub(super) fn new() -> Self {
        Self { last_yield: Instant::now(), bytes: 0 }
    }

    /// Spends the cost of decoding these bytes. Returns whether it is time to yield.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        if self.bytes < BYTES_BETWEEN_CLOCK_READS {
            return false;
        }
        self.bytes = 0;
        self.last_yield.elapsed() >= MAX_TIME_BETWEEN_YIELDS
    }

    /// Yields to other tasks.
    pub(super) async fn yield_now(&mut self) {
        yield_now().await;
        self.last_yield = Instant::now();
    }
}

/// Unlike a future that only wakes itself, tokio's `yield_now` also lets timers and sockets make progress.
#[cfg(not(target_family = "wasm"))]
async fn yield_now() {
    tokio::task::yield_now().await;
}

/// Yields with a timer, because a browser neither paints nor reads while promises wake each other.
#[cfg(target_family = "wasm")]
async fn yield_now() {
    crate::clock::sleep(Duration::ZERO).await;
}
