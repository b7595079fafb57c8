//! Time: tokio's clock, or the browser's on WebAssembly.

use std::{
    future::poll_fn,
    pin::pin,
    task::Poll,
    time::{Duration, SystemTime},
};

#[cfg(not(target_family = "wasm"))]
pub(crate) use tokio::time::{Instant, sleep};
#[cfg(target_family = "wasm")]
pub(crate) use web_time::Instant;

/// The longest time that a browser's timer takes.
#[cfg(target_family = "wasm")]
const MAX_BROWSER_TIMER: Duration = Duration::from_millis(i32::MAX as u64);

/// The longest time that [`add`] adds: 30 years.
const MAX_ADDED_TIME: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

#[cfg(target_family = "wasm")]
pub(crate) async fn sleep(duration: Duration) {
    gloo_timers::future::sleep(duration.min(MAX_BROWSER_TIMER)).await;
}

/// Returns the instant that is this much later, or decades later where an [`Instant`] would overflow.
pub(crate) fn add(start: Instant, duration: Duration) -> Instant {
    start + duration.min(MAX_ADDED_TIME)
}

/// Returns the output of the future, or `None` if it takes longer than the limit.
pub(crate) async fn timeout<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut timer = pin!(sleep(limit));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// Returns the date and time of day.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn system_time() -> SystemTime {
    SystemTime::now()
}

/// Returns the date and time of day of the browser.
#[cfg(target_family = "wasm")]
pub(crate) fn system_time() -> SystemTime {
    let since = web_time::SystemTime::now().duration_since(web_time::UNIX_EPOCH);
    SystemTime::UNIX_EPOCH + since.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_duration_overflows() {
        let now = Instant::now();
        assert_eq!(add(now, Duration::from_secs(1)) - now, Duration::from_secs(1));
        assert!(add(add(now, Duration::MAX), Duration::MAX) > add(now, Duration::MAX));
        assert_eq!(timeout(Duration::MAX, async { 1 }).await, Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_that_is_ready_is_in_time_even_if_there_is_none() {
        assert_eq!(timeout(Duration::ZERO, async { 1 }).await, Some(1));
        assert_eq!(timeout(Duration::from_secs(1), std::future::pending::<()>()).await, None);
    }
}
